"""Eras change by day, and a printed year keeps its era."""

from __future__ import annotations

from datetime import date

import pytest

from verifier.era import PrintedDate, era_year, in_era, parse_printed_date, parse_typed_date, typed_day

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("printed", "civil"),
    [
        ("昭和55年2月17日生", date(1980, 2, 17)),
        ("平成元年1月8日生", date(1989, 1, 8)),
        ("昭和64年1月7日生", date(1989, 1, 7)),
        ("令和元年5月1日生", date(2019, 5, 1)),
        ("平成31年4月30日生", date(2019, 4, 30)),
        ("大正15年12月25日生", date(1926, 12, 25)),
        ("昭和元年12月25日生", date(1926, 12, 25)),
        ("明治45年7月30日生", date(1912, 7, 30)),
        ("1990年3月31日生", date(1990, 3, 31)),
    ],
)
def test_a_printed_date_becomes_the_civil_date(printed: str, civil: date) -> None:
    read = parse_printed_date(printed)
    assert read is not None
    assert read.civil == civil


@pytest.mark.parametrize(
    "printed",
    [
        "昭和64年1月8日",  # Heisei had begun
        "平成元年1月7日",  # Showa still ran
        "平成31年5月1日",
        "令和元年4月30日",
        "平成2年2月29日",  # not a leap year
        "昭和60年13月1日",
        "昭和60年1月0日",
    ],
)
def test_a_day_that_the_era_does_not_have_has_no_civil_date(printed: str) -> None:
    read = parse_printed_date(printed)
    assert read is not None
    assert read.civil is None


def test_the_first_year_is_printed_gannen_and_counts_as_one() -> None:
    assert parse_printed_date("平成元年3月31日生") == PrintedDate("平成", 1, 3, 31)


@pytest.mark.parametrize("text", ["", "55年2月17日", "昭和1980年2月17日", "平成二年三月四日", "19900331"])
def test_text_that_is_no_printed_date_is_not_read_as_one(text: str) -> None:
    assert parse_printed_date(text) is None


def test_the_newer_era_names_a_day_on_which_two_hold() -> None:
    assert in_era(date(1926, 12, 25)) == PrintedDate("昭和", 1, 12, 25)


def test_no_era_is_given_before_meiji() -> None:
    with pytest.raises(ValueError, match="1868"):
        in_era(date(1868, 1, 24))


@pytest.mark.parametrize(
    ("day", "year"),
    [
        (date(2019, 5, 1), 1),
        (date(2019, 4, 30), 31),
        (date(1989, 1, 8), 1),
        (date(1989, 1, 7), 64),
        (date(1926, 12, 25), 1),
        (date(1926, 12, 24), 15),
        (date(1912, 7, 30), 1),
        (date(1912, 7, 29), 45),
        (date(1911, 1, 1), 44),
    ],
)
def test_eras_change_by_day(day: date, year: int):
    assert era_year(day) == year


@pytest.mark.parametrize(
    "typed",
    [
        "1980-02-17",
        "1980/2/17",
        "1980.2.17",
        "1980年2月17日",
        "19800217",
        "１９８０／２／１７",
        "１９８０－０２－１７",
        "1980ー2ー17",
        " 1980 / 02 / 17 ",
        "S55.2.17",
        "s55/2/17",
        "S55-2-17",
        "Ｓ５５．２．１７",
        "S550217",
        "昭55.2.17",
        "昭和55年2月17日",
        "昭和55年2月17日生",
        "昭和 ５５年 ２月１７日",
        "昭和55.2.17",
    ],
)
def test_a_date_is_read_as_people_type_it(typed: str) -> None:
    assert typed_day(typed) == date(1980, 2, 17)


def test_a_typed_date_keeps_the_year_of_its_era() -> None:
    assert parse_typed_date("H元.3.31") == PrintedDate("平成", 1, 3, 31)
    assert parse_typed_date("R1/5/1") == PrintedDate("令和", 1, 5, 1)
    assert parse_typed_date("M45.7.30") == PrintedDate("明治", 45, 7, 30)
    assert parse_typed_date("2035/2/17まで有効") == PrintedDate(None, 2035, 2, 17)


@pytest.mark.parametrize(
    "typed",
    [
        *("", "55.2.17", "2/17/1980", "1980/2", "1980/2/17/1", "X55.2.17", "昭和", "S.2.17", "きのう"),
        *("1980年2月30日", "S64.2.17", "1980-13-01", "19801717", "1" * 5000),
    ],
)
def test_what_is_no_date_is_none(typed: str) -> None:
    assert typed_day(typed) is None
