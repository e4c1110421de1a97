"""Card parsers are total: any bytes give a result or InvalidInput, and what is parsed is what was written."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.properties.babbler import Babbler
from tests.properties.mutation import give_a_result_or_refuse, mutations
from tests.sim.card import encode
from tests.sim.card.command import Command, MalformedCommandError
from tests.sim.card.samples import TODAY, blank
from verifier.card import apdu, tlv
from verifier.card.mynumber import files, read_mynumber_card
from verifier.card.portrait import decode_portrait
from verifier.card.rsa import parse_public_key
from verifier.errors import InvalidInput
from verifier.types import ChipReading

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.sim.card.personalise import CardFiles

pytestmark = pytest.mark.properties

PARSERS: list[Callable[[bytes], object]] = [
    tlv.parse_header,
    lambda data: tlv.children(tlv.parse_file(data, 0xFF20)),
    files.parse_certificate,
    files.parse_visual_record,
    files.parse_text_record,
    files.parse_integrity_record,
    parse_public_key,
    decode_portrait,
]

tags = st.sampled_from([0xDF21, 0xDF22, 0xDF27, 0x5F4E, 0x90, 0x91, 0xDF8101])
elements = st.lists(st.tuples(tags, st.binary(max_size=300)), max_size=12)


@cache
def genuine() -> CardFiles:
    return blank().files()


def genuine_files() -> list[bytes]:
    card = genuine()
    return [card.visual[4], card.visual[2], card.text[2], card.text[3], blank().portrait]


@given(st.binary(max_size=600))
def test_any_bytes_give_a_result_or_invalid_input(data: bytes):
    give_a_result_or_refuse(PARSERS, data)


@settings(deadline=None, max_examples=300)
@given(st.deferred(lambda: mutations(genuine_files())))
def test_any_mutation_of_a_genuine_file_gives_a_result_or_invalid_input(data: bytes):
    give_a_result_or_refuse(PARSERS, data)


@given(elements, st.sampled_from([b"", b"\xff", b"\x00\x00", b"\xff" * 40]))
def test_what_was_written_is_read_back_with_its_spans(written: list[tuple[int, bytes]], filler: bytes):
    data = encode.tlv(0xFF20, b"".join(encode.tlv(*element) for element in written))
    outer = tlv.parse_file(data + filler, 0xFF20)
    found = tlv.children(outer)
    assert [(element.tag, element.value) for element in found] == written
    assert all(data[e.offset : e.offset + len(e.raw)] == e.raw for e in found)


@given(elements)
def test_spans_cover_the_file_without_gaps(written: list[tuple[int, bytes]]):
    data = encode.tlv(0xFF20, b"".join(encode.tlv(*element) for element in written))
    outer = tlv.parse_file(data, 0xFF20)
    assert b"".join(element.raw for element in tlv.children(outer)) == outer.value


@settings(deadline=None, max_examples=200)
@given(st.data())
def test_a_card_that_answers_anything_never_passes_and_never_gets_the_code_twice(data: st.DataObject):
    card = Babbler(data, genuine_files()[:4])
    try:
        reading = read_mynumber_card(
            card, pin_b="55021720352285", trust=blank().ca.trust_store(), today=TODAY, challenge=bytes(32)
        )
    except InvalidInput as refusal:
        assert refusal.code.startswith("card.")  # noqa: PT017  either way of refusing is right
    else:
        assert isinstance(reading, ChipReading)
        assert not reading.authentic
    assert sum(command[:5] == bytes.fromhex("002000800E") for command in card.sent) <= 2


@given(st.binary(max_size=64))
def test_the_cards_side_parses_or_refuses_any_command(raw: bytes):
    try:
        command = Command.parse(raw)
    except MalformedCommandError:
        return
    assert raw[:4] == bytes((command.cla, command.ins, command.p1, command.p2))
    assert command.body in raw


@given(st.integers(0, 0x7FFF), st.integers(1, 256))
def test_a_read_command_says_what_was_asked(offset: int, size: int):
    command = Command.parse(apdu.read_binary(offset, size))
    assert (command.p1 << 8 | command.p2, command.expected, command.body) == (offset, size, b"")
