"""JPKI signature and passport over the real PC/SC path: pcscd, the vpcd driver, virtual cards behind them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.sim.card import VirtualPcscd, VpcdCard
from tests.sim.card.authority import generate_key
from tests.sim.card.jpki import PASSWORD, JpkiAuthority, attributes, jpki_card
from tests.sim.card.jpki_negative import REFUSED as SIGNATURES_REFUSED
from tests.sim.card.jpki_negative import JpkiBlank
from tests.sim.card.passport import passport_chip
from tests.sim.card.passport_files import zone
from tests.sim.card.passport_issuer import PassportIssuer
from tests.sim.card.passport_negative import REFUSED, PassportBlank, expired
from tests.sim.card.samples import HANAKO, TODAY, textured_portrait
from tests.sim.patience import DEADLINE_S
from verifier.card import pcsc
from verifier.card.jpki import jpki_tries_left, sign_with_card
from verifier.card.passport import parse_td3, read_passport
from verifier.errors import Unavailable

pytestmark = [pytest.mark.pcsc, pytest.mark.usefixtures("pcscd")]

WAIT_S = DEADLINE_S
NOW = datetime(2026, 11, 22, 3, tzinfo=UTC)


@pytest.fixture(scope="module")
def blank() -> PassportBlank:
    portraits = textured_portrait(1), textured_portrait(2)
    return PassportBlank(PassportIssuer.generate(), PassportIssuer.generate(country="XX"), zone(), *portraits)


def test_a_passport_is_read_over_pcsc(pcscd: VirtualPcscd, blank: PassportBlank):
    with VpcdCard(passport_chip(blank.files()), pcscd.port), pcsc.open_card(wait_s=WAIT_S) as card:
        mrz = parse_td3(blank.zone, today=TODAY)
        reading = read_passport(card, mrz=mrz, trust=blank.issuer.trust_store(), today=TODAY)
    assert [check.code for check in reading.checks] == [None, None, None, None, "chip.challenge_absent", None]
    assert reading.portrait == blank.portrait


def test_every_forged_passport_is_refused_over_pcsc(pcscd: VirtualPcscd, blank: PassportBlank):
    with VpcdCard(passport_chip(blank.files()), pcscd.port) as reader:
        for make, code in REFUSED.items():
            reader.swap(make(blank))
            text = zone(expiry="200216") if make is expired else blank.zone
            with pcsc.open_card(wait_s=WAIT_S) as card:
                reading = read_passport(
                    card,
                    mrz=parse_td3(text, today=TODAY),
                    trust=blank.issuer.trust_store(),
                    today=TODAY,
                )
            assert code in [check.code for check in reading.checks], make.__name__


def test_a_card_signs_over_pcsc_and_its_counter_survives_power_down(pcscd: VirtualPcscd):
    authority = JpkiAuthority.generate()
    virtual = jpki_card(authority.issue(attributes(HANAKO)))

    def sign(password: str) -> list[str | None]:
        with pcsc.open_card(wait_s=WAIT_S) as card:
            signed = sign_with_card(
                card,
                sign_password=password,
                data=b"{}",
                trust=authority.trust_store(),
                at=NOW,
                tries_floor=2,
            )
        return [check.code for check in signed.checks]

    with VpcdCard(virtual, pcscd.port):
        assert sign("WRONG12345")[0] == "jpki.password_wrong"
        with pcsc.open_card(wait_s=WAIT_S) as card:
            assert jpki_tries_left(card) == 4
        assert sign(PASSWORD) == [None] * 4
        with pcsc.open_card(wait_s=WAIT_S) as card:
            assert jpki_tries_left(card) == 5


def test_every_refused_signature_card_is_refused_over_pcsc(pcscd: VirtualPcscd):
    keys = generate_key(), generate_key()
    blank = JpkiBlank(JpkiAuthority.generate(), JpkiAuthority.generate(), HANAKO, *keys)
    with VpcdCard(jpki_card(blank.issue()), pcscd.port) as reader:
        for make, code in SIGNATURES_REFUSED.items():
            reader.swap(make(blank))
            with pcsc.open_card(wait_s=WAIT_S) as card:
                signed = sign_with_card(
                    card,
                    sign_password=PASSWORD,
                    data=b"{}",
                    trust=blank.authority.trust_store(),
                    at=NOW,
                    tries_floor=2,
                )
            assert code in [check.code for check in signed.checks], make.__name__


def test_a_passport_pulled_out_mid_read_is_reported(pcscd: VirtualPcscd, blank: PassportBlank):
    inserted = VpcdCard(passport_chip(blank.files()), pcscd.port)
    inserted.insert()
    mrz = parse_td3(blank.zone, today=TODAY)
    with pcsc.open_card(wait_s=WAIT_S) as card:
        inserted.remove()
        with pytest.raises(Unavailable) as failure:
            read_passport(card, mrz=mrz, trust=blank.issuer.trust_store(), today=TODAY)
    assert failure.value.code == "card.removed"
