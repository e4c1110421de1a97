"""The machine-readable zone among text lines: found, repaired where only one reading fits, or not given."""

from __future__ import annotations

from datetime import date

import pytest

from tests.sim.card.passport_files import zone
from tests.unit.verifier.ocr.printed_lines import line
from verifier.ocr.passport import parse_passport
from verifier.ocr.text import TextLine

pytestmark = pytest.mark.unit

TODAY = date(2026, 11, 22)
WHOLE = zone(number="TR1234567", surname="MIHON", given_names="HANAKO")
UPPER, LOWER = WHOLE[:44], WHOLE[44:]


def page(upper: str = UPPER, lower: str = LOWER) -> tuple[TextLine, ...]:
    """A data page whose zone reads so."""
    return (
        line("PASSPORT", 50, 40),
        line("MIHON", 500, 160),
        line(upper, 56, 663, height=35, pitch=26),
        line(lower, 56, 728, height=35, pitch=26),
    )


def value(lines: tuple[TextLine, ...], name: str = "number") -> str | None:
    read = parse_passport(lines, today=TODAY)
    return read[name].value if name in read else None  # type: ignore[literal-required]


def test_a_zone_as_printed_gives_its_fields():
    read = parse_passport(page(), today=TODAY)
    assert {name: found.value for name, found in read.items()} == {
        "zone": LOWER[:10] + LOWER[13:20] + LOWER[21:28],
        "number": "TR1234567",
        "name": "MIHON HANAKO",
        "issuing_state": "UTO",
        "nationality": "UTO",
        "birth_date": "1980-02-17",
        "sex": "F",
        "expires_on": "2035-02-16",
    }


@pytest.mark.parametrize(
    ("upper", "lower"),
    [
        (UPPER.replace("O", "0"), LOWER.replace("UTO", "UT0")),
        (UPPER.replace("<", "«", 1).replace("«", "〈"), LOWER),
        (UPPER[:-3], LOWER),
        (UPPER + "<<", LOWER.replace("<" * 14, "<" * 12)),
        (UPPER, LOWER.replace("<" * 14, "<" * 16)),
        (UPPER, LOWER[:13] + LOWER[13:20].replace("0", "O") + LOWER[20:]),
        (UPPER, LOWER.replace("TR1234567", "TRI234567")),
        (UPPER.lower(), LOWER.lower()),
    ],
)
def test_what_its_place_or_its_check_digit_allows_is_repaired(upper, lower):
    assert value(page(upper, lower)) == "TR1234567"


def test_japanese_numbers_have_two_letters_and_seven_digits():
    whole = zone(number="OS1234580", state="JPN")
    garbled = whole[44:].replace("OS1234580", "05I2345B0")
    assert value(page(whole[:44], garbled)) == "OS1234580"


@pytest.mark.parametrize(
    ("upper", "lower"),
    [
        (UPPER, LOWER.replace("TR1234567", "TR1234568")),
        (UPPER, LOWER[:14] + "9" + LOWER[15:]),
        (UPPER, LOWER[:30]),
        ("V" + UPPER[1:], LOWER),
        (UPPER, LOWER[:43] + "7"),
    ],
)
def test_a_zone_whose_digits_do_not_hold_is_not_given(upper, lower):
    assert parse_passport(page(upper, lower), today=TODAY) == {}


def test_lines_far_apart_are_no_zone():
    lines = (line(UPPER, 56, 100, height=35, pitch=26), line(LOWER, 56, 728, height=35, pitch=26))
    assert parse_passport(lines, today=TODAY) == {}


def test_something_beside_the_upper_line_does_not_hide_the_zone():
    noise = line("A<<", 56 + 44 * 26 + 20, 663, height=35, pitch=26)
    assert value((*page(), noise)) == "TR1234567"
