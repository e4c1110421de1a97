"""The list of virtual cards that must be refused: complete, documented, each refused with its code."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.sim.card import InProcessTransport
from tests.sim.card.passport_files import zone
from tests.sim.card.passport_negative import expired
from tests.sim.card.refusals import REFUSED, UNREADABLE, table
from tests.sim.card.samples import TODAY, blank, jpki_blank, licence_blank, passport_blank, residence_blank
from tests.unit.verifier.card.every_kind import KINDS
from tests.unit.verifier.card.test_licence_reading import WholeFiles
from verifier.card.licence import read_licence
from verifier.card.mynumber import read_mynumber_card
from verifier.card.passport import parse_td3, read_passport
from verifier.errors import InvalidInput

pytestmark = pytest.mark.unit

PAGE = Path(__file__).parents[4] / "docs" / "virtual-cards.md"

BLANKS = {
    "mynumber": blank,
    "licence": licence_blank,
    "residence": residence_blank,
    "passport": passport_blank,
    "jpki": jpki_blank,
}


def codes(kind, make):
    """What our reading says of a forged card, opened the way its holder would."""
    card = InProcessTransport(make(BLANKS[kind]()))
    if kind == "licence":
        reading = read_licence(card, pin1="1234", pin2="5678", today=TODAY, verifier=WholeFiles())
    elif kind == "mynumber":
        pin = make(blank()).applications[bytes.fromhex("D3921000310001010402")].pins[0x0012].code.decode()
        trust = blank().ca.trust_store()
        reading = read_mynumber_card(card, pin_b=pin, trust=trust, today=TODAY, challenge=bytes(32))
    elif make is expired:
        mrz, trust = parse_td3(zone(expiry="200216"), today=TODAY), passport_blank().issuer.trust_store()
        reading = read_passport(card, mrz=mrz, trust=trust, today=TODAY)
    else:
        reading = KINDS[kind].read(card)
    return [check.code for check in reading.checks]


CARDS = [(kind, make, code) for kind, makers in REFUSED.items() for make, code in makers.items()]
MALFORMED = [(kind, make, code) for kind, makers in UNREADABLE.items() for make, code in makers.items()]


@pytest.mark.parametrize(("kind", "make", "code"), CARDS, ids=[f"{k}-{m.__name__}" for k, m, _ in CARDS])
def test_every_card_on_the_list_is_refused_with_its_code(kind, make, code):
    assert code in codes(kind, make)


@pytest.mark.parametrize(
    ("kind", "make", "code"), MALFORMED, ids=[f"{k}-{m.__name__}" for k, m, _ in MALFORMED]
)
def test_every_malformed_card_on_the_list_is_refused_with_its_code(kind, make, code):
    with pytest.raises(InvalidInput) as refusal:
        codes(kind, make)
    assert refusal.value.code == code


def test_every_kind_is_on_the_list():
    assert REFUSED.keys() == KINDS.keys() == BLANKS.keys()


def test_the_page_shows_the_list_as_it_is():
    assert table() in PAGE.read_text(encoding="utf-8"), "run python -m tests.sim.card.refusals"
