"""Passport parsers are total, and a chip that answers anything never passes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import cache

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.properties.babbler import Babbler
from tests.properties.mutation import give_a_result_or_refuse, mutations
from tests.sim.card.passport_files import PassportFiles, zone
from tests.sim.card.passport_issuer import PassportIssuer
from verifier.card.chain import parse_certificate
from verifier.card.passport import parse_td3, read_passport
from verifier.card.passport.files import parse_com, parse_dg1, parse_dg2
from verifier.card.passport.mrz import check_digit
from verifier.card.passport.sod import parse_sod
from verifier.errors import InvalidInput

pytestmark = pytest.mark.properties

TODAY = date(2026, 11, 22)

PARSERS: list[Callable[[bytes], object]] = [
    parse_com,
    lambda data: parse_dg1(data, today=TODAY),
    parse_dg2,
    lambda data: parse_sod(data).signed,
    parse_certificate,
]


@cache
def issuer() -> PassportIssuer:
    return PassportIssuer.generate()


@cache
def genuine() -> PassportFiles:
    return issuer().personalise(zone(), b"\xff\xd8\xff" + bytes(60))


def genuine_files() -> list[bytes]:
    files = genuine()
    certificate = issuer().signer.public_bytes(Encoding.DER)
    return [files.com, files.sod, files.groups[1], files.groups[2], certificate]


@given(st.binary(max_size=400))
def test_any_bytes_give_a_result_or_invalid_input(data: bytes):
    give_a_result_or_refuse(PARSERS, data)


@settings(deadline=None, max_examples=400)
@given(st.deferred(lambda: mutations(genuine_files())))
def test_any_mutation_of_a_genuine_file_gives_a_result_or_invalid_input(data: bytes):
    give_a_result_or_refuse(PARSERS, data)


@given(st.text(alphabet="ABCXYZ019<", min_size=88, max_size=88) | st.text(max_size=100))
def test_any_text_gives_a_zone_or_invalid_input(text: str):
    try:
        parse_td3(text, today=TODAY)
    except InvalidInput as refusal:
        assert refusal.code.startswith("mrz.")  # noqa: PT017


numbers = st.text(alphabet="ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", min_size=1, max_size=9)
days = st.dates(date(1940, 1, 1), date(2020, 1, 1)).map(lambda day: day.strftime("%y%m%d"))


@given(numbers, days, st.sampled_from("MF<"))
def test_a_written_zone_is_read_back(number: str, birth: str, sex: str):
    read = parse_td3(zone(number=number, birth=birth, sex=sex), today=TODAY)
    assert (read.number, read.birth_date.strftime("%y%m%d")) == (number, birth)
    assert len(read.key_information) == 24


@given(numbers, st.integers(0, 8), st.sampled_from("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"))
def test_a_check_digit_misses_only_values_that_differ_by_ten(number: str, place: int, other: str):
    padded = number.ljust(9, "A")
    altered = padded[:place] + other + padded[place + 1 :]
    same_digit = check_digit(padded) == check_digit(altered)
    assert same_digit == ((int(padded[place], 36) - int(other, 36)) % 10 == 0)


@settings(deadline=None, max_examples=100)
@given(st.data())
def test_a_chip_that_answers_anything_never_passes(data: st.DataObject):
    mrz = parse_td3(zone(), today=TODAY)
    try:
        reading = read_passport(
            Babbler(data, [bytes(8), bytes(40), *genuine_files()[:3]]),
            mrz=mrz,
            trust=issuer().trust_store(),
            today=TODAY,
        )
    except InvalidInput as refusal:
        assert refusal.code.startswith("card.")  # noqa: PT017
    else:
        assert reading.checks[0].code == "chip.access_refused"
