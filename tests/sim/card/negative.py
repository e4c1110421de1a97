"""Virtual My Number cards that must be refused, each with the code it must be refused with.

Forgeries are made the way a forger would: everything that can be right without the missing key is right.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from tests.sim.card import encode
from tests.sim.card.authority import CardAuthority, Hierarchy
from tests.sim.card.mynumber import TEXT_AID, VISUAL_AID, mynumber_card
from tests.sim.card.personalise import (
    CardFiles,
    VisualElements,
    personalise,
    signed_elements,
    visual_elements,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

    from tests.sim.card.iso7816 import VirtualCard
    from verifier.types import Person

RECORD = 0x0002


@dataclass(frozen=True, slots=True)
class Blank:
    """What a forger has at hand.

    Attributes:
        person, other_person: invented; `other_person` has another birth date.
        portrait, other_portrait: JPEG 2000.
        expires_on, security_code: printed on the card.
        ca: the authority that verifiers believe; `other_ca` is the forger's own.
        card_key, other_key: chip keys.
    """

    person: Person
    other_person: Person
    portrait: bytes
    other_portrait: bytes
    expires_on: date
    security_code: str
    ca: CardAuthority
    other_ca: CardAuthority
    card_key: RSAPrivateKey
    other_key: RSAPrivateKey

    def elements(self) -> VisualElements:
        """DF22 to DF2A as they should be, not signed yet."""
        return visual_elements(self.person, self.portrait, self.expires_on, self.security_code, self.card_key)

    def files(self, **changes: object) -> CardFiles:
        """A genuine card, or one personalised with something else than `self` has."""
        kept = replace(self, **changes)  # type: ignore[arg-type]
        return personalise(
            kept.person,
            kept.portrait,
            expires_on=kept.expires_on,
            security_code=kept.security_code,
            ca=kept.ca,
            card_key=kept.card_key,
        )

    def with_record(self, record: bytes) -> VirtualCard:
        """A genuine card but for visual EF 0002."""
        files = self.files()
        return mynumber_card(replace(files, visual=files.visual | {RECORD: record}))

    def with_elements(self, elements: VisualElements, *, skew: int = 0) -> VirtualCard:
        """The same, from elements."""
        return self.with_record(encode.record(0xFF20, elements, skew=skew))

    def signed(self, signer: RSAPrivateKey | None = None) -> VisualElements:
        """Elements signed by the certified key, or by another."""
        return signed_elements(self.elements(), signer or self.ca.visual.signer)


def photo_bit_flipped(blank: Blank) -> VirtualCard:
    """One bit of the stored photograph differs."""
    flipped = bytearray(blank.portrait)
    flipped[len(flipped) // 2] ^= 0x01
    return blank.with_elements(_with(blank.signed(), 0xDF27, bytes(flipped)))


def photo_from_another_card(blank: Blank) -> VirtualCard:
    """A properly formed record whose photograph is somebody else's."""
    return blank.with_elements(_with(blank.signed(), 0xDF27, blank.other_portrait))


def signed_by_card_key(blank: Blank) -> VirtualCard:
    """The record is signed by the key that stands in it."""
    return blank.with_elements(blank.signed(blank.card_key))


def unknown_authority(blank: Blank) -> VirtualCard:
    """Everything is consistent under an authority nobody believes."""
    return mynumber_card(blank.files(ca=blank.other_ca))


def right_id_wrong_key(blank: Blank) -> VirtualCard:
    """The certificate names the believed authority but another key signed it."""
    return mynumber_card(
        blank.files(ca=replace(blank.ca, visual=_impostor(blank.ca.visual, blank.other_ca.visual)))
    )


def clone_without_key(blank: Blank) -> VirtualCard:
    """All files copied; the chip cannot sign."""
    card = mynumber_card(blank.files())
    card.applications[VISUAL_AID].key = None
    return card


def clone_with_own_key(blank: Blank) -> VirtualCard:
    """All files copied; the chip signs with a key of its own."""
    card = mynumber_card(blank.files())
    card.applications[VISUAL_AID].key = blank.other_key
    return card


def expired(blank: Blank) -> VirtualCard:
    """Genuine, but its last day is past."""
    return mynumber_card(blank.files(expires_on=date(2020, 2, 17)))


def expiry_prolonged(blank: Blank) -> VirtualCard:
    """DF29, which no signature covers, was moved by ten years; the code still names the old year."""
    later = f"{blank.expires_on.year + 10}0217".encode("ascii")
    return blank.with_elements(_with(blank.signed(), 0xDF29, later))


def lying_offsets(blank: Blank) -> VirtualCard:
    """The offset table points elsewhere."""
    return blank.with_elements(blank.signed(), skew=1)


def photo_missing(blank: Blank) -> VirtualCard:
    """No DF27."""
    return blank.with_elements([element for element in blank.signed() if element[0] != 0xDF27])


def photo_twice(blank: Blank) -> VirtualCard:
    """A second DF27 follows the signed one."""
    elements = blank.signed()
    return blank.with_elements([*elements[:6], (0xDF27, blank.other_portrait), *elements[6:]])


def huge_file_length(blank: Blank) -> VirtualCard:
    """The outer length claims 16 MiB."""
    return blank.with_record(bytes.fromhex("FF2083FFFFFF") + bytes(300))


def huge_element_length(blank: Blank) -> VirtualCard:
    """DF27 claims more bytes than the file has."""
    record = encode.record(0xFF20, blank.signed())
    header = encode.tlv(0xDF27, blank.portrait)[:5]
    return blank.with_record(record.replace(header, bytes.fromhex("DF2782FFFF")))


def photo_not_jpeg2000(blank: Blank) -> VirtualCard:
    """Properly signed, but the photograph is a PNG signature and zeros."""
    return mynumber_card(blank.files(portrait=b"\x89PNG\r\n\x1a\n" + bytes(500)))


def text_edited(blank: Blank) -> VirtualCard:
    """The name in the text application was changed."""
    files = blank.files()
    other = blank.files(person=replace(blank.person, name="見本　次郎"))
    return mynumber_card(replace(files, text=files.text | {RECORD: other.text[RECORD]}))


def text_digest_forged(blank: Blank) -> VirtualCard:
    """Name and digests were changed; the forger's signature does not count."""
    files, other = blank.files(), blank.files(person=blank.other_person, ca=blank.other_ca)
    return mynumber_card(
        replace(files, text=files.text | {RECORD: other.text[RECORD], 0x0003: other.text[0x0003]})
    )


def text_of_another_card(blank: Blank) -> VirtualCard:
    """Text files copied whole from somebody else's genuine card."""
    return mynumber_card(replace(blank.files(), text=blank.files(person=blank.other_person).text))


def text_unknown_authority(blank: Blank) -> VirtualCard:
    """Only the text application comes from an authority nobody believes."""
    return mynumber_card(blank.files(ca=replace(blank.ca, text=blank.other_ca.text)))


def text_right_id_wrong_key(blank: Blank) -> VirtualCard:
    """The text certificate names the believed authority but another key signed it."""
    return mynumber_card(
        blank.files(ca=replace(blank.ca, text=_impostor(blank.ca.text, blank.other_ca.text)))
    )


def text_pin_blocked(blank: Blank) -> VirtualCard:
    """The text application's own counter is used up."""
    card = mynumber_card(blank.files())
    card.applications[TEXT_AID].pins[0x0015].left = 0
    return card


REFUSED: dict[Callable[[Blank], VirtualCard], str] = {
    photo_bit_flipped: "chip.data_signature_invalid",
    photo_from_another_card: "chip.data_signature_invalid",
    signed_by_card_key: "chip.data_signature_invalid",
    unknown_authority: "chip.issuer_unknown",
    right_id_wrong_key: "chip.issuer_certificate_invalid",
    clone_without_key: "chip.challenge_refused",
    clone_with_own_key: "chip.challenge_invalid",
    expired: "chip.expired",
    expiry_prolonged: "chip.expiry_mismatch",
    text_edited: "chip.text_digest_mismatch",
    text_digest_forged: "chip.text_signature_invalid",
    text_of_another_card: "chip.birth_date_mismatch",
    text_unknown_authority: "chip.text_issuer_unknown",
    text_right_id_wrong_key: "chip.text_certificate_invalid",
    text_pin_blocked: "chip.pin_blocked",
}
"""Read, and refused by a check with this code."""

UNREADABLE: dict[Callable[[Blank], VirtualCard], str] = {
    lying_offsets: "card.offsets_wrong",
    photo_missing: "card.tlv_missing",
    photo_twice: "card.tlv_duplicate",
    huge_file_length: "card.file_too_large",
    huge_element_length: "card.tlv_truncated",
}
"""Malformed: the reading raises InvalidInput with this code."""


def _impostor(believed: Hierarchy, own: Hierarchy) -> Hierarchy:
    return Hierarchy(believed.authority_id, own.authority, own.signer_id, own.signer)


def _with(elements: VisualElements, tag: int, value: bytes) -> VisualElements:
    return [(t, value if t == tag else v) for t, v in elements]
