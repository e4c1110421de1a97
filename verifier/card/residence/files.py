"""Read the files of a residence card into records.

Decides whether a file has the published layout. Believes nothing: `signature` does. Total: a record or
InvalidInput.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from verifier.card import tlv
from verifier.card.residence import layout
from verifier.card.residence.layout import TextTag
from verifier.errors import InvalidInput

_ENCODINGS: Final = ("shift_jis_2004", "cp932")
"""JIS X 0213 by the specification's word; the coded form is unverified, so the wider one is tried too."""

_NAMES: Final = {
    TextTag.WRITTEN_ON: "address_written_on",
    TextTag.MUNICIPALITY: "municipality_code",
    TextTag.ADDRESS: "address",
    TextTag.COMPREHENSIVE_PERMISSION: "comprehensive_permission",
    TextTag.INDIVIDUAL_PERMISSION: "individual_permission",
    TextTag.UPDATE_STATUS: "update_status",
}


@dataclass(frozen=True, slots=True)
class SignatureFile:
    """DF3.

    Attributes:
        check_code: signature over both padded images, 256 bytes.
        certificate: of the key that made it, DER without padding.
    """

    check_code: bytes = field(repr=False)
    certificate: bytes = field(repr=False)


def parse_card_type(raw: bytes) -> bytes:
    """Read the card type.

    Returns:
        One of `layout.FIRST_GENERATION`.

    Raises:
        InvalidInput: "card.tlv_*", or any other type ("card.generation_unknown").
    """
    kind = tlv.parse_file(raw, layout.CARD_TYPE_TAG).value
    if kind in layout.FIRST_GENERATION:
        return kind
    name = layout.LATER_GENERATIONS.get(kind, "card of an unknown type")
    raise InvalidInput(
        "card.generation_unknown",
        f"this is a {name}; only the first generation can be read",
        hint="ask for another document",
    )


def parse_image(raw: bytes, tag: int, size: int) -> bytes:
    """Read an image of DF1.

    Returns:
        The padded value, exactly `size` bytes: so it was signed.

    Raises:
        InvalidInput: "card.tlv_*", "card.image_size".
    """
    value = tlv.parse_file(raw, tag).value
    if len(value) != size:
        raise _malformed("card.image_size", f"tag {tag:X} has {len(value)} bytes instead of {size}")
    return value


def parse_signature(raw: bytes) -> SignatureFile:
    """Read DF3.

    Raises:
        InvalidInput: "card.tlv_*", "card.check_code_size".
    """
    parts = tlv.by_tag(tlv.parse_sequence(raw))
    code = tlv.require(parts, layout.CHECK_CODE_TAG).value
    if len(code) != layout.CHECK_CODE_BYTES:
        raise _malformed("card.check_code_size", f"the check code has {len(code)} bytes")
    padded = tlv.require(parts, layout.CERTIFICATE_TAG).value
    return SignatureFile(code, _without_padding(padded))


def parse_texts(raw: bytes) -> Mapping[str, str]:
    """Read a file of DF2: texts by name, empty ones left out.

    Raises:
        InvalidInput: "card.tlv_*", "card.text_malformed".
    """
    parts = tlv.by_tag(tlv.parse_sequence(raw))
    texts = {name: decode_text(parts[tag].value) for tag, name in _NAMES.items() if tag in parts}
    return {name: text for name, text in texts.items() if text}


def decode_text(data: bytes) -> str:
    """Decode a text; zeros and spaces at its end are padding.

    Raises:
        InvalidInput: not a text ("card.text_malformed").
    """
    stripped = data.rstrip(b"\x00")
    for encoding in _ENCODINGS:
        try:
            text = stripped.decode(encoding).rstrip(" \u3000")
        except UnicodeDecodeError:
            continue
        if all(char >= " " for char in text):
            return text
    raise _malformed("card.text_malformed", "a text cannot be decoded")


def _without_padding(padded: bytes) -> bytes:
    size = tlv.parse_header(padded).total
    if size > len(padded) or padded[size:].strip(b"\x00"):
        raise _malformed("card.certificate_malformed", "the certificate does not fit its field")
    return padded[:size]


def _malformed(code: str, message: str) -> InvalidInput:
    return InvalidInput(code, message, hint="the card's data is malformed: treat the card as suspect")
