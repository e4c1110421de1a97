"""The machine-readable zone: what is read, and what is refused before the chip is asked."""

from __future__ import annotations

from datetime import date

import pytest

from tests.sim.card.passport_files import zone
from verifier.card.passport import parse_td3
from verifier.errors import InvalidInput
from verifier.types import Sex

pytestmark = pytest.mark.unit

TODAY = date(2026, 11, 22)


def with_character(text: str, place: int, character: str) -> str:
    return text[:place] + character + text[place + 1 :]


def test_line_breaks_and_spaces_do_not_matter():
    text = zone()
    assert parse_td3(f" {text[:44]}\n{text[44:]}\r\n", today=TODAY) == parse_td3(text, today=TODAY)


@pytest.mark.parametrize(
    ("birth", "expected"),
    [("261122", date(2026, 11, 22)), ("261123", date(1926, 11, 23)), ("000229", date(2000, 2, 29))],
)
def test_a_birth_date_is_never_in_the_future(birth: str, expected: date):
    assert parse_td3(zone(birth=birth), today=TODAY).birth_date == expected


@pytest.mark.parametrize(
    ("expiry", "today", "expected"),
    [
        ("350216", TODAY, date(2035, 2, 16)),
        ("990101", TODAY, date(1999, 1, 1)),
        ("050101", date(2098, 1, 1), date(2105, 1, 1)),
    ],
)
def test_an_expiry_date_lies_near_today(expiry: str, today: date, expected: date):
    assert parse_td3(zone(expiry=expiry), today=today).expires_on == expected


@pytest.mark.parametrize(("sex", "expected"), [("M", Sex.MALE), ("F", Sex.FEMALE), ("<", Sex.UNKNOWN)])
def test_sex_is_read(sex: str, expected: Sex):
    assert parse_td3(zone(sex=sex), today=TODAY).sex is expected


def test_a_check_digit_misses_values_that_differ_by_ten():
    # 0 and A: why the chip decides, and why a refusal of the chip is the answer to a misread zone
    assert parse_td3(with_character(zone(), 72, "A"), today=TODAY).number == "TR1234567"


def test_a_filler_stands_for_the_digit_of_an_empty_optional_field():
    text = zone()
    assert text[86] == "0"
    # the filler counts nothing, so the composite digit stays
    assert parse_td3(with_character(text, 86, "<"), today=TODAY).number == "TR1234567"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "mrz.malformed"),
        (zone()[:-1], "mrz.malformed"),
        (zone().lower(), "mrz.malformed"),
        (zone() + "<", "mrz.malformed"),
        (with_character(zone(), 0, "V"), "mrz.not_a_passport"),
        (with_character(zone(), 44, "X"), "mrz.check_digit"),
        (with_character(zone(), 57, "9"), "mrz.check_digit"),
        (with_character(zone(), 65, "9"), "mrz.check_digit"),
        (with_character(zone(), 72, "B"), "mrz.check_digit"),
        (with_character(zone(), 87, "<"), "mrz.check_digit"),
        (zone(birth="80<<<<"), "mrz.date"),
        (zone(birth="800230"), "mrz.date"),
        (zone(expiry="A50216"), "mrz.date"),
        (zone(sex="X"), "mrz.malformed"),
    ],
)
def test_what_is_no_checked_zone_is_refused(text: str, code: str):
    with pytest.raises(InvalidInput) as refusal:
        parse_td3(text, today=TODAY)
    assert refusal.value.code == code


def test_the_representation_hides_the_person():
    shown = repr(parse_td3(zone(), today=TODAY))
    assert "MIHON" not in shown
    assert "TR1234567" not in shown
