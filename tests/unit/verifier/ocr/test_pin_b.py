"""照合番号B keeps the year as printed, and implausible dates are named."""

from __future__ import annotations

from datetime import date

import pytest

from verifier.era import PrintedDate, in_era, parse_printed_date
from verifier.ocr.pin_b import build_pin_b, implausibility

pytestmark = pytest.mark.unit

TODAY = date(2026, 11, 22)
BIRTH = PrintedDate("昭和", 55, 2, 17)
EXPIRY = PrintedDate(None, 2035, 2, 17)


def test_the_published_vector_is_reproduced() -> None:
    assert build_pin_b(BIRTH, 2035, "2285") == "55021720352285"


@pytest.mark.parametrize(
    ("printed", "first_six"),
    [
        ("平成元年3月31日生", "010331"),
        ("令和2年2月24日生", "020224"),
        ("1990年12月1日生", "901201"),
        ("2003年1月9日生", "030109"),
    ],
)
def test_the_year_enters_as_printed(printed: str, first_six: str) -> None:
    birth = parse_printed_date(printed)
    assert birth is not None
    assert build_pin_b(birth, 2030, "0007") == f"{first_six}20300007"


@pytest.mark.parametrize(
    ("year", "code"), [(2035, "228"), (2035, "22855"), (35, "22"), (2035, "22a5"), (2035, "２285")]
)
def test_parts_with_the_wrong_digits_are_refused(year: int, code: str) -> None:
    with pytest.raises(ValueError, match="照合番号B"):
        build_pin_b(BIRTH, year, code)


def test_a_valid_card_is_plausible() -> None:
    assert implausibility(BIRTH, EXPIRY, today=TODAY) is None


@pytest.mark.parametrize(
    ("birth", "expiry", "code"),
    [
        (PrintedDate("昭和", 55, 2, 30), EXPIRY, "ocr.implausible_date"),
        (PrintedDate("昭和", 64, 2, 17), EXPIRY, "ocr.implausible_date"),
        (BIRTH, PrintedDate(None, 2035, 13, 17), "ocr.implausible_date"),
        (BIRTH, PrintedDate("令和", 17, 2, 17), "ocr.implausible_date"),
        (PrintedDate("明治", 43, 2, 17), EXPIRY, "ocr.implausible_age"),
        (PrintedDate("令和", 17, 2, 17), EXPIRY, "ocr.implausible_age"),
        (BIRTH, PrintedDate(None, 2038, 2, 17), "ocr.implausible_expiry"),
        (BIRTH, PrintedDate(None, 2035, 2, 11), "ocr.implausible_expiry"),
        (BIRTH, PrintedDate(None, 2035, 12, 17), "ocr.implausible_expiry"),
        (BIRTH, PrintedDate(None, 2026, 2, 17), "ocr.card_expired"),
    ],
)
def test_implausible_dates_are_named(birth: PrintedDate, expiry: PrintedDate, code: str) -> None:
    assert implausibility(birth, expiry, today=TODAY) == code


def test_a_card_is_valid_on_its_last_day() -> None:
    assert implausibility(BIRTH, EXPIRY, today=date(2035, 2, 17)) is None


@pytest.mark.parametrize(("month", "day"), [(2, 28), (3, 1)])
def test_a_leap_day_birthday_may_end_on_either_neighbour_in_a_common_year(month: int, day: int) -> None:
    leap = PrintedDate("昭和", 55, 2, 29)
    assert implausibility(leap, PrintedDate(None, 2035, month, day), today=TODAY) is None


def test_a_leap_day_birthday_ends_on_the_leap_day_in_a_leap_year() -> None:
    leap = PrintedDate("昭和", 55, 2, 29)
    assert implausibility(leap, PrintedDate(None, 2032, 2, 28), today=TODAY) == "ocr.implausible_expiry"


def test_a_gregorian_birth_date_does_not_tie_the_expiry_to_the_birthday() -> None:
    foreign = PrintedDate(None, 1990, 3, 31)
    assert implausibility(foreign, PrintedDate(None, 2028, 9, 4), today=TODAY) is None


def test_the_code_of_a_civil_birth_date_has_its_era_year() -> None:
    assert build_pin_b(in_era(date(1980, 2, 17)), 2035, "2285") == "55021720352285"
    assert build_pin_b(in_era(date(2020, 2, 24)), 2030, "0001") == "02022420300001"
