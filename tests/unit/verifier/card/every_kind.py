"""One genuine card of every kind with its reading, for tests that hold for all of them alike."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime

from tests.sim.card import mynumber_card
from tests.sim.card.iso7816 import VirtualCard
from tests.sim.card.jpki import PASSWORD, jpki_card
from tests.sim.card.licence import licence_card
from tests.sim.card.passport import passport_chip
from tests.sim.card.passport_negative import active_files
from tests.sim.card.residence import NUMBER, residence_card
from tests.sim.card.samples import TODAY, blank, jpki_blank, licence_blank, passport_blank, residence_blank
from verifier.card.jpki import JpkiSignature, sign_with_card
from verifier.card.licence import read_licence
from verifier.card.mynumber import read_mynumber_card
from verifier.card.passport import parse_td3, read_passport
from verifier.card.residence import read_residence_card
from verifier.card.transport import Transport
from verifier.types import CheckResult, ChipReading

NOON = datetime(2026, 11, 22, 3, tzinfo=UTC)


@dataclass(frozen=True)
class Kind:
    """One kind of card.

    Attributes:
        card: makes a genuine one.
        read: our reading of it.
        open_codes: codes that even a genuine card leaves open.
    """

    card: Callable[[], VirtualCard]
    read: Callable[[Transport], ChipReading | JpkiSignature]
    open_codes: frozenset[str] = frozenset()

    def checks(self, transport: Transport) -> tuple[CheckResult, ...]:
        """What the reading found."""
        return self.read(transport).checks

    def counters(self, card: VirtualCard) -> list[int]:
        """Tries left of every PIN on a card."""
        holders = [*card.applications.values(), *([card.master] if card.master else [])]
        return [pin.left for holder in holders for pin in holder.pins.values()]


def _passport() -> VirtualCard:
    return passport_chip(active_files(passport_blank()), active_key=passport_blank().chip_key)


KINDS: Mapping[str, Kind] = {
    "mynumber": Kind(
        lambda: mynumber_card(blank().files()),
        lambda card: read_mynumber_card(
            card, pin_b="55021720352285", trust=blank().ca.trust_store(), today=TODAY, challenge=bytes(32)
        ),
    ),
    "licence": Kind(
        lambda: licence_card(licence_blank().files()),
        lambda card: read_licence(card, pin1="1234", pin2="5678", today=TODAY),
        frozenset({"chip.signature_unsupported", "chip.challenge_unsupported"}),
    ),
    "residence": Kind(
        lambda: residence_card(residence_blank().files()),
        lambda card: read_residence_card(
            card,
            card_number=NUMBER,
            trust=residence_blank().issuer.trust_store(),
            today=TODAY,
            expires_on=date(2030, 4, 1),
        ),
        frozenset({"chip.challenge_unsupported"}),
    ),
    "passport": Kind(
        _passport,
        lambda card: read_passport(
            card,
            mrz=parse_td3(passport_blank().zone, today=TODAY),
            trust=passport_blank().issuer.trust_store(),
            today=TODAY,
        ),
    ),
    "jpki": Kind(
        lambda: jpki_card(jpki_blank().issue()),
        lambda card: sign_with_card(
            card,
            sign_password=PASSWORD,
            data=bytes(32),
            trust=jpki_blank().authority.trust_store(),
            at=NOON,
            tries_floor=2,
        ),
    ),
}
