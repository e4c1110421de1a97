"""Where a first-generation residence card keeps what: commands, applications, files, tags.

Source: 在留カード等仕様書 1.5 (general edition) as three independent readers implement it; secondary, so
whatever differs on a physical card ends in a refusal, never in a wrong reading.
"""

from __future__ import annotations

from typing import Final

SELECT_MF: Final = bytes.fromhex("00A40000023F00")

COMMON_DATA: Final = 0x0B
CARD_TYPE: Final = 0x0A
"""Short identifiers in the master file; free to read."""

CARD_TYPE_TAG: Final = 0xC1

RESIDENCE_CARD: Final = b"1"
SPECIAL_PERMANENT_RESIDENT: Final = b"2"
FIRST_GENERATION: Final = (RESIDENCE_CARD, SPECIAL_PERMANENT_RESIDENT)

LATER_GENERATIONS: Final = {
    b"05": "second-generation residence card",
    b"06": "second-generation special permanent resident certificate",
    b"07": "specified residence card",
    b"08": "specified special permanent resident certificate",
}
"""Issued from 2026-06-14 on (one reader's table, unverified): named so that the operator knows why."""

IMAGES_AID: Final = bytes.fromhex("D392F0004F0200000000000000000000")
"""DF1, read under secure messaging."""

FRONT: Final = 0x05
FRONT_TAG: Final = 0xD0
FRONT_BYTES: Final = 7000
PORTRAIT: Final = 0x06
PORTRAIT_TAG: Final = 0xD1
PORTRAIT_BYTES: Final = 3000
"""Sizes of both values, padding included: the signature covers them so."""

TEXTS_AID: Final = bytes.fromhex("D392F0004F0300000000000000000000")
"""DF2, plain once the number was verified. Written later by municipalities; no signature covers it."""

ADDRESS: Final = 0x01
ADDRESS_BYTES: Final = 342
PERMISSIONS: Final = {"comprehensive_permission": (0x02, 122), "individual_permission": (0x03, 122)}
UPDATE_STATUS: Final = (0x04, 3)
"""Short identifier and size; only on residence cards (type 1)."""


class TextTag:
    """Elements of DF2."""

    WRITTEN_ON: Final = 0xD2
    MUNICIPALITY: Final = 0xD3
    ADDRESS: Final = 0xD4
    COMPREHENSIVE_PERMISSION: Final = 0xD5
    INDIVIDUAL_PERMISSION: Final = 0xD6
    UPDATE_STATUS: Final = 0xD7


SIGNATURE_AID: Final = bytes.fromhex("D392F0004F0400000000000000000000")
"""DF3."""

SIGNATURE: Final = 0x02
SIGNATURE_BYTES: Final = 1464
CHECK_CODE_TAG: Final = 0xDA
CHECK_CODE_BYTES: Final = 256
CERTIFICATE_TAG: Final = 0xDB
"""X.509 in DER, padded with zeros to 1,200 bytes."""
