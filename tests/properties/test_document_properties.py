"""Licences and residence cards: any bytes give a result or a refusal; no answer makes a card believed."""

from __future__ import annotations

import importlib
import pkgutil
import sys
from collections.abc import Iterator
from contextlib import suppress
from types import CodeType, FrameType, FunctionType, ModuleType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import verifier.card
from tests.properties.babbler import Babbler
from tests.properties.mutation import mutations
from tests.sim.card import encode
from tests.sim.card.damage import parsers, run
from tests.sim.card.licence import jis
from tests.sim.card.residence import NUMBER
from tests.sim.card.samples import TODAY, licence_blank, residence_blank
from verifier.card.licence import elements, read_licence
from verifier.card.licence.text import decode_text
from verifier.card.residence import read_residence_card
from verifier.errors import InvalidInput

pytestmark = [pytest.mark.properties, pytest.mark.filterwarnings("ignore:.*:UserWarning:PIL")]

DAMAGED = 20_000
"""The short form; `python -m tests.sim.card.damage` feeds a million."""


def test_damaged_inputs_of_every_parser_give_a_result_or_a_refusal():
    assert sum(1 for _ in run(DAMAGED, seed=4)) == DAMAGED


def test_no_parser_of_the_card_engine_is_left_out():
    called = set[CodeType]()

    def note(frame: FrameType, event: str, _argument: object) -> None:
        if event == "call":
            called.add(frame.f_code)

    sys.setprofile(note)
    try:
        for parse, genuine in parsers().values():
            with suppress(InvalidInput):  # an example need not be whole to reach its parser
                parse(genuine)
    finally:
        sys.setprofile(None)
    missed = [parser.__qualname__ for parser in _parsers_of(verifier.card) if parser.__code__ not in called]
    assert missed == ["parse_number"], "typed text, checked character by character"


def _parsers_of(package: ModuleType) -> Iterator[FunctionType]:
    """Every public function of the package's modules that reads bytes."""
    for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        module = importlib.import_module(found.name)
        for name, one in vars(module).items():
            reads = name.startswith(("parse_", "decode_")) or name == "split"
            if reads and isinstance(one, FunctionType) and one.__module__ == module.__name__:
                yield one


@settings(deadline=None, max_examples=150)
@given(
    st.deferred(lambda: mutations([genuine for _, genuine in parsers().values()])) | st.binary(max_size=600)
)
def test_any_mutation_gives_a_result_or_a_refusal(data: bytes):
    for parse, _ in parsers().values():
        try:
            parse(data)
        except InvalidInput as refusal:
            assert refusal.code.startswith("card.")  # noqa: PT017  a result is right as well


tags = st.sampled_from([0x12, 0x1F, 0x21, 0x33, 0x41, 0x5F40, 0xB1])


@given(
    st.lists(st.tuples(tags, st.binary(max_size=300)), max_size=12),
    st.sampled_from([b"", b"\xff", b"\x00\x00"]),
)
def test_elements_side_by_side_are_read_back(written: list[tuple[int, bytes]], filler: bytes):
    data = b"".join(encode.tlv(*element) for element in written)
    assert [(e.tag, e.value) for e in elements.split(data + filler)] == written


HALF_WIDTH = 0x8E
"""First byte of half-width katakana in EUC-JP: two bytes as well, but JIS X 0201."""

kanji = st.characters(codec="euc_jp", min_codepoint=0x3000).filter(
    lambda c: len(c.encode("euc_jp")) == 2 and c.encode("euc_jp")[0] != HALF_WIDTH
)


@given(st.text(kanji, max_size=30))
def test_jis_text_is_read_back_with_its_placeholders_counted(text: str):
    decoded = decode_text(jis(text))
    assert decoded.placeholders == text.count("〓")
    assert jis(decoded.value) == jis(text.rstrip("\u3000"))


@settings(deadline=None, max_examples=150)
@given(st.data())
def test_a_babbling_licence_is_never_believed_and_gets_each_pin_once(data: st.DataObject):
    files = licence_blank().files()
    card = Babbler(data, [*files.master.values(), files.entries[1], files.photo])
    try:
        assert not read_licence(card, pin1="1111", pin2="2222", today=TODAY).authentic
    except InvalidInput as refusal:
        assert refusal.code.startswith("card.")  # noqa: PT017  either way of refusing is right
    for pin in (b"1111", b"2222"):
        assert sum(pin in command for command in card.sent) <= 1


@settings(deadline=None, max_examples=150)
@given(st.data())
def test_a_babbling_residence_card_is_never_believed(data: st.DataObject):
    files = residence_blank().files()
    card = Babbler(data, [*files.master.values(), *files.texts.values(), files.signature])
    try:
        reading = read_residence_card(
            card, card_number=NUMBER, trust=residence_blank().issuer.trust_store(), today=TODAY
        )
    except InvalidInput as refusal:
        assert refusal.code.startswith("card.")  # noqa: PT017  either way of refusing is right
    else:
        assert reading.portrait is None
        assert not reading.authentic
    assert sum(command[1] == 0x82 for command in card.sent if command[0] == 0x00) <= 1
