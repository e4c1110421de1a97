"""The TLV parser: what it reads, what it refuses and under which code."""

from __future__ import annotations

import pytest

from verifier.card import tlv
from verifier.errors import InvalidInput

pytestmark = pytest.mark.unit


def read(hex_bytes: str, tag: int = 0xFF20) -> tlv.Tlv:
    return tlv.parse_file(bytes.fromhex(hex_bytes), tag)


def test_an_element_keeps_its_raw_span_and_its_file_offset():
    outer = read("FF20 08 DF2101AA DF220100")
    first, second = tlv.children(outer)
    assert (first.tag, first.value, first.raw.hex(), first.offset) == (0xDF21, b"\xaa", "df2101aa", 3)
    assert (second.tag, second.value, second.offset) == (0xDF22, b"\x00", 7)


def test_offsets_count_from_the_start_of_the_file_also_behind_a_long_header():
    outer = read("FF20 820004 DF2101AA")
    assert tlv.children(outer)[0].offset == 5


@pytest.mark.parametrize("filler", ["", "FF", "FFFFFF", "0000", "FF00FF"])
def test_filler_after_the_outer_element_is_ignored(filler: str):
    assert read("FF2001AA" + filler).raw.hex() == "ff2001aa"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        ("", "card.tlv_truncated"),
        ("FF", "card.tlv_truncated"),
        ("FF20", "card.tlv_truncated"),
        ("FF2005AA", "card.tlv_truncated"),
        ("FF2082FF", "card.tlv_truncated"),
        ("FF2080AA0000", "card.tlv_length"),
        ("FF2084FFFFFFFF", "card.tlv_length"),
        ("00000000", "card.tlv_tag"),
        ("FFFFFFFF", "card.tlv_tag"),
        ("DF818101", "card.tlv_tag"),
        ("FF3001AA", "card.tlv_unexpected_tag"),
        ("FF2001AA01", "card.tlv_filler"),
    ],
)
def test_malformed_files_are_refused_with_their_code(data: str, code: str):
    with pytest.raises(InvalidInput) as refusal:
        read(data)
    assert refusal.value.code == code


def test_a_template_with_too_many_elements_is_refused():
    body = bytes.fromhex("DF2100") * (tlv.MAX_ELEMENTS + 1)
    outer = tlv.parse_file(b"\xff\x20\x81" + bytes([len(body)]) + body, 0xFF20)
    with pytest.raises(InvalidInput) as refusal:
        tlv.children(outer)
    assert refusal.value.code == "card.tlv_too_many"


def test_a_tag_that_occurs_twice_is_refused():
    with pytest.raises(InvalidInput) as refusal:
        tlv.by_tag(tlv.children(read("FF2008 DF2101AA DF2101AA")))
    assert refusal.value.code == "card.tlv_duplicate"


def test_a_missing_tag_is_refused():
    with pytest.raises(InvalidInput) as refusal:
        tlv.require({}, 0xDF27)
    assert refusal.value.code == "card.tlv_missing"
