"""Split a licence file into its elements.

Decides whether a file is well formed; knows no tag's meaning. Not `verifier.card.tlv`: a licence has one-byte
tags that BER would read as the first of two (1F), and several elements stand side by side up to the filler.
Total: elements or InvalidInput.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from verifier.card.tlv import FILLER
from verifier.errors import InvalidInput

MAX_ELEMENTS: Final = 64
"""DF1/0001 has 35; a file of changes that is full of the shortest groups stays below."""

_TWO_BYTE_TAG: Final = 0x5F
"""The photograph's tag 5F40 is the only one of two bytes."""

_LENGTHS: Final = {0x81: 1, 0x82: 2}
"""Long length forms and how many bytes follow; anything below 80 is the length itself."""

_LONG_FORM: Final = 0x80


@dataclass(frozen=True, slots=True)
class Element:
    """One element; an empty value means that the licence has no such entry."""

    tag: int
    value: bytes = field(repr=False)


def split(data: bytes) -> tuple[Element, ...]:
    """Elements of a file up to its filler.

    Raises:
        InvalidInput: "card.tlv_truncated", "card.tlv_length", "card.tlv_too_many", "card.tlv_filler".
    """
    found: list[Element] = []
    position = 0
    while position < len(data) and data[position] not in FILLER:
        if len(found) == MAX_ELEMENTS:
            raise _malformed("card.tlv_too_many", f"more than {MAX_ELEMENTS} elements in one file")
        element, position = _element(data, position)
        found.append(element)
    if not FILLER.issuperset(data[position:]):
        raise _malformed("card.tlv_filler", "bytes other than filler follow the last element")
    return tuple(found)


def index(elements: Sequence[Element]) -> Mapping[int, bytes]:
    """Values by tag.

    Raises:
        InvalidInput: "card.tlv_duplicate".
    """
    values = {element.tag: element.value for element in elements}
    if len(values) != len(elements):
        raise _malformed("card.tlv_duplicate", "a tag occurs twice in one file")
    return values


def require(values: Mapping[int, bytes], tag: int) -> bytes:
    """The value of a tag that must be there and not be empty.

    Raises:
        InvalidInput: "card.tlv_missing".
    """
    value = values.get(tag)
    if not value:
        raise _malformed("card.tlv_missing", f"tag {tag:X} is missing")
    return value


def _element(data: bytes, start: int) -> tuple[Element, int]:
    tag_bytes = 2 if data[start] == _TWO_BYTE_TAG else 1
    length, begin = _length(data, start + tag_bytes)
    end = begin + length
    if end > len(data):
        raise _malformed("card.tlv_truncated", "an element is longer than its file")
    return Element(int.from_bytes(data[start : start + tag_bytes], "big"), data[begin:end]), end


def _length(data: bytes, position: int) -> tuple[int, int]:
    """Length of the value and where the value begins."""
    if position >= len(data):
        raise _malformed("card.tlv_truncated", "no length")
    first = data[position]
    if first < _LONG_FORM:
        return first, position + 1
    octets = _LENGTHS.get(first)
    if octets is None:
        raise _malformed("card.tlv_length", "indefinite or oversized length")
    begin = position + 1 + octets
    if begin > len(data):
        raise _malformed("card.tlv_truncated", "the length is cut off")
    return int.from_bytes(data[position + 1 : begin], "big"), begin


def _malformed(code: str, message: str) -> InvalidInput:
    return InvalidInput(code, message, hint="the card's data is malformed: treat the card as suspect")
