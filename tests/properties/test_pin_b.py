"""Whatever date a card prints, 照合番号B and the checks treat it the same way."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TypeAlias

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from verifier.era import ERAS, PrintedDate, in_era, parse_printed_date
from verifier.ocr.pin_b import build_pin_b, implausibility

pytestmark = pytest.mark.properties

TODAY = date(2026, 11, 22)
ANY_DAY = st.dates(date(1868, 1, 25), date(2099, 12, 31))
BIRTHS = st.dates(date(1912, 1, 1), TODAY)
CODES = st.from_regex(r"[0-9]{4}", fullmatch=True).filter(str.isascii)
EXPIRY_YEARS = st.integers(TODAY.year + 1, TODAY.year + 10)
Card: TypeAlias = tuple[date, int, str]
CARDS = st.tuples(BIRTHS, EXPIRY_YEARS, CODES)


def printed(day: PrintedDate) -> str:
    year = "元" if day.era and day.year == 1 else str(day.year)
    return f"{day.era or ''}{year}年{day.month}月{day.day}日"


@given(ANY_DAY)
def test_a_day_in_its_era_is_the_same_civil_day(day: date) -> None:
    assert in_era(day).civil == day


@given(ANY_DAY)
def test_a_printed_date_reads_back(day: date) -> None:
    assert parse_printed_date(printed(in_era(day)) + "生") == in_era(day)


@given(st.dates(date(1900, 1, 1), date(2099, 12, 31)))
def test_a_gregorian_date_reads_back(day: date) -> None:
    gregorian = PrintedDate(None, day.year, day.month, day.day)
    assert parse_printed_date(printed(gregorian)) == gregorian


@given(ANY_DAY)
def test_the_day_before_an_era_began_is_never_in_it(day: date) -> None:
    era = in_era(day)
    first = next(each.first for each in ERAS if each.name == era.era)
    before = first - timedelta(days=1)
    assert PrintedDate(era.era, 1, before.month, before.day).civil != before


@given(BIRTHS, EXPIRY_YEARS, CODES)
def test_the_code_is_fourteen_digits_and_keeps_its_parts(birth: date, year: int, code: str) -> None:
    pin = build_pin_b(in_era(birth), year, code)
    assert len(pin) == 14
    assert pin.isdigit()
    assert (int(pin[:2]), pin[2:6]) == (in_era(birth).year, f"{birth:%m%d}")
    assert (pin[6:10], pin[10:]) == (str(year), code)


@given(CARDS, CARDS)
def test_different_parts_give_different_codes_within_an_era(one: Card, other: Card) -> None:
    assume(in_era(one[0]).era == in_era(other[0]).era)
    assume(one != other)
    assert build_pin_b(in_era(one[0]), *one[1:]) != build_pin_b(in_era(other[0]), *other[1:])


@given(BIRTHS, EXPIRY_YEARS)
def test_a_card_that_ends_on_a_birthday_is_plausible(birth: date, year: int) -> None:
    expiry = PrintedDate(None, year, birth.month, birth.day)
    assume(expiry.civil is not None)
    assert implausibility(in_era(birth), expiry, today=TODAY) is None


@given(BIRTHS, EXPIRY_YEARS, st.integers(1, 12), st.integers(1, 31))
def test_a_misread_month_or_day_is_always_caught(birth: date, year: int, month: int, day: int) -> None:
    assume((month, day) != (birth.month, birth.day))
    assume((birth.month, birth.day) != (2, 29))
    assert implausibility(in_era(birth), PrintedDate(None, year, month, day), today=TODAY) is not None
