"""Where a driver's licence keeps what may be read for KYC: files, sizes, tags.

本籍 (registered domicile: DF1/0002 and its changes, 0006) is left out of everything this package reports:
financial institutions may not collect it (金融分野における個人情報保護に関するガイドライン art. 5). DF1/0002
has a name here only because the signature covers it.

Source: readers that were tried on physical cards (TRETJapanNFCReader, NFC_DriversLicenseReader) for
specification 008; the tags of the file of changes are unverified, see `ChangeTag`.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final

SELECT_MF: Final = bytes.fromhex("00A40000")

COMMON_DATA: Final = 0x2F01
COMMON_DATA_BYTES: Final = 17
PIN_SETTING: Final = 0x000A
PIN_SETTING_BYTES: Final = 3

PIN1_REFERENCE: Final = 1
PIN2_REFERENCE: Final = 2
"""Short identifiers of the PIN files 0001 and 0002 in the master file."""

ENTRIES_AID: Final = bytes.fromhex("A0000002310100000000000000000000")
"""DF1: what is printed on the licence, as text."""

ENTRIES: Final = 0x0001
ENTRIES_BYTES: Final = 880
DOMICILE: Final = 0x0002
DOMICILE_BYTES: Final = 82
CHANGES: Final = 0x0004
CHANGES_BYTES: Final = 640
SIGNATURE: Final = 0x0007
SIGNATURE_BYTES: Final = 578

PHOTO_AID: Final = bytes.fromhex("A0000002310200000000000000000000")
"""DF2: the photograph."""

PHOTO: Final = 0x0001
PHOTO_BYTES: Final = 2005


class CommonTag:
    """Elements of 2F01."""

    ISSUER_DATA: Final = 0x45
    """Version of the specification (3 characters), days of issue and expiry (4 bytes BCD each)."""
    PRE_ISSUE_DATA: Final = 0x46


class EntryTag:
    """Elements of DF1/0001."""

    JIS_YEAR: Final = 0x11
    NAME: Final = 0x12
    KANA: Final = 0x13
    ALIAS: Final = 0x14
    UNIFIED_NAME: Final = 0x15
    BIRTH_DATE: Final = 0x16
    ADDRESS: Final = 0x17
    ISSUED_ON: Final = 0x18
    REFERENCE: Final = 0x19
    COLOUR: Final = 0x1A
    EXPIRES_ON: Final = 0x1B
    CONDITIONS: Final = (0x1C, 0x1D, 0x1E, 0x1F)
    ISSUER: Final = 0x20
    NUMBER: Final = 0x21


class ChangeTag:
    """Elements of DF1/0004: a flag, then groups of JIS year, day, new value and commission.

    That order is published; the tag numbers are unverified. They stand in this one table, and a file that
    does not fit it makes the reading undecided ("chip.changes_unreadable") instead of wrong.
    """

    FLAG: Final = 0x50
    JIS_YEAR: Final = 0x51
    DAY: Final = 0x52
    COMMISSION: Final = 0x53
    NAME: Final = 0x54
    KANA: Final = 0x55
    ADDRESS: Final = 0x56
    CONDITION: Final = 0x57
    RELEASE: Final = 0x58
    REMARK: Final = 0x59
    RESERVED: Final = 0x5A


class Change(StrEnum):
    """What a later entry changes."""

    NAME = "name"
    KANA = "kana"
    ADDRESS = "address"
    CONDITION = "condition"
    RELEASE = "release"
    REMARK = "remark"
    RESERVED = "reserved"


CHANGES_BY_TAG: Final = {
    ChangeTag.NAME: Change.NAME,
    ChangeTag.KANA: Change.KANA,
    ChangeTag.ADDRESS: Change.ADDRESS,
    ChangeTag.CONDITION: Change.CONDITION,
    ChangeTag.RELEASE: Change.RELEASE,
    ChangeTag.REMARK: Change.REMARK,
    ChangeTag.RESERVED: Change.RESERVED,
}

PHOTO_TAG: Final = 0x5F40

SIGNATURE_TAGS: Final = (0xB1, 0xB2, 0xB3, 0xB4, 0xB5)
"""Signature, serial number, issuer, subject, subject key identifier; B2 to B5 unverified."""
