"""Japanese eras and printed dates. Pure.

Reads 昭和55年2月17日 and 2035年2月17日, keeps the year as printed (照合番号B needs it) and the civil date
(everything else does). Eras change by day: 元号法 and its predecessors. On 1912-07-30 and 1926-12-25 two
eras hold, because the new one began on the day the old one ended.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Era:
    """One era: its name and its first and last day, both inclusive."""

    name: str
    first: date
    last: date


ERAS = (
    Era("明治", date(1868, 1, 25), date(1912, 7, 30)),
    Era("大正", date(1912, 7, 30), date(1926, 12, 25)),
    Era("昭和", date(1926, 12, 25), date(1989, 1, 7)),
    Era("平成", date(1989, 1, 8), date(2019, 4, 30)),
    Era("令和", date(2019, 5, 1), date.max),
)
ERA_BY_NAME = {era.name: era for era in ERAS}
PRINTED_DATE = re.compile(
    rf"(?P<era>{'|'.join(ERA_BY_NAME)})?(?P<year>元|\d{{4}}|\d{{1,2}})年(?P<month>\d{{1,2}})月(?P<day>\d{{1,2}})日"
)
"""Over text without spaces, in half-width digits."""
ERA_SIGNS = {
    sign: era.name for era, letter in zip(ERAS, "MTSHR", strict=True) for sign in (era.name[0], letter)
}
"""Initials by which people write eras: S55, 昭55."""
MAX_TYPED_CHARACTERS = 40
"""The longest date that people type has about 20, spaces included."""
_YEAR = rf"(?:(?P<era>{'|'.join([*ERA_BY_NAME, *ERA_SIGNS])})(?P<era_year>元|\d{{1,2}})|(?P<year>\d{{4}}))"
TYPED_DATES = (
    re.compile(rf"{_YEAR}(?:年|[/.-])(?P<month>\d{{1,2}})(?:月|[/.-])(?P<day>\d{{1,2}})日?"),
    re.compile(rf"{_YEAR.replace('1,2', '2')}(?P<month>\d{{2}})(?P<day>\d{{2}})"),
)
"""昭和55年2月17日, S55.2.17, 1980/2/17, 1980-02-17; and without marks S550217, 19800217."""
SEPARATORS = str.maketrans({**dict.fromkeys("‐‑‒–—―−ー", "-"), **dict.fromkeys("。・,、", ".")})
"""What Japanese keyboards give for the hyphen and the full stop."""
TYPED_FORMS = "1980-02-17, 1980/2/17, S55.2.17 or 昭和55年2月17日"


@dataclass(frozen=True, slots=True)
class PrintedDate:
    """A date as a card prints it.

    Attributes:
        era: era name, or None when the Gregorian year is printed.
        year: the printed year: of the era (元 = 1), or Gregorian.
        month: 1..12 where real; not checked here.
        day: 1..31 where real; not checked here.
    """

    era: str | None
    year: int
    month: int
    day: int

    @property
    def civil(self) -> date | None:
        """The civil date, or None when there is no such day or it is not in the era."""
        try:
            day = date(self._gregorian_year, self.month, self.day)
        except ValueError:
            return None
        return day if self.era is None or _within(day, ERA_BY_NAME[self.era]) else None

    @property
    def _gregorian_year(self) -> int:
        return self.year if self.era is None else ERA_BY_NAME[self.era].first.year + self.year - 1


def parse_printed_date(text: str) -> PrintedDate | None:
    """Find the first printed date in a text without spaces; era years need an era, bare years four digits."""
    for match in PRINTED_DATE.finditer(text):
        era, year = match["era"], match["year"]
        if (era is None) == (len(year) == len("2035")):
            return PrintedDate(era, 1 if year == "元" else int(year), int(match["month"]), int(match["day"]))
    return None


def parse_typed_date(text: str) -> PrintedDate | None:
    """Read a date as people type it: full or half width, era or Gregorian year, in any usual form.

    Args:
        text: the date alone, or with the card's 生 or まで有効 after it.

    Returns:
        The date with its year as typed, or None: not a date, or a year of two digits without an era.
    """
    plain = "".join(unicodedata.normalize("NFKC", text[:MAX_TYPED_CHARACTERS]).split()).upper()
    bare = plain.translate(SEPARATORS).removesuffix("有効").removesuffix("まで").removesuffix("生")
    match = next((found for form in TYPED_DATES if (found := form.fullmatch(bare))), None)
    if match is None:
        return None
    sign, year = match["era"], match["era_year"] or match["year"]
    era = None if sign is None else ERA_SIGNS.get(sign, sign)
    return PrintedDate(era, 1 if year == "元" else int(year), int(match["month"]), int(match["day"]))


def typed_day(text: str) -> date | None:
    """The civil date that a typed one means; None when it is no date or there is no such day."""
    typed = parse_typed_date(text)
    return typed.civil if typed else None


def era_year(day: date) -> int:
    """Year of the era that a day falls in, the newer one where two hold; counted from Meiji before it."""
    era = next((era for era in reversed(ERAS) if era.first <= day), ERAS[0])
    return day.year - era.first.year + 1


def in_era(day: date) -> PrintedDate:
    """Express a civil date in its era; the newer one where two hold.

    Raises:
        ValueError: before Meiji.
    """
    era = next((era for era in reversed(ERAS) if _within(day, era)), None)
    if era is None:
        raise ValueError("no era before 1868-01-25")
    return PrintedDate(era.name, era_year(day), day.month, day.day)


def _within(day: date, era: Era) -> bool:
    return era.first <= day <= era.last
