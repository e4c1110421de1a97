"""Finds the fields of a My Number card's front among its text lines. Pure.

Anchored on printed words (氏名 住所 生 性別 まで有効), not on positions: the date that people write by hand
beside 電子証明書の有効期限 looks like the card's own, and only the words tell them apart. The security code
has no reliable word beside it; it is the only free-standing group of four digits below the expiry row. Two
candidates for one field mean that the frame does not give it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from verifier.era import PRINTED_DATE
from verifier.ocr.address import address_start, read_address
from verifier.ocr.fields import FieldName, FieldRead, FrameRead
from verifier.ocr.glyphs import DIGIT_LOOKALIKES
from verifier.ocr.layout import Piece, pieces
from verifier.ocr.quad import RECTIFIED_SIZE_PX
from verifier.ocr.rows import (
    MAX_GAP_HEIGHTS,
    after_label,
    aligned,
    date_read,
    follow,
    joined,
    lead,
    matches,
    only,
    rows,
)
from verifier.ocr.text import TextLine

BIRTH = re.compile(PRINTED_DATE.pattern + "生")
EXPIRY = re.compile(PRINTED_DATE.pattern + "まで有[効效]")
SEX = re.compile(r"性別([男女])")
SEXES = ("男", "女")
CODE = re.compile(r"(?:セキュ\D{3,9})?(\d{4})")
"""The word セキュリティコード is small print: only its beginning need be right."""
NAME_LABEL = re.compile(r"^氏名[::]?")
ADDRESS_LABEL = re.compile(r"^住所[::]?")
CODE_ZONE_DOWN, CODE_ZONE_RIGHT = 2.0, 3.4
"""From the expiry row to the card's lower and right edge, in distances between the name's and the expiry's
row, where the card's own edges are not known; specimens: 1.8 and 3.1."""
PHOTO_RIGHT, PHOTO_TOP = 0.33, 0.36
"""The printed photograph lies left of and below these shares of the card's width and height."""
LONG_LINES_END = 0.45
"""Share of the card's height below which no field is long: address and dates stand above."""
LONG_LINE_HEIGHTS = 15.0
"""A labelled security code is at most about 13 heights wide; the donor lines are 25 and more."""
NOT_A_NAME = re.compile(r"個人番号|カード$|SPECIMEN|^見本$")
NOT_AN_ADDRESS = re.compile(r"性別|\d年|元年|有効|氏名|個人番号")
MAX_NAME_LEAD_HEIGHTS = 3.0
"""The name stands at most this many heights of the address print above it."""


def parse_fields(lines: Sequence[TextLine]) -> FrameRead:
    """Read the fields among the lines of a card.

    Args:
        lines: text on the card, and nothing beside it.

    Returns:
        The fields found; whatever is missing or ambiguous is left out.
    """
    placed = pieces(lines)
    return _fields(placed, beside_expiry=lambda _expiry: placed)


def parse_photograph(lines: Sequence[TextLine]) -> FrameRead:
    """Read the fields among the lines of a photograph whose card has no outline.

    A number lying beside the card must not pass for its security code, so that is only looked for within the
    card as estimated from the distance of two of its rows.
    """
    placed = pieces(lines)
    return _fields(placed, beside_expiry=lambda expiry: _on_card(placed, expiry))


def _fields(placed: Sequence[Piece], *, beside_expiry: Callable[[Piece], Sequence[Piece]]) -> FrameRead:
    """All fields; `beside_expiry` gives what stands on the card with that expiry row."""
    printed = tuple(rows(placed))
    expiry = next((row for row in printed if EXPIRY.search(row.text)), None)
    finders: Mapping[FieldName, Callable[[], FieldRead | None]] = {
        "name": lambda: _name(placed),
        "address": lambda: read_address(placed, ADDRESS_LABEL, NOT_AN_ADDRESS),
        "birth_date": lambda: date_read(printed, BIRTH),
        "sex": lambda: only(matches(printed, SEX, group=1)) or _sex_beside_birth(placed),
        "expires_on": lambda: date_read(printed, EXPIRY),
        "security_code": lambda: None if expiry is None else _code(placed, expiry, beside_expiry(expiry)),
    }
    found = {name: find() for name, find in finders.items()}
    return {name: read for name, read in found.items() if read is not None}


def worth_reading(outline: NDArray[np.float32]) -> bool:
    """Tell whether a line of a rectified card may hold a field or a word beside one.

    Coarse on purpose: only what is far from every field is left unread, which saves half of the time.

    Args:
        outline: (4, 2), px of the rectified card.
    """
    width, height = RECTIFIED_SIZE_PX
    across, down = outline.mean(axis=0) / (width, height)
    length = float(np.linalg.norm(outline[1] - outline[0]))
    thickness = float(np.linalg.norm(outline[3] - outline[0]))
    in_photograph = across < PHOTO_RIGHT and down > PHOTO_TOP
    may_be_long = bool(down < LONG_LINES_END)
    return not in_photograph and (may_be_long or length < LONG_LINE_HEIGHTS * thickness)


def _code(placed: Sequence[Piece], expiry: Piece, on_card: Sequence[Piece]) -> FieldRead | None:
    """A group of four digits that stands alone, below and not left of the row that says まで有効."""
    below = [piece for piece in on_card if piece.top >= expiry.bottom and piece.left >= expiry.left]
    return only(read for piece in below for read in _free_standing(piece, placed))


def _on_card(placed: Sequence[Piece], expiry: Piece) -> Sequence[Piece]:
    """What stands within the card's lower right corner, as far as its rows tell where that is."""
    name = next((piece for piece in placed if NAME_LABEL.match(piece.text)), None)
    if name is None or lead(name, expiry) <= 0:
        return ()
    lowest = expiry.bottom + CODE_ZONE_DOWN * lead(name, expiry)
    rightmost = expiry.left + CODE_ZONE_RIGHT * lead(name, expiry)
    return [piece for piece in placed if piece.bottom <= lowest and piece.right <= rightmost]


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


def _sex_beside_birth(placed: Sequence[Piece]) -> FieldRead | None:
    """A free-standing 男 or 女 in the row of the birth date: the small label before it is often unread."""
    birth = next((piece for piece in placed if BIRTH.search(piece.text)), None)
    if birth is None:
        return None
    beside = (piece for piece in placed if piece.in_row_with(birth) and piece.left > birth.right)
    return only(
        FieldRead(piece.text, piece.text, piece.confidences[0]) for piece in beside if piece.text in SEXES
    )


def _name(placed: Sequence[Piece]) -> FieldRead | None:
    parts = after_label(placed, NAME_LABEL) or _above_address(placed)
    kept = [part for part in parts if not NOT_A_NAME.search(part.text)]
    return joined(kept)


def _above_address(placed: Sequence[Piece]) -> tuple[Piece, ...]:
    """The row right above the address, which begins at the same place."""
    address = address_start(placed, ADDRESS_LABEL)
    if not address:
        return ()
    start = address[0]
    above = [piece for piece in placed if lead(piece, start) > 0 and aligned(piece, start)]
    nearest = min(above, key=lambda piece: lead(piece, start), default=None)
    if nearest is None or lead(nearest, start) > MAX_NAME_LEAD_HEIGHTS * start.height:
        return ()
    return (nearest, *follow(nearest, placed))
