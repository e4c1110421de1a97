"""Licences and residence cards over the real PC/SC path: short and extended commands, forgeries, removal."""

from __future__ import annotations

from datetime import date

import pytest

from tests.sim.card import InProcessTransport, VirtualPcscd, VpcdCard, licence_negative, residence_negative
from tests.sim.card.licence import PIN1, PIN2, licence_card
from tests.sim.card.residence import NUMBER, residence_card
from tests.sim.card.samples import TODAY, licence_blank, residence_blank
from tests.sim.card.vpcd import Pulling
from tests.sim.patience import DEADLINE_S
from verifier.card import pcsc
from verifier.card.licence import read_licence
from verifier.card.residence import read_residence_card
from verifier.card.transport import Transport
from verifier.errors import Unavailable
from verifier.types import ChipReading

pytestmark = pytest.mark.pcsc

WAIT_S = DEADLINE_S


def licence(card: Transport, pin1: str = "1234") -> ChipReading:
    return read_licence(card, pin1=pin1, pin2="5678", today=TODAY)


def residence(card: Transport) -> ChipReading:
    trust = residence_blank().issuer.trust_store()
    return read_residence_card(
        card, card_number=NUMBER, trust=trust, today=TODAY, expires_on=date(2030, 4, 1)
    )


def test_a_licence_is_read(pcscd: VirtualPcscd):
    with (
        VpcdCard(licence_card(licence_blank().files()), pcscd.port),
        pcsc.open_card(wait_s=WAIT_S) as card,
    ):
        reading = licence(card)
    assert reading.person is not None
    assert reading.unproven_portrait is not None
    assert reading.apdus == 29


def test_a_residence_card_is_read_with_extended_commands(pcscd: VirtualPcscd):
    with (
        VpcdCard(residence_card(residence_blank().files()), pcscd.port),
        pcsc.open_card(wait_s=WAIT_S) as card,
    ):
        reading = residence(card)
    assert [check.code for check in reading.checks] == [
        None, None, None, None, "chip.challenge_unsupported", None,
    ]  # fmt: skip
    assert reading.apdus == 22


def test_every_forged_residence_card_is_refused(pcscd: VirtualPcscd):
    with VpcdCard(residence_card(residence_blank().files()), pcscd.port) as reader:
        for make, code in residence_negative.REFUSED.items():
            reader.swap(make(residence_blank()))
            with pcsc.open_card(wait_s=WAIT_S) as card:
                reading = residence(card)
            assert code in [check.code for check in reading.checks], make.__name__


def test_every_licence_that_is_not_in_order_is_refused(pcscd: VirtualPcscd):
    with VpcdCard(licence_card(licence_blank().files()), pcscd.port) as reader:
        for make in licence_negative.REFUSED:
            reader.swap(make(licence_blank()))
            with pcsc.open_card(wait_s=WAIT_S) as card:
                reading = licence(card)
            assert not reading.authentic, make.__name__


def test_a_licences_counter_survives_power_down(pcscd: VirtualPcscd):
    virtual = licence_card(licence_blank().files())
    with VpcdCard(virtual, pcscd.port):
        with pcsc.open_card(wait_s=WAIT_S) as card:
            assert licence(card, pin1="0000").checks[0].code == "chip.pin_wrong"
        with pcsc.open_card(wait_s=WAIT_S) as card:
            reading = licence(card)
    assert (reading.tries_left_before, reading.checks[0].code) == (2, None)


def test_a_licence_pulled_out_mid_read_loses_no_try(pcscd: VirtualPcscd):
    virtual = licence_card(licence_blank().files())
    inserted = VpcdCard(virtual, pcscd.port)
    inserted.insert()

    with pytest.raises(Unavailable) as failure, pcsc.open_card(wait_s=WAIT_S) as card:
        licence(Pulling(card, inserted, 14))
    assert failure.value.code == "card.removed"
    assert virtual.master is not None
    assert [virtual.master.pins[pin].left for pin in (PIN1, PIN2)] == [3, 3]
    assert licence(InProcessTransport(virtual)).person is not None
