"""Finds the fields of a driver's licence's front among its text lines. Pure.

Anchored on printed words (氏名 住所 生 交付 まで有効 番号 条件等), not on positions. The end of validity is
printed with the Gregorian and the era year together (2028年(令和10年)02月03日まで有効), on older cards with
the era year alone, which may lie beyond the era (平成36年): both years are kept, and whether they agree is
`expiry_years_agree`'s matter. What stands upright is in no row.

The number's check digit is known from private collections only (tetsutalow.github.io/driversnumbercheckdigit,
jiko0.com/bangou.html) and misses 1.8 % of single substitutions, so it warns and never decides.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from typing import Final

from verifier.era import ERA_BY_NAME, PRINTED_DATE, PrintedDate
from verifier.ocr.address import read_address
from verifier.ocr.classes import read_classes
from verifier.ocr.conditions import read_conditions
from verifier.ocr.fields import FieldName, FieldRead, FrameRead
from verifier.ocr.glyphs import DIGIT_LOOKALIKES, is_japanese, is_sure
from verifier.ocr.layout import Piece, pieces
from verifier.ocr.rows import after_label, date_read, join, matches, only, rows, whole_row
from verifier.ocr.text import TextLine

BIRTH: Final = re.compile(PRINTED_DATE.pattern + "生")
_ERA_YEAR: Final = rf"(?P<era>{'|'.join(ERA_BY_NAME)})(?P<year>元|\d{{1,2}})年?"
_ENDS: Final = r"(?P<month>\d{1,2})月(?P<day>\d{1,2})日まで有[効效]"
EXPIRY: Final = re.compile(rf"(?P<gregorian>\d{{4}})年\(?{_ERA_YEAR}\)?{_ENDS}")
"""Both years."""
EXPIRY_ERA_ONLY: Final = re.compile(rf"(?<![(\d年]){_ERA_YEAR}{_ENDS}")
_ISSUE_DATE: Final = rf"(?:{'|'.join(ERA_BY_NAME)})(?:元|\d{{2}})年\d{{2}}月\d{{2}}日"
ISSUE: Final = re.compile(rf"(?<=交付){_ISSUE_DATE}|{_ISSUE_DATE}(?=\d{{5}}(?!\d))")
"""Two digits everywhere; behind its label, or before the five digits of the reference number (照会番号)."""
NUMBER: Final = re.compile(r"(?<![0-9])第?([0-9OoIl|]{12})(?:号|(?![0-9OoIl|]))")
NAME_LABEL: Final = re.compile(r"^氏名[::]?")
NAME: Final = re.compile(
    r"(?:氏名[::]?)?(?P<own>[^\d()\[\]〔〕【】「」<>:]+)(?P<other>[(\[〔【「<][^)\]〕】」>]*[)\]〕】」>]?)?"
)
"""A former surname or an alias stands in brackets behind the name."""
ADDRESS_LABEL: Final = re.compile(r"^住所[::]?")
NOT_AN_ADDRESS: Final = re.compile(
    rf"交付|\d年|\d月|元年|(?:{'|'.join(ERA_BY_NAME)})\d|有[効效]|免許|条件|番号|氏名|公安"
)
WEIGHTS: Final = (5, 4, 3, 2, 7, 6, 5, 4, 3, 2)
MODULUS: Final = 11


def parse_licence(lines: Sequence[TextLine]) -> FrameRead:
    """Read the fields of one frame; whatever is missing or ambiguous is left out.

    Args:
        lines: all text found on the card, or in the whole frame.
    """
    placed = pieces(lines)
    flat = tuple(piece for piece in placed if not piece.upright)
    printed = tuple(rows(flat))
    finders: Mapping[FieldName, Callable[[], FieldRead | None]] = {
        "name": lambda: _name(flat),
        "birth_date": lambda: date_read(printed, BIRTH),
        "address": lambda: read_address(flat, ADDRESS_LABEL, NOT_AN_ADDRESS),
        "issued_on": lambda: date_read(printed, ISSUE),
        "expires_on": lambda: _expiry(printed),
        "number": lambda: only(_numbers(printed)),
        "conditions": lambda: read_conditions(flat),
        "classes": lambda: read_classes(placed),
    }
    found = {name: find() for name, find in finders.items()}
    return {name: read for name, read in found.items() if read is not None}


def check_digit_holds(number: str) -> bool:
    """True when the eleventh digit follows from the ten before it: a warning when not, never a verdict."""
    total = sum(int(digit) * weight for digit, weight in zip(number, WEIGHTS, strict=False))
    return number[len(WEIGHTS)] == str((MODULUS - total % MODULUS) % 10)


def expiry_years_agree(printed: str) -> bool | None:
    """Whether the Gregorian and the era year name one year; None where only one is printed."""
    match = EXPIRY.search(printed)
    return None if match is None else _era_year(match) == int(match["gregorian"])


def one_month_after_birthday(born: date, ends: date) -> bool:
    """Whether a licence ends where most do: one month after a birthday. Extensions and 29 February do not."""
    month = born.month % 12 + 1
    return (ends.month, ends.day) == (month, born.day) or (ends.month == month and ends.day < born.day)


def _name(flat: Sequence[Piece]) -> FieldRead | None:
    """Behind its label up to the birth date, else left of the birth date, which shares the row."""
    labelled = after_label(flat, NAME_LABEL)
    births = [piece for piece in flat if BIRTH.search(piece.text)]
    row = join(labelled) if labelled else next((whole_row(birth, flat) for birth in births), None)
    if row is None:
        return None
    born = PRINTED_DATE.search(row.text)
    named = row.characters(0, born.start() if born else len(row.text))
    sure = is_japanese(named.text) and is_sure(named.text, named.confidences)
    match = NAME.fullmatch(named.text) if sure else None
    return match and FieldRead(match["own"], named.text, min(named.confidences))


def _expiry(printed: Sequence[Piece]) -> FieldRead | None:
    """The last day; its value is empty when there is no such day."""
    for pattern in (EXPIRY, EXPIRY_ERA_ONLY):
        read = only(matches(printed, pattern))
        match = pattern.search(read.printed) if read else None
        if read is not None and match is not None:
            year = int(match["gregorian"]) if pattern is EXPIRY else _era_year(match)
            day = PrintedDate(None, year, int(match["month"]), int(match["day"])).civil
            return FieldRead(day.isoformat() if day else "", read.printed, read.confidence)
    return None


def _era_year(match: re.Match[str]) -> int:
    """Gregorian; the era may have ended before: cards were printed years ahead."""
    year = 1 if match["year"] == "元" else int(match["year"])
    return ERA_BY_NAME[match["era"]].first.year + year - 1


def _numbers(printed: Sequence[Piece]) -> Iterator[FieldRead]:
    for read in matches(printed, NUMBER, group=1):
        digits = read.printed.translate(DIGIT_LOOKALIKES)
        yield FieldRead(digits, digits, read.confidence)
