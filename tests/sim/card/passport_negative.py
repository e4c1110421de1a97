"""Virtual passports that must be refused, each with the code it must be refused with.

Forgeries are made the way a forger would: everything that can be right without the missing key is right.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from tests.sim.card.active_authentication import active_groups
from tests.sim.card.authority import generate_key
from tests.sim.card.passport import PassportChip, passport_chip
from tests.sim.card.passport_files import PassportFiles, face_template, zone
from tests.sim.card.passport_issuer import VALID_UNTIL, PassportIssuer, certificate


@dataclass(frozen=True, slots=True)
class PassportBlank:
    """What a forger of passports has at hand; `other` is the forger's own country."""

    issuer: PassportIssuer
    other: PassportIssuer
    zone: str
    portrait: bytes
    other_portrait: bytes
    chip_key: RSAPrivateKey = field(default_factory=generate_key, repr=False)
    other_chip_key: RSAPrivateKey = field(default_factory=generate_key, repr=False)

    def files(self) -> PassportFiles:
        """A genuine passport."""
        return self.issuer.personalise(self.zone, self.portrait)


def photo_replaced(blank: PassportBlank) -> PassportChip:
    """DG2 holds somebody else's photograph."""
    files = blank.files()
    groups = files.groups | {2: face_template(blank.other_portrait)}
    return passport_chip(replace(files, groups=groups))


def photo_bit_flipped(blank: PassportBlank) -> PassportChip:
    """One bit of DG2 differs."""
    files = blank.files()
    altered = bytearray(files.groups[2])
    altered[len(altered) // 2] ^= 1
    return passport_chip(replace(files, groups=files.groups | {2: bytes(altered)}))


def zone_replaced(blank: PassportBlank) -> PassportChip:
    """DG1 holds another name; number and dates, and so the access keys, are the same."""
    files = blank.files()
    other = blank.issuer.personalise(blank.zone.replace("HANAKO", "JIROKO"), blank.portrait)
    return passport_chip(replace(files, groups=files.groups | {1: other.groups[1]}))


def zone_of_another_print(blank: PassportBlank) -> PassportChip:
    """A genuine chip behind a data page that prints another name."""
    files = blank.issuer.personalise(blank.zone.replace("HANAKO", "JIROKO"), blank.portrait)
    return passport_chip(files)


def signed_by_wrong_signer(blank: PassportBlank) -> PassportChip:
    """EF.SOD carries the genuine signer's certificate but another key signed it."""
    impostor = replace(blank.issuer, signer_key=blank.other.signer_key)
    return passport_chip(impostor.personalise(blank.zone, blank.portrait))


def signer_not_issued(blank: PassportBlank) -> PassportChip:
    """The signer's certificate names the believed CA but another key made it."""
    subject, issuer = blank.issuer.signer.subject, blank.issuer.authority.subject
    forged = certificate(
        subject,
        issuer,
        blank.other.signer_key,
        blank.other.authority_key,
        until=VALID_UNTIL,
        is_ca=False,
        claimed=blank.issuer.authority_key,
    )
    impostor = replace(blank.issuer, signer=forged, signer_key=blank.other.signer_key)
    return passport_chip(impostor.personalise(blank.zone, blank.portrait))


def unknown_country(blank: PassportBlank) -> PassportChip:
    """Everything is consistent under a CA nobody believes."""
    return passport_chip(blank.other.personalise(blank.zone, blank.portrait))


def expired_signer(blank: PassportBlank) -> PassportChip:
    """The document signer's certificate ran out."""
    signer = certificate(
        blank.issuer.signer.subject,
        blank.issuer.authority.subject,
        blank.issuer.signer_key,
        blank.issuer.authority_key,
        until=datetime(2024, 1, 1, tzinfo=UTC),
        is_ca=False,
    )
    return passport_chip(replace(blank.issuer, signer=signer).personalise(blank.zone, blank.portrait))


def expired(blank: PassportBlank) -> PassportChip:
    """Genuine, but its last day is past."""
    return passport_chip(blank.issuer.personalise(zone(expiry="200216"), blank.portrait))


def group_not_signed(blank: PassportBlank) -> PassportChip:
    """EF.SOD lists only DG1."""
    files = blank.files()
    return passport_chip(replace(files, sod=blank.issuer.sign({1: files.groups[1]})))


def active_files(blank: PassportBlank) -> PassportFiles:
    """A genuine passport whose chip has a key of its own."""
    return blank.issuer.personalise(blank.zone, blank.portrait, extra=active_groups(blank.chip_key))


def copied_chip(blank: PassportBlank) -> PassportChip:
    """All files of a passport with a chip key, on a chip that has none."""
    return passport_chip(active_files(blank))


def copied_chip_with_own_key(blank: PassportBlank) -> PassportChip:
    """The same, on a chip that signs with the forger's key."""
    return passport_chip(active_files(blank), active_key=blank.other_chip_key)


def chip_key_replaced(blank: PassportBlank) -> PassportChip:
    """The forger's key in DG15 as well."""
    files = active_files(blank)
    groups = files.groups | active_groups(blank.other_chip_key)
    return passport_chip(replace(files, groups=groups), active_key=blank.other_chip_key)


def chip_key_left_out(blank: PassportBlank) -> PassportChip:
    """DG15 is missing, although the issuer lists it."""
    files = active_files(blank)
    groups = {number: content for number, content in files.groups.items() if number != 15}
    return passport_chip(replace(files, groups=groups))


COPIES: dict[Callable[[PassportBlank], PassportChip], str] = {
    copied_chip: "chip.challenge_refused",
    copied_chip_with_own_key: "chip.challenge_invalid",
    chip_key_replaced: "chip.digest_mismatch",
    chip_key_left_out: "chip.digest_mismatch",
}
"""Every file is as its issuer signed it, or left out: only the chip's own key tells them apart."""

REFUSED: dict[Callable[[PassportBlank], PassportChip], str] = {
    photo_replaced: "chip.digest_mismatch",
    photo_bit_flipped: "chip.digest_mismatch",
    zone_replaced: "chip.digest_mismatch",
    group_not_signed: "chip.digest_mismatch",
    zone_of_another_print: "chip.mrz_mismatch",
    signed_by_wrong_signer: "chip.data_signature_invalid",
    signer_not_issued: "chip.issuer_certificate_invalid",
    unknown_country: "chip.issuer_unknown",
    expired_signer: "chip.issuer_certificate_expired",
    expired: "chip.expired",
    **COPIES,
}
"""Read, and refused by a check with this code."""
