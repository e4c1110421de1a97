"""Finds the fields of a My Number card's front among its text lines. Pure.

Anchored on printed words (氏名 住所 生 性別 まで有効), not on positions: the date that people write by hand
beside 電子証明書の有効期限 looks like the card's own, and only the words tell them apart. The security code
has no reliable word beside it; it is the only free-standing group of four digits below the expiry row. Two
candidates for one field mean that the frame does not give it.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

from verifier.ocr.era import PRINTED_DATE, parse_printed_date
from verifier.ocr.fields import FieldName, FieldRead, FrameRead
from verifier.ocr.glyphs import DIGIT_LOOKALIKES
from verifier.ocr.layout import ROW_OVERLAP, Piece, pieces

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from verifier.ocr.text import TextLine

BIRTH = re.compile(PRINTED_DATE.pattern + "生")
EXPIRY = re.compile(PRINTED_DATE.pattern + "まで有[効效]")
SEX = re.compile(r"性別([男女])")
CODE = re.compile(r"(?:セキュ\D{3,9})?(\d{4})")
"""The word セキュリティコード is small print: only its beginning need be right."""
NAME_LABEL = re.compile(r"^氏名[::]?")
ADDRESS_LABEL = re.compile(r"^住所[::]?")
CODE_ZONE_WIDTHS, CODE_ZONE_HEIGHTS = 16.5, 9.0
"""From the expiry date to the card's right and lower edge, in heights of its row; specimens: 14.3, 7.6."""
NOT_A_NAME = re.compile(r"個人番号|カード$|SPECIMEN|^見本$")
NOT_AN_ADDRESS = re.compile(r"性別|\d年|元年|有効|氏名|個人番号")
PREFECTURE = re.compile(
    r"^(?:北海道|東京都|(?:大阪|京都)府|(?:青森|岩手|宮城|秋田|山形|福島|茨城|栃木|群馬|埼玉|千葉|神奈川|新潟|富山|石川|福井|山梨"
    r"|長野|岐阜|静岡|愛知|三重|滋賀|兵庫|奈良|和歌山|鳥取|島根|岡山|広島|山口|徳島|香川|愛媛|高知|福岡|佐賀|長崎|熊本|大分|宮崎"
    r"|鹿児島|沖縄)県)"
)
"""Begins most addresses; stands in for the small label where that is not read."""
MAX_GAP_HEIGHTS = 3.0
"""Pieces of one field stand at most this many text heights apart: a full-width space is one."""
MAX_LEAD_HEIGHTS = 1.7
"""The next address line begins at most this many text heights below the previous one's middle."""
MAX_NAME_LEAD_HEIGHTS = 3.0
"""The name stands at most this many heights of the address print above it."""
ALIGNMENT_HEIGHTS = 1.5
"""Address lines begin at the same place, within this many text heights."""


def parse_fields(lines: Sequence[TextLine]) -> FrameRead:
    """Read the fields of one frame.

    Args:
        lines: all text found on the card, or in the whole frame.

    Returns:
        The fields found; whatever is missing or ambiguous is left out.
    """
    placed = pieces(lines)
    rows = tuple(_rows(placed))
    finders: Mapping[FieldName, Callable[[], FieldRead | None]] = {
        "name": lambda: _name(placed),
        "address": lambda: _address(placed),
        "birth_date": lambda: _date(rows, BIRTH),
        "sex": lambda: _only(_matches(rows, SEX, group=1)),
        "expires_on": lambda: _date(rows, EXPIRY),
        "security_code": lambda: _code(placed, rows),
    }
    found = {name: find() for name, find in finders.items()}
    return {name: read for name, read in found.items() if read is not None}


def _rows(placed: Sequence[Piece]) -> Iterator[Piece]:
    """Every piece joined with what follows it in its row without a wide gap; single pieces included."""
    for piece in placed:
        yield piece
        following = _follow(piece, placed)
        if following:
            yield _join((piece, *following))


def _follow(first: Piece, placed: Sequence[Piece]) -> tuple[Piece, ...]:
    """The pieces right of the first one in its row, up to the first wide gap."""
    in_row = [piece for piece in placed if piece.left > first.left and piece.in_row_with(first)]
    chain = [first, *sorted(in_row, key=lambda piece: piece.left)]
    for index, (left, right) in enumerate(pairwise(chain), start=1):
        if right.left - left.right > MAX_GAP_HEIGHTS * max(left.height, right.height):
            return tuple(chain[1:index])
    return tuple(chain[1:])


def _join(parts: Sequence[Piece]) -> Piece:
    return Piece(
        text="".join(part.text for part in parts),
        confidences=tuple(value for part in parts for value in part.confidences),
        left=parts[0].left,
        right=parts[-1].right,
        top=min(part.top for part in parts),
        bottom=max(part.bottom for part in parts),
    )


def _matches(rows: Iterable[Piece], pattern: re.Pattern[str], *, group: int = 0) -> Iterator[FieldRead]:
    for row in rows:
        for match in pattern.finditer(row.text):
            start, end = match.span(group)
            printed = row.text[start:end]
            yield FieldRead(printed, printed, min(row.confidences[start:end]))


def _only(reads: Iterable[FieldRead]) -> FieldRead | None:
    """The one value that all candidates share, at its best confidence; None when they differ."""
    by_value: dict[str, FieldRead] = {}
    for read in reads:
        known = by_value.get(read.printed)
        if known is None or read.confidence > known.confidence:
            by_value[read.printed] = read
    return next(iter(by_value.values())) if len(by_value) == 1 else None


def _date(rows: Iterable[Piece], pattern: re.Pattern[str]) -> FieldRead | None:
    read = _only(_matches(rows, pattern))
    printed = parse_printed_date(read.printed) if read else None
    if read is None or printed is None:
        return None
    civil = printed.civil
    return FieldRead(civil.isoformat() if civil else "", read.printed, read.confidence)


def _code(placed: Sequence[Piece], rows: Sequence[Piece]) -> FieldRead | None:
    """A group of four digits that stands alone, on the card below the row that says まで有効."""
    expiry = next((row for row in rows if EXPIRY.search(row.text)), None)
    if expiry is None:
        return None
    below = [piece for piece in placed if _in_code_zone(piece, expiry)]
    return _only(read for piece in below for read in _free_standing(piece, placed))


def _in_code_zone(piece: Piece, expiry: Piece) -> bool:
    """True on the card's lower right part: a number lying beside the card is not its code."""
    return (
        expiry.bottom <= piece.top <= expiry.bottom + CODE_ZONE_HEIGHTS * expiry.height
        and expiry.left <= piece.left
        and piece.right <= expiry.left + CODE_ZONE_WIDTHS * expiry.height
    )


def _free_standing(piece: Piece, placed: Sequence[Piece]) -> Iterator[FieldRead]:
    text = piece.text.translate(DIGIT_LOOKALIKES) if _mostly_digits(piece.text) else piece.text
    match = CODE.fullmatch(text)
    if match is None or _beside_other_digits(piece, placed):
        return
    start, end = match.span(1)
    yield FieldRead(match[1], match[1], min(piece.confidences[start:end]))


def _mostly_digits(text: str) -> bool:
    return sum(character.isdigit() for character in text) * 2 > len(text)


def _beside_other_digits(piece: Piece, placed: Sequence[Piece]) -> bool:
    """True when a neighbour in the row continues the number: a written date, a serial number."""
    return any(
        other is not piece
        and other.in_row_with(piece)
        and re.search(r"[0-9年月日]", other.text) is not None
        and max(other.left - piece.right, piece.left - other.right)
        <= MAX_GAP_HEIGHTS * max(piece.height, other.height)
        for other in placed
    )


def _name(placed: Sequence[Piece]) -> FieldRead | None:
    parts = _after_label(placed, NAME_LABEL) or _above_address(placed)
    kept = [part for part in parts if not NOT_A_NAME.search(part.text)]
    return _read(kept)


def _address(placed: Sequence[Piece]) -> FieldRead | None:
    first_row = _address_start(placed)
    if not first_row:
        return None
    parts = list(first_row)
    line = _next_line(first_row[0], placed)
    while line is not None:
        parts += [line, *_follow(line, placed)]
        line = _next_line(line, placed)
    return _read(parts)


def _address_start(placed: Sequence[Piece]) -> tuple[Piece, ...]:
    """The first row of the address, by its label, else by the one piece that begins with a prefecture."""
    labelled = _after_label(placed, ADDRESS_LABEL)
    begins = [piece for piece in placed if PREFECTURE.match(piece.text)]
    if labelled or len(begins) != 1:
        return labelled
    return (begins[0], *_follow(begins[0], placed))


def _above_address(placed: Sequence[Piece]) -> tuple[Piece, ...]:
    """The row right above the address, which begins at the same place."""
    address = _address_start(placed)
    if not address:
        return ()
    start = address[0]
    above = [piece for piece in placed if _lead(piece, start) > 0 and _aligned(piece, start)]
    nearest = min(above, key=lambda piece: _lead(piece, start), default=None)
    if nearest is None or _lead(nearest, start) > MAX_NAME_LEAD_HEIGHTS * start.height:
        return ()
    return (nearest, *_follow(nearest, placed))


def _lead(upper: Piece, lower: Piece) -> float:
    """Distance between the middles of two rows, px; negative when the upper one is below."""
    return (lower.top + lower.bottom - upper.top - upper.bottom) / 2


def _aligned(one: Piece, other: Piece) -> bool:
    return abs(one.left - other.left) <= ALIGNMENT_HEIGHTS * other.height


def _after_label(placed: Sequence[Piece], label: re.Pattern[str]) -> tuple[Piece, ...]:
    """What stands in the row of a label, right of it."""
    for piece in placed:
        match = label.match(piece.text)
        if match is None:
            continue
        following = _follow(piece, placed)
        return (piece.from_character(match.end()), *following) if match.end() < len(piece.text) else following
    return ()


def _next_line(line: Piece, placed: Sequence[Piece]) -> Piece | None:
    """The line below that begins at the same place and is no other field."""
    for piece in placed:
        below = ROW_OVERLAP * line.height < _lead(line, piece) <= MAX_LEAD_HEIGHTS * line.height
        if below and _aligned(piece, line):
            return None if NOT_AN_ADDRESS.search(piece.text) else piece
    return None


def _read(parts: Sequence[Piece]) -> FieldRead | None:
    text = "".join(part.text for part in parts)
    if not text:
        return None
    return FieldRead(text, text, min(value for part in parts for value in part.confidences))
