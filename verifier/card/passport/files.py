"""The files of a passport's chip that are read here: EF.COM, DG1, DG2.

Decides whether they are well-formed; nothing in them is believed before `sod` has matched their digests. Of a
face template only the first image is taken. ICAO Doc 9303 (8th edition) part 10, 4.6 and 4.7; ISO/IEC
19794-5:2005, 5 (facial record). Every parser is total: a result or InvalidInput.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from verifier.card import tlv
from verifier.card.passport.mrz import Mrz, parse_td3
from verifier.errors import InvalidInput

AID: Final = bytes.fromhex("A0000002471001")
"""eMRTD application."""

EF_COM: Final = 0x011E
EF_SOD: Final = 0x011D
EF_DG1: Final = 0x0101
EF_DG2: Final = 0x0102
EF_DG14: Final = 0x010E
EF_DG15: Final = 0x010F

DG1: Final = 1
DG2: Final = 2
DG14: Final = 14
DG15: Final = 15
"""Numbers of data groups; 14 announces chip authentication, 15 holds the key of active authentication."""

_COM: Final = 0x60
_COM_TAGS: Final = 0x5C
_DG1: Final = 0x61
_MRZ: Final = 0x5F1F
_DG2: Final = 0x75
_TEMPLATES: Final = 0x7F61
_COUNT: Final = 0x02
_TEMPLATE: Final = 0x7F60
_FACE: Final = (0x5F2E, 0x7F2E)
"""Biometric data block, plain or constructed."""

_GROUPS: Final[Mapping[int, int]] = {
    0x61: 1,
    0x75: 2,
    0x63: 3,
    0x76: 4,
    0x65: 5,
    0x66: 6,
    0x67: 7,
    0x68: 8,
    0x69: 9,
    0x6A: 10,
    0x6B: 11,
    0x6C: 12,
    0x6D: 13,
    0x6E: 14,
    0x6F: 15,
    0x70: 16,
}
"""Tag in EF.COM -> number of the data group. Part 10, table 37."""

_FACIAL_RECORD: Final = b"FAC\x00010\x00"
_RECORD_HEADER_BYTES: Final = 14
_FACE_HEADER_BYTES: Final = 20
_FEATURE_POINT_BYTES: Final = 8
_IMAGE_HEADER_BYTES: Final = 12


@dataclass(frozen=True, slots=True)
class Presence:
    """What EF.COM says.

    Attributes:
        groups: numbers of the data groups on the chip. Unsigned: the signed list is EF.SOD's.
    """

    groups: frozenset[int]


def parse_com(data: bytes) -> Presence:
    """Read EF.COM.

    Raises:
        InvalidInput: "card.tlv_*", or a tag that names no data group ("card.com_malformed").
    """
    elements = tlv.by_tag(tlv.children(tlv.parse_file(data, _COM)))
    tags = tlv.require(elements, _COM_TAGS).value
    if not _GROUPS.keys() >= set(tags):
        raise _malformed("card.com_malformed", "EF.COM names an unknown data group")
    return Presence(frozenset(_GROUPS[tag] for tag in tags))


def parse_dg1(data: bytes, *, today: date) -> Mrz:
    """Read DG1: the machine-readable zone.

    Raises:
        InvalidInput: "card.tlv_*", or what `parse_td3` refuses as "card.dg1_malformed".
    """
    elements = tlv.by_tag(tlv.children(tlv.parse_file(data, _DG1)))
    zone = tlv.require(elements, _MRZ).value
    try:
        return parse_td3(zone.decode("ascii"), today=today)
    except (InvalidInput, UnicodeDecodeError) as error:
        raise _malformed("card.dg1_malformed", "DG1 holds no valid machine-readable zone") from error


def parse_dg2(data: bytes) -> bytes:
    """Read DG2: the encoded image (JPEG or JPEG 2000) of the first face.

    Raises:
        InvalidInput: "card.tlv_*", or no facial record there ("card.dg2_malformed").
    """
    templates = tlv.require(tlv.by_tag(tlv.children(tlv.parse_file(data, _DG2))), _TEMPLATES)
    children = tlv.children(templates)
    if not children or children[0].tag != _COUNT:
        raise _malformed("card.dg2_malformed", "DG2 does not begin with the number of its templates")
    first = next((child for child in children if child.tag == _TEMPLATE), None)
    if first is None:
        raise _malformed("card.dg2_malformed", "DG2 holds no template")
    record = next((child.value for child in tlv.children(first) if child.tag in _FACE), None)
    if record is None:
        raise _malformed("card.dg2_malformed", "the first template holds no biometric data")
    return _first_image(record)


def _first_image(record: bytes) -> bytes:
    """The image behind the headers of a facial record."""
    total = int.from_bytes(record[8:12], "big")
    if not record.startswith(_FACIAL_RECORD) or not _RECORD_HEADER_BYTES < total <= len(record):
        raise _malformed("card.dg2_malformed", "not a facial record of version 010")
    face = record[_RECORD_HEADER_BYTES:total]
    size, points = int.from_bytes(face[:4], "big"), int.from_bytes(face[4:6], "big")
    start = _FACE_HEADER_BYTES + points * _FEATURE_POINT_BYTES + _IMAGE_HEADER_BYTES
    if not start < size <= len(face):
        raise _malformed("card.dg2_malformed", "the lengths in the facial record contradict each other")
    return face[start:size]


def _malformed(code: str, message: str) -> InvalidInput:
    return InvalidInput(code, message, hint="treat the passport as suspect; ask for another document")
