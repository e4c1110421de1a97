"""The security code is told by what it is and what it stands with, never by its place alone."""

from __future__ import annotations

import pytest

from tests.unit.verifier.ocr.front_lines import (
    CODE,
    SERIAL,
    front,
    lettered,
    put,
    serial_line,
    serial_pieces,
)
from tests.unit.verifier.ocr.printed_lines import turned
from verifier.ocr.mynumber import parse_fields, parse_photograph
from verifier.ocr.text import TextLine

pytestmark = pytest.mark.unit


def small(text: str, x: float) -> TextLine:
    return put(text, x, 0.945, size=0.036, pitch=0.0125)


def code_of(*foot: TextLine) -> str | None:
    read = parse_fields(front(*foot)).get("security_code")
    return read.value if read else None


def doubt_of(*foot: TextLine) -> str | None:
    read = parse_fields(front(*foot)).get("code_doubt")
    return read.value if read else None


def test_a_card_as_published_gives_every_field() -> None:
    fields = {name: read.value for name, read in parse_fields(front(serial_line())).items()}
    assert fields == {
        "name": "見本花子",
        "address": "東京都千代田区麹町1丁目2番3号",
        "birth_date": "1980-02-17",
        "sex": "女",
        "expires_on": "2035-02-17",
        "security_code": CODE,
    }


@pytest.mark.parametrize(
    "foot",
    [
        (serial_line(),),
        serial_pieces(),
        (small(f"{SERIAL} {CODE}", 0.04),),  # with a read space
        (serial_line(gap=0),),  # nothing between them
        (serial_line("3FO7A29CSD8IE64B"),),  # letters for digits
        (small(SERIAL[:9], 0.04), small(f"{SERIAL[9:]} {CODE}", 0.154)),  # cut elsewhere
        (serial_line(SERIAL[:7] + SERIAL[8:]),),  # a character of the serial number was not read
        (small(f"3F07 A29C 5D81 E64B {CODE}", 0.04),),  # in groups of four
        (put(SERIAL, 0.04, 0.90, size=0.036, pitch=0.0125), put(CODE, 0.12, 0.95, size=0.044, pitch=0.015)),
        (small(SERIAL, 0.37), put(CODE, 0.88, 0.94, size=0.044)),
        (put(f"セキュリティコード {CODE}", 0.05, 0.92, size=0.036),),
        (put("セキュリティコード", 0.05, 0.90, size=0.03), put(CODE, 0.08, 0.95, size=0.044)),
        (put("セキュリティコード", 0.05, 0.93, size=0.03), put(CODE, 0.29, 0.93, size=0.044)),
        (put(f"セキュリティコード:{CODE}", 0.60, 0.60, size=0.036),),  # wherever the word stands
        (put(f"セキユソテイコ一ド{CODE}", 0.05, 0.92, size=0.036),),
        (put(f"ヤチュソチイゴト{CODE}", 0.05, 0.92, size=0.036),),  # its word beyond recognition
        (put(f"Security Code {CODE}", 0.05, 0.92, size=0.036),),
        (put(CODE, 0.25, 0.945, size=0.044),),  # under the photograph; the serial number was not read
        (put(CODE, 0.13, 0.90, size=0.044),),  # under the photograph's middle, a card without serial number
        (put(CODE, 0.88, 0.94, size=0.044),),
        (put("２２８５", 0.25, 0.945, size=0.044),),
        (put("228S", 0.88, 0.94, size=0.044), serial_line()),
    ],
)  # fmt: skip
def test_the_code_is_found_by_what_it_stands_with(foot: tuple[TextLine, ...]) -> None:
    assert code_of(*foot) == CODE


def test_places_told_coarsely_are_no_spaces_in_a_serial_number() -> None:
    steps = [9, 9, 9, 9, 9, 9, 5, 14, 5, 9, 9, 5, 14, 5, 9]  # px, as read of small print
    centres = [470.0 + sum(steps[:place]) for place in range(16)]
    serial = lettered(SERIAL, centres, 771, 14)
    assert code_of(serial, put(CODE, 0.88, 0.94, size=0.044)) == CODE


@pytest.mark.parametrize(
    "foot",
    [
        (small(SERIAL, 0.04),),  # the code was not read
        (serial_line(code=CODE[:3]),),
        (serial_line(code=CODE[1:], gap=0.026),),
        (serial_line(code="22851"),),
        (small("3F07A29C5D81 2285", 0.04),),  # its last four?
        (small("5D81 2285", 0.15),),  # the number's beginning is covered
        (small("3F07 A29C 5D81 6640", 0.04),),
        (small("3F07A29C5D81", 0.04), put("6640", 0.20, 0.945, size=0.036)),
        (small("2285", 0.04),),  # the number's beginning, the rest covered
        (put("転入 2024", 0.37, 0.62, size=0.036),),
        (put("2024", 0.37, 0.62, size=0.036),),  # in the signature panel
        (put("1203", 0.37, 0.54, size=0.036), small(SERIAL, 0.04)),
        (put("2029", 0.77, 0.46, size=0.045), put("年3月1日", 0.86, 0.46, size=0.045)),  # by hand
        (put("2029", 0.77, 0.46, size=0.045),),
        (put("1203", 0.10, 0.28, size=0.042),),  # the address goes on
        (put("セキュリティコード", 0.05, 0.92, size=0.03), put("1203", 0.88, 0.94, size=0.044)),
        (put("《1.脳死後及び心停止した死後 2.心停止した死後のみ》", 0.375, 0.83, size=0.021),),
        (put("令和8年", 0.60, 0.90, size=0.021), put("1224", 0.72, 0.90, size=0.021)),
    ],
)  # fmt: skip
def test_other_digits_never_pass_for_the_code(foot: tuple[TextLine, ...]) -> None:
    assert code_of(*foot) is None


@pytest.mark.parametrize(
    ("foot", "doubt"),
    [
        ((serial_line(), put("セキュリティコード 4821", 0.60, 0.90, size=0.03)), "two_candidates"),
        ((serial_line("3F07A29C5D81E64B5", "228"),), "unclear_serial"),
        ((put("2285", 0.04, 0.945, size=0.044),), "maybe_serial"),
    ],
)
def test_what_cannot_be_told_apart_is_named(foot: tuple[TextLine, ...], doubt: str) -> None:
    assert code_of(*foot) is None
    assert doubt_of(*foot) == doubt


@pytest.mark.parametrize("degrees", [0.0, 9.0])
def test_a_photograph_without_outline_gives_the_same_code(degrees: float) -> None:
    read = parse_photograph(turned(front(serial_line()), degrees))
    assert read["security_code"].value == CODE


@pytest.mark.parametrize(("x", "y"), [(1.1, 0.5), (0.3, 1.15), (-0.4, 0.9), (0.05, -0.2)])
def test_a_receipts_number_beside_a_card_without_outline_is_not_its_code(x: float, y: float) -> None:
    beside = [put("4821", x, y), put("0123456789ABCDEF 4821", x, y, size=0.036, pitch=0.0125)]
    for number in beside:
        assert "security_code" not in parse_photograph(front(number))
