"""Strict, bounded BER-TLV parser that keeps the raw span of every element.

Decides whether bytes are well-formed TLV; knows no card's tags. Issuers sign raw spans, so spans are kept
exactly as read and never re-encoded. Every function is total: a result or InvalidInput. ISO/IEC 7816-4 annex
E, ISO/IEC 8825-1.

Multi-byte tags below 31 (DF11, FF20) are not canonical BER but are what Japanese cards use, so they are
accepted. Length octets longer than needed are accepted too (BER allows them); indefinite lengths are not.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from verifier.errors import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

MAX_TAG_BYTES = 3
"""ISO/IEC 7816-4, 5.2.2.1: card tags have one to three bytes."""

MAX_LENGTH_OCTETS = 3
"""Subsequent length bytes: up to 16 MiB, far above any card file; keeps hostile lengths small integers."""

MAX_ELEMENTS = 64
"""Children in one template; the largest file read here has ten."""

FILLER = frozenset((0x00, 0xFF))
"""What card files are padded with after their outer element (measured on 券面 files: FF)."""

_HIGH_TAG_MASK = 0x1F
_CONTINUES = 0x80
_LONG_FORM = 0x80


@dataclass(frozen=True, slots=True)
class Header:
    """Tag and length of one element.

    Attributes:
        tag: tag bytes as one big-endian number, e.g. 0xDF22.
        size_bytes: size of tag and length together.
        length: size of the value, bytes.
    """

    tag: int
    size_bytes: int
    length: int

    @property
    def total(self) -> int:
        """Size of the whole element, bytes."""
        return self.size_bytes + self.length


@dataclass(frozen=True, slots=True)
class Tlv:
    """One element.

    Attributes:
        tag: tag bytes as one big-endian number.
        value: value bytes.
        raw: header and value exactly as read.
        offset: where `raw` starts, counted from the start of the file.
    """

    tag: int
    value: bytes
    raw: bytes
    offset: int


def parse_header(data: bytes) -> Header:
    """Read tag and length at the start of `data`; the value need not be there yet.

    Raises:
        InvalidInput: "card.tlv_truncated", "card.tlv_tag", "card.tlv_length".
    """
    tag_bytes = _tag_size(data)
    length, length_bytes = _length(data[tag_bytes : tag_bytes + 1 + MAX_LENGTH_OCTETS])
    return Header(int.from_bytes(data[:tag_bytes], "big"), tag_bytes + length_bytes, length)


def parse_file(data: bytes, tag: int) -> Tlv:
    """Read a card file: one outer element with the expected tag, then nothing but filler.

    Raises:
        InvalidInput: as `parse_header`, and "card.tlv_unexpected_tag", "card.tlv_filler".
    """
    outer = _element(data, 0)
    if outer.tag != tag:
        raise _malformed("card.tlv_unexpected_tag", f"expected tag {tag:X}, found {outer.tag:X}")
    if not FILLER.issuperset(data[len(outer.raw) :]):
        raise _malformed("card.tlv_filler", "bytes other than filler follow the file's outer element")
    return outer


def parse_sequence(data: bytes) -> tuple[Tlv, ...]:
    """Read a card file without an outer element: elements side by side, then nothing but filler.

    Raises:
        InvalidInput: as `parse_header`, and "card.tlv_too_many", "card.tlv_filler".
    """
    found: list[Tlv] = []
    position = 0
    while position < len(data) and data[position] not in FILLER:
        if len(found) == MAX_ELEMENTS:
            raise _malformed("card.tlv_too_many", f"more than {MAX_ELEMENTS} elements in one file")
        found.append(_element(data[position:], position))
        position += len(found[-1].raw)
    if not FILLER.issuperset(data[position:]):
        raise _malformed("card.tlv_filler", "bytes other than filler follow the file's last element")
    return tuple(found)


def children(parent: Tlv) -> tuple[Tlv, ...]:
    """Split a template's value into its elements, without gaps.

    Raises:
        InvalidInput: as `parse_header`, and "card.tlv_too_many".
    """
    found: list[Tlv] = []
    position = 0
    base = parent.offset + len(parent.raw) - len(parent.value)
    while position < len(parent.value):
        if len(found) == MAX_ELEMENTS:
            raise _malformed("card.tlv_too_many", f"more than {MAX_ELEMENTS} elements in one template")
        found.append(_element(parent.value[position:], base + position))
        position += len(found[-1].raw)
    return tuple(found)


def by_tag(elements: Iterable[Tlv]) -> Mapping[int, Tlv]:
    """Index elements by tag.

    Raises:
        InvalidInput: "card.tlv_duplicate" when a tag occurs twice: which of the two was signed must never be
            a choice.
    """
    index: dict[int, Tlv] = {}
    for element in elements:
        if index.setdefault(element.tag, element) is not element:
            raise _malformed("card.tlv_duplicate", f"tag {element.tag:X} occurs twice")
    return index


def require(elements: Mapping[int, Tlv], tag: int) -> Tlv:
    """Look up a tag.

    Raises:
        InvalidInput: "card.tlv_missing".
    """
    found = elements.get(tag)
    if found is None:
        raise _malformed("card.tlv_missing", f"tag {tag:X} is missing")
    return found


def _element(data: bytes, offset: int) -> Tlv:
    header = parse_header(data)
    if header.total > len(data):
        raise _malformed("card.tlv_truncated", "an element is longer than the data that holds it")
    return Tlv(header.tag, data[header.size_bytes : header.total], data[: header.total], offset)


def _tag_size(data: bytes) -> int:
    if not data:
        raise _malformed("card.tlv_truncated", "no tag")
    if data[0] == 0 or data[:2] == b"\xff\xff":
        raise _malformed("card.tlv_tag", "filler where a tag should be")
    if data[0] & _HIGH_TAG_MASK != _HIGH_TAG_MASK:
        return 1
    for size in range(2, MAX_TAG_BYTES + 1):
        if size > len(data):
            raise _malformed("card.tlv_truncated", "the tag is cut off")
        if not data[size - 1] & _CONTINUES:
            return size
    raise _malformed("card.tlv_tag", f"the tag is longer than {MAX_TAG_BYTES} bytes")


def _length(data: bytes) -> tuple[int, int]:
    """Value of a length field and how many bytes it takes."""
    if not data:
        raise _malformed("card.tlv_truncated", "no length")
    if data[0] < _LONG_FORM:
        return data[0], 1
    octets = data[0] - _LONG_FORM
    if not 1 <= octets <= MAX_LENGTH_OCTETS:
        raise _malformed("card.tlv_length", "indefinite or oversized length")
    if len(data) < 1 + octets:
        raise _malformed("card.tlv_truncated", "the length is cut off")
    return int.from_bytes(data[1 : 1 + octets], "big"), 1 + octets


def _malformed(code: str, message: str) -> InvalidInput:
    return InvalidInput(
        code, message, hint="the card's data is malformed: try once more, then treat the card as suspect"
    )
