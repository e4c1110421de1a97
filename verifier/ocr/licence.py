"""Finds the fields of a driver's licence's front among its text lines. Pure.

Anchored on printed words (氏名 住所 生 交付 まで有効 番号 条件等), not on positions. The end of validity is
printed with the Gregorian and the era year together (2028年(令和10年)02月03日まで有効), on older cards with
the era year alone; both years are kept, and whether they agree is `expiry_years_agree`'s matter.

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
from verifier.ocr.fields import FieldName, FieldRead, FrameRead
from verifier.ocr.glyphs import DIGIT_LOOKALIKES
from verifier.ocr.layout import Piece, pieces
from verifier.ocr.rows import after_label, date_read, joined, matches, only, rows
from verifier.ocr.text import TextLine

BIRTH: Final = re.compile(PRINTED_DATE.pattern + "生")
EXPIRY: Final = re.compile(
    rf"(?P<gregorian>\d{{4}})年\(?(?P<era>{'|'.join(ERA_BY_NAME)})(?P<year>元|\d{{1,2}})年?\)?"
    r"(?P<month>\d{1,2})月(?P<day>\d{1,2})日まで有[効效]"
)
"""Both years."""
EXPIRY_ERA_ONLY: Final = re.compile(r"(?<![(\d年])" + PRINTED_DATE.pattern + "まで有[効效]")
ISSUE: Final = re.compile("交付" + PRINTED_DATE.pattern)
NUMBER: Final = re.compile(r"(?<![0-9])第?([0-9OoIl|]{12})(?:号|(?![0-9OoIl|]))")
NAME_LABEL: Final = re.compile(r"^氏名[::]?")
ADDRESS_LABEL: Final = re.compile(r"^住所[::]?")
CONDITIONS_LABEL: Final = re.compile(r"^(?:免許の条件等|免許の|条件等)")
NOT_AN_ADDRESS: Final = re.compile(r"交付|\d年|元年|有[効效]|免許|条件|番号|氏名")
NOT_CONDITIONS: Final = re.compile(r"^(?:条件等|免許の)|SPECIMEN|^見本|番号|第\d")
CLASSES: Final = tuple(
    "大特二 け引二 大自二 普自二 準中型 大型 中型 普通 大特 小特 原付 け引 大二 中二 普二".split()  # noqa: SIM905  a word list
)
"""As abbreviated in the grid of the current form, longer ones first: 大特 begins 大特二."""
CLASS: Final = re.compile("|".join(CLASSES))
GRID_CELLS: Final = re.compile(rf"(?:{'|'.join(CLASSES)}|[-―ー一─—·.])+")
WEIGHTS: Final = (5, 4, 3, 2, 7, 6, 5, 4, 3, 2)
MODULUS: Final = 11


def parse_licence(lines: Sequence[TextLine]) -> FrameRead:
    """Read the fields of one frame; whatever is missing or ambiguous is left out.

    Args:
        lines: all text found on the card, or in the whole frame.
    """
    placed = pieces(lines)
    printed = tuple(rows(placed))
    finders: Mapping[FieldName, Callable[[], FieldRead | None]] = {
        "name": lambda: _name(placed),
        "birth_date": lambda: date_read(printed, BIRTH),
        "address": lambda: read_address(placed, ADDRESS_LABEL, NOT_AN_ADDRESS),
        "issued_on": lambda: date_read(printed, ISSUE),
        "expires_on": lambda: _expiry(printed),
        "number": lambda: only(_numbers(printed)),
        "conditions": lambda: _conditions(placed),
        "classes": lambda: _classes(placed),
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
    if match is None:
        return None
    day = _in_era(match).civil
    return day is not None and day.year == int(match["gregorian"])


def one_month_after_birthday(born: date, ends: date) -> bool:
    """Whether a licence ends where most do: one month after a birthday. Extensions and 29 February do not."""
    month = born.month % 12 + 1
    return (ends.month, ends.day) == (month, born.day) or (ends.month == month and ends.day < born.day)


def _name(placed: Sequence[Piece]) -> FieldRead | None:
    return joined([part for part in after_label(placed, NAME_LABEL) if not PRINTED_DATE.search(part.text)])


def _expiry(printed: Sequence[Piece]) -> FieldRead | None:
    read = only(matches(printed, EXPIRY))
    if read is None:
        return date_read(printed, EXPIRY_ERA_ONLY)
    match = EXPIRY.search(read.printed)
    assert match is not None, "the pattern that found it"
    day = PrintedDate(None, int(match["gregorian"]), int(match["month"]), int(match["day"])).civil
    return FieldRead(day.isoformat() if day else "", read.printed, read.confidence)


def _in_era(match: re.Match[str]) -> PrintedDate:
    year = 1 if match["year"] == "元" else int(match["year"])
    return PrintedDate(match["era"], year, int(match["month"]), int(match["day"]))


def _numbers(printed: Sequence[Piece]) -> Iterator[FieldRead]:
    for read in matches(printed, NUMBER, group=1):
        digits = read.printed.translate(DIGIT_LOOKALIKES)
        yield FieldRead(digits, digits, read.confidence)


def _conditions(placed: Sequence[Piece]) -> FieldRead | None:
    parts = after_label(placed, CONDITIONS_LABEL)
    return joined([part for part in parts if not NOT_CONDITIONS.search(part.text)])


def _classes(placed: Sequence[Piece]) -> FieldRead | None:
    """What stands in the cells of the grid, in its order; the reader often joins neighbouring cells."""
    cells = [piece for piece in placed if GRID_CELLS.fullmatch(piece.text) and CLASS.search(piece.text)]
    held = [name for name in CLASSES if any(name in CLASS.findall(piece.text) for piece in cells)]
    if not held:
        return None
    return FieldRead("・".join(held), "・".join(held), min(min(piece.confidences) for piece in cells))
