"""Finds a My Number card's security code among placed pieces of text. Pure.

The code is told by what it is, four digits that stand alone, and by what it stands with. Published pictures
have it under the photograph, at the end of the line of the serial number (16 characters, 0-9 and A-F), with
no word before it; other cards may have a word, or the code elsewhere. So evidence is ranked:

1. right after its word, or after a serial number of the right length;
2. further on in the row of the serial number, or right under it or under the word;
3. alone at the foot of the card.

The strongest rank decides; two values of one rank are a doubt, and so is what may be a piece of the serial
number. A doubt means that this frame gives no code. What is written on the signature panel, in the
certificates' box, in address and dates, or beside the card has no rank.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from itertools import pairwise
from typing import Final

from verifier.ocr.fields import FieldRead
from verifier.ocr.glyphs import DIGIT_LOOKALIKES
from verifier.ocr.layout import Piece
from verifier.ocr.pin_b import CODE_DIGITS
from verifier.ocr.rows import MAX_GAP_HEIGHTS, follow, join, lead, only
from verifier.ocr.sheet import Sheet

WORD: Final = "セキュリティコード"
MIN_WORD_CHARACTERS: Final = 5
"""So many characters of the word, in its order, must be right: it is small print."""
LATIN_WORD: Final = re.compile(r"SECURITY(?:CODE)?$", re.IGNORECASE)
SMALL_PRINT: Final = re.compile(r"(?:[^0-9A-Za-z]?[\u30a1-\u30fc]){3,9}[^0-9A-Za-z]?([0-9]{4})")
"""At least every second character is katakana, then four digits."""
SERIAL_CHARACTERS: Final = 16
SERIAL_LENGTHS: Final = range(14, 18)
"""Characters that a reader makes of a serial number; less may be a part of it and a part of the code."""
MIN_SERIAL_DIGITS: Final = 4
"""A serial number of 16 hexadecimal characters has fewer digits in one of 2,000 cards; words have none."""
BREAK_PITCHES: Final = 1.75
"""From this distance between two characters on there is a space between them. Without one the reader's places
are at most 1.5 mean pitches apart, because it tells them in steps of a third of a character."""
MAX_GROUPS: Final = 3
"""Spaces within a serial number that is printed in groups of four."""
MIN_SHIFT: Final = 0.6
"""A space moves the characters after it by at least this many pitches."""
MAX_UNEVEN: Final = 1.8
"""Within a group of four digits the widest step is less than this many times the narrowest; measured: 1.5."""
MIN_JOINT: Final = 0.8
"""The step from serial number to code is at least this share of the widest step within the code."""
RUN: Final = re.compile(r"[0-9A-Za-zＯ〇|.,·・'`:_-]+")
"""Characters of a serial number and what a reader makes of specks beside them."""
SPECKS: Final = frozenset(".,·・'`:_-")
CODE: Final = re.compile(r"[0-9]{4}")
NUMBERLIKE: Final = re.compile(r"[0-9A-Za-z年月日号番丁目〒-]")
"""What stands in the row of other numbers: dates, addresses, serial numbers."""
UNDER_HEIGHTS: Final = 2.4
"""A line right under another one begins at most this many text heights below its middle."""
AWAY_HEIGHTS: Final = 8.0
"""A group of digits stands alone when the next number in its row is this many text heights away."""
FOOT: Final = (0.83, 1.02)
"""Shares of the card's height between which a code may stand alone: below photograph and signature panel."""
ON_CARD: Final = (-0.04, 1.08)
"""Shares of the card's width and height within which anything printed on it stands, as exactly as known."""
SERIAL_START: Final = 0.09
"""Share of the card's width left of which a serial number begins; four digits there may be its beginning."""


class Doubt(StrEnum):
    """Why a frame that shows candidates gives no code."""

    TWO_CANDIDATES = "two_candidates"
    UNCLEAR_SERIAL = "unclear_serial"
    """Where the serial number ends and the code begins cannot be told."""
    MAYBE_SERIAL = "maybe_serial"
    """Four digits stand where a serial number begins."""


@dataclass(frozen=True, slots=True)
class Found:
    """What one frame says about the code: the code, or a doubt, or neither."""

    read: FieldRead | None = None
    doubt: Doubt | None = None


@dataclass(frozen=True, slots=True)
class _Serial:
    """A serial number: where it stands, the code that ends its line, and what is unclear about it."""

    piece: Piece
    code: Piece | None = None
    rest: bool = False
    doubt: Doubt | None = None


def find_code(placed: Sequence[Piece], sheet: Sheet) -> Found:
    """Find the security code.

    Args:
        placed: everything that was read.
        sheet: the card's extent.
    """
    on_card = [piece for piece in placed if _on_card(piece, sheet)]
    chains = [_chain(piece, on_card) for piece in on_card]
    serials = [serial for chain in chains if (serial := _serial(chain)) is not None]
    words = [word for chain in chains if (word := _word(chain)) is not None]
    ranks = (
        [*(serial.code for serial in serials), *(code for _, code in words)],
        [*_beyond(serials, on_card), *_under([*(s.piece for s in serials), *(w for w, _ in words)], on_card)],
    )
    doubts = [serial.doubt for serial in serials if serial.doubt is not None]
    for rank in ranks:
        found = _one(piece for piece in rank if piece is not None)
        if found is not None:
            return found
        if doubts:
            return Found(doubt=doubts[0])
    if words or any(serial.rest for serial in serials):
        return Found()
    return _alone(on_card, sheet, serial_seen=bool(serials))


def _one(candidates: Iterable[Piece]) -> Found | None:
    """The candidates' common value, a doubt when they differ, None without any."""
    reads = [FieldRead(piece.text, piece.text, min(piece.confidences)) for piece in candidates]
    if not reads:
        return None
    read = only(reads)
    return Found(read) if read else Found(doubt=Doubt.TWO_CANDIDATES)


def _on_card(piece: Piece, sheet: Sheet) -> bool:
    lowest, highest = ON_CARD
    inside = lowest <= sheet.start(piece) and sheet.end(piece) <= highest
    return inside and lowest <= sheet.down(piece) <= highest


def _chain(piece: Piece, placed: Sequence[Piece]) -> Piece:
    """The piece and what follows it in its row."""
    return join((piece, *follow(piece, placed)))


def _serial(chain: Piece) -> _Serial | None:
    """The serial number that begins a row, or stands in it after other words."""
    return next(
        (serial for run in _runs(chain) if (serial := _split(run)) is not None),
        None,
    )


def _runs(chain: Piece) -> Iterator[Piece]:
    """Groups of letters and digits in a row, specks left out."""
    for match in RUN.finditer(chain.text):
        kept = [place for place in range(*match.span()) if chain.text[place] not in SPECKS]
        if kept:
            yield _picked(chain, kept)


def _picked(chain: Piece, places: Sequence[int]) -> Piece:
    """Some characters of a piece."""
    centres = tuple(chain.centres[place] for place in places)
    half = (centres[-1] - centres[0]) / max(len(centres) - 1, 1) / 2
    return Piece(
        "".join(chain.text[place] for place in places),
        tuple(chain.confidences[place] for place in places),
        centres[0] - half,
        centres[-1] + half,
        chain.top,
        chain.bottom,
        centres,
    )


def _split(run: Piece) -> _Serial | None:
    """Part a run into serial number and code."""
    length = len(run.text)
    at = length - CODE_DIGITS
    if length < min(SERIAL_LENGTHS) or not _serial_like(run.text[:SERIAL_CHARACTERS]):
        return None
    spaces = _spaces(run)
    if at in SERIAL_LENGTHS and _parts(run, at, spaces):
        code = _as_code(_picked(run, range(at, length)))
        if code is not None:
            return _Serial(_picked(run, range(at)), code=code)
    if length in SERIAL_LENGTHS and not any(place >= at for place in spaces):
        return _Serial(run)
    serial = _picked(run, range(min(length, SERIAL_CHARACTERS)))
    unclear = length == SERIAL_CHARACTERS + CODE_DIGITS
    return _Serial(serial, rest=True, doubt=Doubt.UNCLEAR_SERIAL if unclear else None)


def _serial_like(text: str) -> bool:
    return sum(character.isdigit() for character in text) >= MIN_SERIAL_DIGITS


def _parts(run: Piece, at: int, spaces: set[int]) -> bool:
    """True when the code begins at that place.

    With as many characters as are printed, nothing may speak against it; with one more or less, the only
    space must be there.
    """
    late = {place for place in spaces if place >= min(SERIAL_LENGTHS)}
    if at != SERIAL_CHARACTERS:
        return late == {at}
    steps = _steps(run)
    return min(late, default=at) >= at and steps[at - 1] >= MIN_JOINT * max(steps[at:])


def _spaces(run: Piece) -> set[int]:
    """Places of the characters before which there is a space, by the pitch of the serial number."""
    steps = _steps(run)
    usual = sorted(steps[: min(SERIAL_LENGTHS) - 1])[:-MAX_GROUPS]
    pitch = sum(usual) / len(usual)
    return {
        place
        for place, step in enumerate(steps, start=1)
        if step >= BREAK_PITCHES * pitch and _shifts(steps, place, pitch)
    }


def _shifts(steps: Sequence[float], place: int, pitch: float) -> bool:
    """True when what follows is shifted for good: a narrow step beside it takes a false one back."""
    around = steps[max(place - 2, 0) : place + 1]
    return sum(around) >= (len(around) + MIN_SHIFT) * pitch


def _steps(run: Piece) -> list[float]:
    """Distances from character to character, px."""
    return [right - left for left, right in pairwise(run.centres)]


def _as_code(piece: Piece) -> Piece | None:
    """The piece with letters that look like digits read as digits, if four digits come of it."""
    text = piece.text
    if 2 * sum(character.isdigit() for character in text) > len(text):
        text = text.translate(DIGIT_LOOKALIKES)
    if CODE.fullmatch(text) is None:
        return None
    return Piece(text, piece.confidences, piece.left, piece.right, piece.top, piece.bottom, piece.centres)


def _group(piece: Piece) -> Piece | None:
    """Four digits without a space among them: the end of a serial number and a part of the code have one."""
    code = _as_code(piece)
    if code is None:
        return None
    steps = _steps(code)
    return code if max(steps) < MAX_UNEVEN * min(steps) else None


def _word(chain: Piece) -> tuple[Piece, Piece | None] | None:
    """The word that says what the code is, and the code right after it."""
    latin = LATIN_WORD.search(chain.text.rstrip("0123456789:"))
    if latin is not None:
        digits = [place for place in range(latin.end(), len(chain.text)) if chain.text[place] != ":"]
        return _picked(chain, range(latin.end())), _group(_picked(chain, digits)) if digits else None
    for match in re.finditer(r"[^0-9A-Za-z年月日]{5,}", chain.text):
        if _is_word(match[0]):
            after = RUN.match(chain.text, match.end())
            word = _picked(chain, range(*match.span()))
            return word, _group(_picked(chain, range(*after.span()))) if after else None
    return None


def _is_word(text: str) -> bool:
    blocks = SequenceMatcher(None, text, WORD, autojunk=False).get_matching_blocks()
    return sum(block.size for block in blocks) >= MIN_WORD_CHARACTERS or WORD[:3] in text


def _beyond(serials: Sequence[_Serial], placed: Sequence[Piece]) -> Iterator[Piece]:
    """The next thing in the row of a whole serial number that ends its own line, if four digits are it."""
    for serial in serials:
        if serial.code is not None or serial.rest:
            continue
        right = [p for p in placed if p.left >= serial.piece.right and p.in_row_with(serial.piece)]
        nearest = min(right, key=lambda piece: piece.left, default=None)
        code = _group(nearest) if nearest else None
        if code is not None:
            yield code


def _under(above: Sequence[Piece], placed: Sequence[Piece]) -> Iterator[Piece]:
    """Four digits in the line right under a serial number or the word."""
    for upper in above:
        for piece in placed:
            near = 0 < lead(upper, piece) <= UNDER_HEIGHTS * max(upper.height, piece.height)
            beside = piece.left < upper.right + piece.height and piece.right > upper.left - piece.height
            code = _group(piece)
            below = near and beside and not piece.in_row_with(upper)
            if code is not None and below and not _beside_numbers(piece, placed, MAX_GAP_HEIGHTS):
                yield code


def _alone(placed: Sequence[Piece], sheet: Sheet, *, serial_seen: bool) -> Found:
    """Four digits at the foot of the card with no number near them."""
    lowest, highest = FOOT
    candidates = [
        code
        for piece in placed
        if lowest <= sheet.down(piece) <= highest
        and (code := _group(piece) or _after_small_print(piece)) is not None
        and not _beside_numbers(piece, placed, AWAY_HEIGHTS)
    ]
    if not serial_seen and any(sheet.start(piece) < SERIAL_START for piece in candidates):
        return Found(doubt=Doubt.MAYBE_SERIAL)
    return _one(candidates) or Found()


def _after_small_print(piece: Piece) -> Piece | None:
    """Four digits at the end of a piece that is katakana otherwise: the word, read beyond recognition."""
    match = SMALL_PRINT.fullmatch(piece.text)
    return _group(_picked(piece, range(*match.span(1)))) if match else None


def _beside_numbers(piece: Piece, placed: Sequence[Piece], heights: float) -> bool:
    """True when something in the row continues the number: a written date, a serial number."""
    return any(
        other is not piece
        and other.in_row_with(piece)
        and NUMBERLIKE.search(other.text) is not None
        and max(other.left - piece.right, piece.left - other.right)
        <= heights * max(piece.height, other.height)
        for other in placed
    )
