"""Finds a passport's machine-readable zone among the text lines of its data page. Pure.

Decides which two lines are the zone, repairs what their places allow (0 for O among digits, O for 0 among
letters) and keeps only a zone whose every check digit holds. In the document number letters and digits mix:
there a look-alike is exchanged only where exactly one way of doing so satisfies the check digit.

Spec: ICAO Doc 9303 part 4, 4.2.2 (TD3); what the zone means is `verifier.card.passport.mrz`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date
from itertools import product
from typing import Final

from verifier.card.passport.mrz import LINE, Mrz, check_digit, parse_td3
from verifier.errors import InvalidInput
from verifier.ocr.fields import FieldName, FieldRead, FrameRead
from verifier.ocr.layout import ROW_OVERLAP, Piece, pieces
from verifier.ocr.rows import lead, rows
from verifier.ocr.text import TextLine
from verifier.types import Sex

FILLERS: Final = str.maketrans({"«": "<<", "〈": "<", "‹": "<", "く": "<", "《": "<<", "(": "<", "≤": "<"})
"""What text readers make of the filler."""
AS_LETTER: Final = str.maketrans("012568", "OIZSGB")
AS_DIGIT: Final = str.maketrans("OQDIZSGB", "00012568")
SWAPS: Final = {
    "0": "O",
    "O": "0",
    "1": "I",
    "I": "1",
    "2": "Z",
    "Z": "2",
    "5": "S",
    "S": "5",
    "8": "B",
    "B": "8",
}
LETTERS_IN_FRONT: Final = 2
MAX_SWAPPED: Final = 5
"""Look-alikes in one number that are tried both ways: at most 32 readings."""
LENGTHS: Final = range(38, 51)
"""Characters of a line as read: runs of fillers come out too short or too long."""
ZONE_CHARACTERS: Final = re.compile(r"[A-Z0-9<]+")
FIXED: Final = 28
"""Characters of line 2 before the optional data; two check digits stand behind it."""
MAX_LEAD_HEIGHTS: Final = 3.5
"""Middles of the two lines, in heights of the print; Doc 9303 part 4 asks for 6.35 mm, 2.0 to 2.8 heights."""
_NUMBER, _NATIONALITY, _BIRTH, _SEX, _EXPIRY = slice(0, 9), slice(10, 13), slice(13, 20), 20, slice(21, 28)


def parse_passport(lines: Sequence[TextLine], *, today: date) -> FrameRead:
    """Read the zone of one frame; empty when there is none or a check digit does not hold.

    Args:
        lines: all text found on the page, or in the whole frame.
        today: civil date; decides the century of the two-digit years.
    """
    for upper, lower in _pairs(tuple(rows(pieces(lines)))):
        try:
            zone = parse_td3(_upper_line(upper.text) + _lower_line(lower.text), today=today)
        except InvalidInput:
            continue
        return _fields(zone, upper, lower)
    return {}


def _fields(zone: Mrz, upper: Piece, lower: Piece) -> FrameRead:
    first, second = zone.lines[:LINE], zone.lines[LINE:]
    values: dict[FieldName, tuple[str, str, Piece]] = {
        "zone": (zone.key_information, second, lower),
        "number": (zone.number, zone.number, lower),
        "name": (zone.name, first[5:], upper),
        "issuing_state": (zone.issuing_state, zone.issuing_state, upper),
        "nationality": (zone.nationality, zone.nationality, lower),
        "birth_date": (zone.birth_date.isoformat(), second[_BIRTH], lower),
        "sex": ({Sex.MALE: "M", Sex.FEMALE: "F"}.get(zone.sex, "<"), second[_SEX], lower),
        "expires_on": (zone.expires_on.isoformat(), second[_EXPIRY], lower),
    }
    return {
        name: FieldRead(value, printed, min(piece.confidences))
        for name, (value, printed, piece) in values.items()
    }


def _pairs(printed: Sequence[Piece]) -> Iterator[tuple[Piece, Piece]]:
    """Lines that may be a zone together, the lowest first; a line with and without a neighbour is two."""
    found = sorted(filter(None, map(_as_zone_line, printed)), key=lambda piece: -piece.top)
    for lower, upper in product(found, found):
        if ROW_OVERLAP * lower.height < lead(upper, lower) <= MAX_LEAD_HEIGHTS * lower.height:
            yield upper, lower


def _as_zone_line(piece: Piece) -> Piece | None:
    text = piece.text.upper().translate(FILLERS)
    if len(text) not in LENGTHS or not ZONE_CHARACTERS.fullmatch(text):
        return None
    return Piece(text, piece.confidences, piece.left, piece.right, piece.top, piece.bottom)


def _upper_line(text: str) -> str:
    """Letters and fillers only; the fillers at the end brought to 44 characters."""
    return text.translate(AS_LETTER).rstrip("<").ljust(LINE, "<")


def _lower_line(text: str) -> str:
    """Each place as what it allows; empty optional data brought to its length."""
    middle = text[FIXED:-2]
    if len(text) != LINE and not middle.strip("<"):
        text = text[:FIXED] + "<" * (LINE - FIXED - 2) + text[-2:]
    number, digit = text[_NUMBER], text[9:10].translate(AS_DIGIT)
    sex = text[_SEX : _SEX + 1].translate(AS_LETTER)
    dates = text[_BIRTH].translate(AS_DIGIT), text[_EXPIRY].translate(AS_DIGIT)
    checks = text[LINE - 2 :].translate(AS_DIGIT)
    nationality = text[_NATIONALITY].translate(AS_LETTER)
    return (
        _number(number, digit, nationality)
        + digit
        + nationality
        + dates[0]
        + sex
        + dates[1]
        + text[FIXED : LINE - 2]
        + checks
    )


def _number(text: str, digit: str, nationality: str) -> str:
    """The number whose check digit holds, if just one reading of its look-alikes has it."""
    if nationality == "JPN":  # two letters, seven digits
        text = text[:2].translate(AS_LETTER) + text[2:].translate(AS_DIGIT)
    if check_digit(text) == digit or sum(character in SWAPS for character in text) > MAX_SWAPPED:
        return text
    choices = [_readings(character, place) for place, character in enumerate(text)]
    fitting = [one for one in map("".join, product(*choices)) if check_digit(one) == digit]
    return fitting[0] if len(fitting) == 1 else text


def _readings(character: str, place: int) -> tuple[str, ...]:
    """What a character may be: letters become digits anywhere, digits become letters only in front.

    Numbers begin with letters where they have any; freer swaps would turn a misread digit into a wrong number
    that satisfies its check digit by chance.
    """
    if character in SWAPS and (character.isalpha() or place < LETTERS_IN_FRONT):
        return character, SWAPS[character]
    return (character,)
