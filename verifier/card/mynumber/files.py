"""Read the four files of a My Number card into records.

Decides whether a file has the layout that real cards have: exact tags in order, a truthful offset table, real
dates, UTF-8. Believes nothing: signatures are checked in `signature`. Total: a record or InvalidInput.
Records do not show personal data in their representation.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from verifier.card import tlv
from verifier.card.mynumber import layout
from verifier.card.mynumber.layout import IntegrityTag, TextTag, VisualTag
from verifier.card.rsa import parse_public_key
from verifier.card.trust import KEY_ID_BYTES
from verifier.errors import InvalidInput
from verifier.types import Person, Sex

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

_OFFSET_BYTES: Final = 2

_MAX_TEXT_CHARS: Final = 200
"""Longest name or address accepted; the printed fields hold fewer than 100."""

_SEXES: Final = {b"1": Sex.MALE, b"2": Sex.FEMALE, b"0": Sex.UNKNOWN, b"9": Sex.UNKNOWN}
"""ISO/IEC 5218."""


@dataclass(frozen=True, slots=True)
class CardCertificate:
    """EF 0004: the authority's word for the key that signs this application's records.

    Attributes:
        authority_key_id: 証明者鍵ID, names the key to look up in the trust store.
        key: the certified key.
        body: the bytes that `signature` covers.
        signature: by the authority.
    """

    authority_key_id: bytes
    key: RSAPublicKey
    body: bytes
    signature: bytes


@dataclass(frozen=True, slots=True)
class VisualRecord:
    """Visual EF 0002.

    Attributes:
        birth_date, sex: as printed.
        card_key: the chip's own key.
        portrait: JPEG 2000 bytes.
        expires_on: after the signature and not covered by it.
        signature: by the certified key.
        groups: the three spans that the signature covers, each hashed by itself.
    """

    birth_date: date = field(repr=False)
    sex: Sex = field(repr=False)
    card_key: RSAPublicKey
    portrait: bytes = field(repr=False)
    expires_on: date
    signature: bytes = field(repr=False)
    groups: tuple[bytes, bytes, bytes] = field(repr=False)


@dataclass(frozen=True, slots=True)
class TextRecord:
    """Text EF 0002.

    Attributes:
        person: the four basic attributes.
        digested: the span that the integrity record's digest covers: everything after the offset table.
    """

    person: Person = field(repr=False)
    digested: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class IntegrityRecord:
    """Text EF 0003.

    Attributes:
        record_digest: SHA-256 of `TextRecord.digested`.
        signed: the span that `signature` covers.
        signature: by the text application's certified key.
    """

    record_digest: bytes = field(repr=False)
    signed: bytes = field(repr=False)
    signature: bytes = field(repr=False)


def parse_certificate(raw: bytes) -> CardCertificate:
    """Read EF 0004.

    Raises:
        InvalidInput: "card.tlv_*", "card.key_malformed".
    """
    parts = _elements(
        tlv.children(tlv.parse_file(raw, layout.CERTIFICATE)),
        (layout.CERTIFICATE_BODY, layout.CERTIFICATE_SIGNATURE),
    )
    body = parts[layout.CERTIFICATE_BODY].value
    return CardCertificate(
        authority_key_id=body[:KEY_ID_BYTES],
        key=parse_public_key(body[2 * KEY_ID_BYTES :]),
        body=body,
        signature=parts[layout.CERTIFICATE_SIGNATURE].value,
    )


def parse_visual_record(raw: bytes) -> VisualRecord:
    """Read visual EF 0002.

    Raises:
        InvalidInput: "card.tlv_*", "card.offsets_wrong", "card.key_malformed", "card.date_malformed",
            "card.sex_malformed".
    """
    parts = _record(raw, layout.VISUAL_TAGS)
    return VisualRecord(
        birth_date=_date(parts[VisualTag.BIRTH_DATE]),
        sex=_sex(parts[VisualTag.SEX]),
        card_key=parse_public_key(parts[VisualTag.CARD_KEY].value),
        portrait=parts[VisualTag.PORTRAIT].value,
        expires_on=_date(parts[VisualTag.EXPIRY]),
        signature=parts[VisualTag.SIGNATURE].value,
        groups=(
            _span(parts, VisualTag.BIRTH_DATE, VisualTag.SEX, VisualTag.CARD_KEY),
            _span(parts, VisualTag.NAME_IMAGE, VisualTag.ADDRESS_IMAGE),
            _span(parts, VisualTag.PORTRAIT),
        ),
    )


def parse_text_record(raw: bytes) -> TextRecord:
    """Read text EF 0002. The name keeps its U+3000 separator and its variant characters.

    Raises:
        InvalidInput: "card.tlv_*", "card.offsets_wrong", "card.text_malformed", "card.date_malformed",
            "card.sex_malformed".
    """
    parts = _record(raw, layout.TEXT_TAGS)
    person = Person(
        name=_text(parts[TextTag.NAME]),
        address=_text(parts[TextTag.ADDRESS]),
        birth_date=_date(parts[TextTag.BIRTH_DATE]),
        sex=_sex(parts[TextTag.SEX]),
    )
    return TextRecord(person, _span(parts, *layout.TEXT_TAGS[1:]))


def parse_integrity_record(raw: bytes) -> IntegrityRecord:
    """Read text EF 0003.

    Raises:
        InvalidInput: "card.tlv_*".
    """
    parts = _elements(tlv.children(tlv.parse_file(raw, layout.INTEGRITY)), layout.INTEGRITY_TAGS)
    return IntegrityRecord(
        record_digest=parts[IntegrityTag.RECORD_DIGEST].value,
        signed=_span(parts, IntegrityTag.NUMBER_DIGEST, IntegrityTag.RECORD_DIGEST),
        signature=parts[IntegrityTag.SIGNATURE].value,
    )


def _record(raw: bytes, tags: tuple[int, ...]) -> Mapping[int, tlv.Tlv]:
    """An FF20 file whose offset table tells the truth."""
    elements = tlv.children(tlv.parse_file(raw, layout.RECORD))
    parts = _elements(elements, tags)
    starts = b"".join(element.offset.to_bytes(_OFFSET_BYTES, "big") for element in elements[1:])
    if parts[layout.OFFSETS].value != starts:
        raise _malformed("card.offsets_wrong", "the offset table does not match the file")
    return parts


def _elements(elements: tuple[tlv.Tlv, ...], tags: tuple[int, ...]) -> Mapping[int, tlv.Tlv]:
    """Exactly these tags in this order; every other arrangement has its own code."""
    parts = tlv.by_tag(elements)
    for tag in tags:
        tlv.require(parts, tag)
    position = {tag: index for index, tag in enumerate(tags)}
    if any(tag not in position for tag in parts):
        raise _malformed("card.tlv_unexpected_tag", "an element that cards of this kind do not have")
    if any(position[before.tag] > position[after.tag] for before, after in pairwise(elements)):
        raise _malformed("card.tlv_order", "elements are out of order")
    return parts


def _span(parts: Mapping[int, tlv.Tlv], *tags: int) -> bytes:
    return b"".join(parts[tag].raw for tag in tags)


def _date(element: tlv.Tlv) -> date:
    digits = element.value
    if len(digits) == len("YYYYMMDD") and digits.isdigit():
        try:
            return date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
        except ValueError:
            pass
    raise _malformed("card.date_malformed", f"tag {element.tag:X} is not a date")


def _sex(element: tlv.Tlv) -> Sex:
    sex = _SEXES.get(element.value)
    if sex is None:
        raise _malformed("card.sex_malformed", f"tag {element.tag:X} is not an ISO/IEC 5218 code")
    return sex


def _text(element: tlv.Tlv) -> str:
    try:
        text = element.value.decode("utf-8")
    except UnicodeDecodeError as error:
        raise _malformed("card.text_malformed", f"tag {element.tag:X} is not UTF-8") from error
    if not 0 < len(text) <= _MAX_TEXT_CHARS or any(ord(char) < ord(" ") for char in text):
        raise _malformed(
            "card.text_malformed", f"tag {element.tag:X} is empty, too long or has control characters"
        )
    return text


def _malformed(code: str, message: str) -> InvalidInput:
    return InvalidInput(code, message, hint="the card's data is malformed: treat the card as suspect")
