"""The real PC/SC path: pyscard, libpcsclite, pcscd, the vpcd driver, and a virtual card behind them."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

from tests.sim.card import InProcessTransport, VirtualPcscd, VpcdCard, mynumber_card
from tests.sim.card.mynumber import VISUAL_AID, VISUAL_B
from tests.sim.card.negative import REFUSED
from tests.sim.card.pcscd import READER
from tests.sim.card.samples import HANAKO, TODAY, blank
from tests.sim.card.vpcd import Pulling
from tests.sim.patience import DEADLINE_S
from verifier.card import pcsc
from verifier.card.mynumber import mynumber_tries_left, read_mynumber_card
from verifier.errors import Unavailable

if TYPE_CHECKING:
    from verifier.card.transport import Transport
    from verifier.types import ChipReading

pytestmark = [pytest.mark.pcsc, pytest.mark.usefixtures("pcscd")]

PIN_B = "55021720352285"
WAIT_S = DEADLINE_S


def read(card: Transport, *, pin_b: str = PIN_B) -> ChipReading:
    return read_mynumber_card(
        card, pin_b=pin_b, trust=blank().ca.trust_store(), today=TODAY, challenge=os.urandom(32)
    )


def test_the_virtual_reader_is_listed():
    assert READER in pcsc.list_readers()


def test_a_genuine_card_is_read_and_authentic(pcscd: VirtualPcscd):
    with VpcdCard(mynumber_card(blank().files()), pcscd.port), pcsc.open_card(wait_s=WAIT_S) as card:
        reading = read(card)
    assert reading.authentic
    assert reading.person == HANAKO
    assert reading.portrait == blank().portrait
    assert reading.apdus == 39


def test_every_forged_card_is_refused_over_pcsc(pcscd: VirtualPcscd):
    with VpcdCard(mynumber_card(blank().files()), pcscd.port) as reader:
        for make, code in REFUSED.items():
            forged = make(blank())
            reader.swap(forged)
            with pcsc.open_card(wait_s=WAIT_S) as card:
                reading = read(card, pin_b=forged.applications[VISUAL_AID].pins[VISUAL_B].code.decode())
            assert code in [check.code for check in reading.checks], make.__name__


def test_the_counter_survives_power_down_and_the_security_status_does_not(pcscd: VirtualPcscd):
    virtual = mynumber_card(blank().files())
    with VpcdCard(virtual, pcscd.port):
        with pcsc.open_card(wait_s=WAIT_S) as card:
            assert read(card, pin_b="55021720352286").checks[0].code == "chip.pin_wrong"
        with pcsc.open_card(wait_s=WAIT_S) as card:
            assert mynumber_tries_left(card) == 9
            assert read(card).authentic
        with pcsc.open_card(wait_s=WAIT_S) as card:
            mynumber_tries_left(card)
            assert card.transmit(bytes.fromhex("00A4020C020002"))[1] == 0x9000
            assert card.transmit(bytes.fromhex("00B0000001"))[1] == 0x6982


def test_an_empty_reader_is_reported_after_the_wait():
    began = time.monotonic()
    with pytest.raises(Unavailable) as failure, pcsc.open_card(wait_s=0.3):
        pass
    assert failure.value.code == "card.absent"
    assert 0.25 <= time.monotonic() - began < WAIT_S


def test_an_unknown_reader_is_reported():
    with pytest.raises(Unavailable) as failure, pcsc.open_card("No such reader", wait_s=0):
        pass
    assert failure.value.code == "card.no_reader"


def test_a_card_inserted_while_waiting_is_found(pcscd: VirtualPcscd):
    virtual = mynumber_card(blank().files())
    with VpcdCard(virtual, pcscd.port):
        began = time.monotonic()
        with pcsc.open_card(READER, wait_s=WAIT_S) as card:
            assert mynumber_tries_left(card) == 10
        assert time.monotonic() - began < WAIT_S


def test_a_second_client_is_told_that_the_card_is_in_use(pcscd: VirtualPcscd):
    with (
        VpcdCard(mynumber_card(blank().files()), pcscd.port),
        pcsc.open_card(wait_s=WAIT_S),
        pytest.raises(Unavailable) as failure,
        pcsc.open_card(wait_s=WAIT_S),
    ):
        pass
    assert failure.value.code == "card.in_use"


@pytest.mark.parametrize("after", [5, 20])
def test_a_card_pulled_out_mid_read_is_reported_and_loses_no_try(pcscd: VirtualPcscd, after: int):
    virtual = mynumber_card(blank().files())
    inserted = VpcdCard(virtual, pcscd.port)
    inserted.insert()

    with pytest.raises(Unavailable) as failure, pcsc.open_card(wait_s=WAIT_S) as card:
        read(Pulling(card, inserted, after - 1))
    assert failure.value.code == "card.removed"
    assert mynumber_tries_left(InProcessTransport(virtual)) == 10


def test_another_process_reads_the_card_through_the_environment_variable(pcscd: VirtualPcscd):
    program = (
        "from verifier.card import pcsc\n"
        "from verifier.card.mynumber import mynumber_tries_left\n"
        f"with pcsc.open_card(wait_s={WAIT_S}) as card: print(mynumber_tries_left(card))\n"
    )
    with VpcdCard(mynumber_card(blank().files()), pcscd.port):
        done = subprocess.run(
            [sys.executable, "-c", program],
            env=os.environ | pcscd.environment,
            capture_output=True,
            text=True,
            timeout=DEADLINE_S,
            check=False,
        )
    assert (done.returncode, done.stdout.strip()) == (0, "10"), done.stderr


def test_without_a_service_the_reader_is_unavailable(tmp_path):
    program = (
        "from verifier.card import pcsc\n"
        "from verifier.errors import Unavailable\n"
        "try: pcsc.list_readers()\n"
        "except Unavailable as error: print(error.code)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        env=os.environ | {"PCSCLITE_CSOCK_NAME": str(tmp_path / "absent.comm")},
        capture_output=True,
        text=True,
        timeout=DEADLINE_S,
        check=False,
    )
    assert done.stdout.strip() == "card.service_down", done.stderr


def test_two_private_services_run_side_by_side(pcscd: VirtualPcscd):
    if not pcscd.isolated:
        with pytest.raises(Unavailable) as failure, VirtualPcscd():
            pass
        assert failure.value.code == "card.pcscd_running"
        return
    with VirtualPcscd() as second:
        assert second.socket_path != pcscd.socket_path
        assert second.port != pcscd.port
        assert second.socket_path.exists()
    assert not second.socket_path.exists()
    assert second.pid is None
