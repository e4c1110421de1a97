"""Virtual residence cards that must be refused, each with the code it must be refused with.

Forgeries are made the way a forger would: everything that can be right without the missing key is right.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import Encoding

from tests.sim.card import encode
from tests.sim.card.iso7816 import VirtualCard
from tests.sim.card.residence import (
    FRONT_BYTES,
    PORTRAIT_BYTES,
    ImmigrationIssuer,
    ResidenceCard,
    ResidenceFiles,
    ResidenceHolder,
    residence_card,
)

FRONT, PORTRAIT = 0x05, 0x06


@dataclass(frozen=True, slots=True)
class ResidenceBlank:
    """What a forger has at hand: a holder, two photographs, the believed issuer, two others, a key."""

    holder: ResidenceHolder
    portrait: bytes
    other_portrait: bytes
    issuer: ImmigrationIssuer
    other_issuer: ImmigrationIssuer
    ended_issuer: ImmigrationIssuer
    other_key: RSAPrivateKey

    def files(self, **changes: object) -> ResidenceFiles:
        """A genuine card, or one whose holder differs."""
        holder = replace(self.holder, **changes)  # type: ignore[arg-type]
        return self.issuer.personalise(holder, self.portrait)

    def with_image(self, short_id: int, content: bytes) -> ResidenceCard:
        """A genuine card but for one file of DF1."""
        files = self.files()
        return residence_card(replace(files, images={**files.images, short_id: content}))

    def with_signature(self, content: bytes) -> ResidenceCard:
        """A genuine card but for DF3."""
        return residence_card(replace(self.files(), signature=content))


def photo_bit_flipped(blank: ResidenceBlank) -> VirtualCard:
    """One bit of the photograph differs."""
    flipped = bytearray(blank.files().images[PORTRAIT])
    flipped[500] ^= 0x01
    return blank.with_image(PORTRAIT, bytes(flipped))


def padding_used(blank: ResidenceBlank) -> VirtualCard:
    """The last byte of the photograph's padding differs: padding is signed too."""
    return blank.with_image(PORTRAIT, blank.files().images[PORTRAIT][:-1] + b"\x01")


def photo_from_another_card(blank: ResidenceBlank) -> VirtualCard:
    """Somebody else's photograph."""
    other = encode.tlv(0xD1, blank.other_portrait.ljust(PORTRAIT_BYTES, b"\x00"))
    return blank.with_image(PORTRAIT, other)


def front_edited(blank: ResidenceBlank) -> VirtualCard:
    """Another name on the front."""
    other = blank.files(lines=("見本 SPECIMEN JIRO",))
    return blank.with_image(FRONT, other.images[FRONT])


def signed_by_another_key(blank: ResidenceBlank) -> VirtualCard:
    """The believed certificate, but the check code comes from another key."""
    forger = replace(blank.issuer, signer=blank.other_key)
    return residence_card(forger.personalise(blank.holder, blank.portrait))


def unknown_authority(blank: ResidenceBlank) -> VirtualCard:
    """Everything is consistent under an authority of another key; the names are the same."""
    return residence_card(blank.other_issuer.personalise(blank.holder, blank.portrait))


def self_made_certificate(blank: ResidenceBlank) -> VirtualCard:
    """The check code's certificate is the forger's authority itself."""
    forger = replace(blank.other_issuer, certificate=blank.other_issuer.authority)
    return residence_card(forger.personalise(blank.holder, blank.portrait))


def certificate_altered(blank: ResidenceBlank) -> VirtualCard:
    """The certificate names the believed authority, which did not sign it like this."""
    der = bytearray(blank.issuer.certificate.public_bytes(Encoding.DER))
    der[-1] ^= 0x01
    forger = replace(blank.issuer, certificate=x509.load_der_x509_certificate(bytes(der)))
    return residence_card(forger.personalise(blank.holder, blank.portrait))


def certificate_ended(blank: ResidenceBlank) -> VirtualCard:
    """The certificate has run out; whether it was valid when it signed, the card does not say."""
    return residence_card(blank.ended_issuer.personalise(blank.holder, blank.portrait))


def address_unreadable(blank: ResidenceBlank) -> VirtualCard:
    """Bytes that are no text where a municipality writes the address."""
    files = blank.files()
    return residence_card(replace(files, texts={**files.texts, 0x01: encode.tlv(0xD4, b"\xff\x01" * 20)}))


REFUSED: dict[Callable[[ResidenceBlank], VirtualCard], str] = {
    photo_bit_flipped: "chip.data_signature_invalid",
    padding_used: "chip.data_signature_invalid",
    photo_from_another_card: "chip.data_signature_invalid",
    front_edited: "chip.data_signature_invalid",
    signed_by_another_key: "chip.data_signature_invalid",
    unknown_authority: "chip.issuer_unknown",
    self_made_certificate: "chip.issuer_unknown",
    certificate_altered: "chip.issuer_certificate_invalid",
    certificate_ended: "chip.issuer_certificate_expired",
    address_unreadable: "chip.text_unreadable",
}
"""Read, and refused by a check with this code."""


def second_generation(blank: ResidenceBlank) -> VirtualCard:
    """A card issued from 2026 on."""
    return residence_card(blank.files(kind="05"))


def unknown_type(blank: ResidenceBlank) -> VirtualCard:
    """A type nobody has heard of."""
    return residence_card(blank.files(kind="9"))


def photo_missing(blank: ResidenceBlank) -> VirtualCard:
    """Another element in the photograph's place."""
    return blank.with_image(PORTRAIT, encode.tlv(0xD0, bytes(PORTRAIT_BYTES)))


def front_short(blank: ResidenceBlank) -> VirtualCard:
    """A front of the wrong size: its padding was cut."""
    return blank.with_image(FRONT, encode.tlv(0xD0, bytes(FRONT_BYTES - 1)))


def front_twice(blank: ResidenceBlank) -> VirtualCard:
    """A second front follows the signed one."""
    return blank.with_image(FRONT, blank.files().images[FRONT] * 2)


def huge_length(blank: ResidenceBlank) -> VirtualCard:
    """A front that claims 16 MiB."""
    return blank.with_image(FRONT, bytes.fromhex("D083FFFFFF") + bytes(3000))


def huge_file(blank: ResidenceBlank) -> VirtualCard:
    """A file far above what a card can hold."""
    return blank.with_image(FRONT, bytes(30_000))


def check_code_twice(blank: ResidenceBlank) -> VirtualCard:
    """Two check codes: which one counts must not be a choice."""
    code = blank.files().signature[:260]
    return blank.with_signature(code + blank.files().signature[:260])


def certificate_garbage(blank: ResidenceBlank) -> VirtualCard:
    """No certificate in the certificate's place."""
    return blank.with_signature(blank.files().signature[:260] + encode.tlv(0xDB, b"\x30\x05hello"))


UNREADABLE: dict[Callable[[ResidenceBlank], VirtualCard], str] = {
    second_generation: "card.generation_unknown",
    unknown_type: "card.generation_unknown",
    photo_missing: "card.tlv_unexpected_tag",
    front_short: "card.image_size",
    front_twice: "card.tlv_filler",
    huge_length: "card.tlv_truncated",
    huge_file: "card.file_too_large",
    check_code_twice: "card.tlv_duplicate",
    certificate_garbage: "card.certificate_malformed",
}
"""Malformed or of another generation: the reading raises InvalidInput with this code."""
