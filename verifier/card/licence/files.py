"""Read the files of a driver's licence into records.

Decides whether a file has the published layout. Believes nothing: whether anything is signed is `signature`'s
matter. Total: a record or InvalidInput. Records do not show personal data in their representation.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from verifier.card.licence import elements, layout
from verifier.card.licence.elements import Element
from verifier.card.licence.layout import Change, ChangeTag, CommonTag, EntryTag
from verifier.card.licence.text import Text, decode_bcd_date, decode_date, decode_digits, decode_text
from verifier.card.tlv import FILLER
from verifier.errors import InvalidInput

VERSION_BYTES: Final = 3
DATE_BYTES: Final = 4
NUMBER_DIGITS: Final = 12

PIN_SET: Final = {b"\x00": False, b"\x01": True}

JPEG_2000: Final = bytes.fromhex("FF4F")
"""Start of a codestream, ISO/IEC 15444-1 A.4.1."""

_NOTHING_ADDED: Final = (b"", b"0", b"\x00")


@dataclass(frozen=True, slots=True)
class CommonData:
    """2F01, which anybody may read and nothing signs."""

    version: str
    issued_on: date
    expires_on: date


@dataclass(frozen=True, slots=True)
class Entries:
    """DF1/0001.

    Attributes:
        name, address: as printed when the licence was made; see `ChangedEntry` for later ones.
        birth_date, expires_on: civil dates.
        number: 12 digits.
        texts: "kana", "alias", "unified_name", "colour", "conditions", "issuer"; those that are there.
    """

    name: Text
    address: Text
    birth_date: date = field(repr=False)
    expires_on: date
    number: str = field(repr=False)
    texts: Mapping[str, str] = field(repr=False)


@dataclass(frozen=True, slots=True)
class ChangedEntry:
    """One later entry of DF1/0004."""

    what: Change
    day: date
    value: Text


def parse_common(raw: bytes) -> CommonData:
    """Read 2F01.

    Raises:
        InvalidInput: "card.tlv_*", "card.text_malformed", "card.date_malformed".
    """
    data = elements.require(elements.index(elements.split(raw)), CommonTag.ISSUER_DATA)
    version, issued, expires = data[:VERSION_BYTES], data[VERSION_BYTES:-DATE_BYTES], data[-DATE_BYTES:]
    if not version.isascii() or not version.isalnum():
        raise _malformed("card.text_malformed", "the version of the specification is not readable")
    return CommonData(version.decode("ascii"), decode_bcd_date(issued), decode_bcd_date(expires))


def parse_pin_setting(raw: bytes) -> bool:
    """Read 000A: whether the holder chose PINs; otherwise both are `****`.

    Raises:
        InvalidInput: "card.tlv_*", "card.pin_setting_malformed".
    """
    found = elements.split(raw)
    setting = PIN_SET.get(found[0].value) if len(found) == 1 else None
    if setting is None:
        raise _malformed("card.pin_setting_malformed", "the licence does not say whether it has PINs")
    return setting


def parse_entries(raw: bytes) -> Entries:
    """Read DF1/0001.

    Raises:
        InvalidInput: "card.tlv_*", "card.text_malformed", "card.date_malformed", "card.number_malformed".
    """
    values = elements.index(elements.split(raw))
    number = decode_digits(elements.require(values, EntryTag.NUMBER))
    if len(number) != NUMBER_DIGITS:
        raise _malformed("card.number_malformed", f"the licence number has not {NUMBER_DIGITS} digits")
    return Entries(
        name=decode_text(elements.require(values, EntryTag.NAME)),
        address=decode_text(elements.require(values, EntryTag.ADDRESS)),
        birth_date=decode_date(elements.require(values, EntryTag.BIRTH_DATE)),
        expires_on=decode_date(elements.require(values, EntryTag.EXPIRES_ON)),
        number=number,
        texts=_texts(values),
    )


def parse_changes(raw: bytes) -> tuple[ChangedEntry, ...]:
    """Read DF1/0004, oldest first; nothing but filler, or a flag that says no, means no changes.

    Raises:
        InvalidInput: "card.tlv_*", "card.changes_malformed", "card.text_malformed", "card.date_malformed".
    """
    found = [element for element in elements.split(raw) if element.value.strip(bytes(FILLER))]
    if not found or (found[0].tag == ChangeTag.FLAG and found[0].value in _NOTHING_ADDED):
        return ()
    if found[0].tag != ChangeTag.FLAG:
        raise _malformed("card.changes_malformed", "the file of changes does not begin with its flag")
    groups = _groups(found[1:])
    return tuple(entry for entry in map(_changed, groups) if entry is not None)


def parse_photo(raw: bytes) -> bytes:
    """Read DF2/0001.

    Returns:
        The padded value: a JPEG 2000 codestream and what follows it.

    Raises:
        InvalidInput: "card.tlv_*", "card.portrait_format".
    """
    photo = elements.require(elements.index(elements.split(raw)), layout.PHOTO_TAG)
    if not photo.startswith(JPEG_2000):
        raise _malformed("card.portrait_format", "the photograph is not a JPEG 2000 codestream")
    return photo


def parse_signature(raw: bytes) -> Mapping[int, bytes]:
    """Read DF1/0007: values by tag, those of `layout.SIGNATURE_TAGS` at most.

    Raises:
        InvalidInput: "card.tlv_*".
    """
    values = elements.index(elements.split(raw))
    elements.require(values, layout.SIGNATURE_TAGS[0])
    return {tag: values[tag] for tag in layout.SIGNATURE_TAGS if tag in values}


def _texts(values: Mapping[int, bytes]) -> dict[str, str]:
    named = {
        "kana": (EntryTag.KANA,),
        "alias": (EntryTag.ALIAS,),
        "unified_name": (EntryTag.UNIFIED_NAME,),
        "colour": (EntryTag.COLOUR,),
        "conditions": EntryTag.CONDITIONS,
        "issuer": (EntryTag.ISSUER,),
    }
    texts = {
        name: "\n".join(filter(None, (decode_text(values.get(tag, b"")).value for tag in tags)))
        for name, tags in named.items()
    }
    return {name: text for name, text in texts.items() if text}


def _groups(found: Sequence[Element]) -> list[dict[int, bytes]]:
    """Elements up to and including each commission belong together."""
    groups: list[dict[int, bytes]] = []
    current: dict[int, bytes] = {}
    for element in found:
        if element.tag in current:
            raise _malformed("card.changes_malformed", "a change has the same element twice")
        current[element.tag] = element.value
        if element.tag == ChangeTag.COMMISSION:
            groups.append(current)
            current = {}
    if current:
        raise _malformed("card.changes_malformed", "the last change is incomplete")
    return groups


def _changed(group: Mapping[int, bytes]) -> ChangedEntry | None:
    """One change; None for the group that only names the commission of residence."""
    day = decode_date(elements.require(group, ChangeTag.DAY))
    tags = group.keys() - {ChangeTag.JIS_YEAR, ChangeTag.DAY, ChangeTag.COMMISSION}
    if not tags:
        return None
    what = layout.CHANGES_BY_TAG.get(next(iter(tags))) if len(tags) == 1 else None
    if what is None:
        raise _malformed("card.changes_malformed", "a change of an unknown kind")
    return ChangedEntry(what, day, decode_text(next(group[tag] for tag in tags)))


def _malformed(code: str, message: str) -> InvalidInput:
    return InvalidInput(code, message, hint="the card's data is malformed: treat the card as suspect")
