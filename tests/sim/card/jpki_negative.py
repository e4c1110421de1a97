"""Virtual JPKI cards that must be refused, each with the code it must be refused with.

A revoked certificate looks like any other: it is the responder (`JpkiAuthority.answer`) that tells it apart.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from tests.sim.card.iso7816 import VirtualCard
from tests.sim.card.jpki import AID, PASSWORD_FILE, JpkiAuthority, SigningCard, attributes, jpki_card
from verifier.types import Person


@dataclass(frozen=True, slots=True)
class JpkiBlank:
    """What a forger has at hand.

    Attributes:
        authority: that verifiers pin; `impostor` bears its name with the forger's key.
        person: the holder.
        key, other_key: of the card, and of another.
    """

    authority: JpkiAuthority
    impostor: JpkiAuthority
    person: Person
    key: RSAPrivateKey
    other_key: RSAPrivateKey

    def issue(self, **options: object) -> SigningCard:
        """A certificate as it should be, but for the options of `JpkiAuthority.issue`."""
        return self.authority.issue(attributes(self.person), key=self.key, **options)  # type: ignore[arg-type]


def issued_by_impostor(blank: JpkiBlank) -> VirtualCard:
    """The certificate names the pinned authority and its key, but the forger's key signed it."""
    return jpki_card(blank.issue(signing_key=blank.impostor.key))


def unknown_authority(blank: JpkiBlank) -> VirtualCard:
    """Everything is consistent under an authority that nobody pinned."""
    return jpki_card(blank.impostor.issue(attributes(blank.person), key=blank.key))


def certificate_expired(blank: JpkiBlank) -> VirtualCard:
    """The certificate's last day is past; the card is not."""
    return jpki_card(blank.issue(until=datetime(2026, 2, 17, tzinfo=UTC)))


def certificate_of_an_authority(blank: JpkiBlank) -> VirtualCard:
    """A CA certificate in the holder's place."""
    return jpki_card(blank.issue(is_ca=True))


def signs_with_another_key(blank: JpkiBlank) -> VirtualCard:
    """The certificate was copied from somebody's card; the key could not be."""
    return jpki_card(replace(blank.issue(), key=blank.other_key))


def password_locked(blank: JpkiBlank) -> VirtualCard:
    """Five wrong passwords were given."""
    card = jpki_card(blank.issue())
    card.applications[AID].pins[PASSWORD_FILE].left = 0
    return card


def password_nearly_locked(blank: JpkiBlank) -> VirtualCard:
    """Two tries are left: no machine spends them."""
    card = jpki_card(blank.issue())
    card.applications[AID].pins[PASSWORD_FILE].left = 2
    return card


REFUSED: dict[Callable[[JpkiBlank], VirtualCard], str] = {
    issued_by_impostor: "jpki.certificate_invalid",
    unknown_authority: "jpki.issuer_unknown",
    certificate_expired: "jpki.certificate_expired",
    certificate_of_an_authority: "jpki.certificate_invalid",
    signs_with_another_key: "jpki.signature_invalid",
    password_locked: "jpki.password_locked",
    password_nearly_locked: "jpki.tries_exhausted_guard",
}
"""Refused by a check with this code."""
