"""A card that is pulled out, answers garbage or is slow at any command, over the real PC/SC path.

The signature card stands for all kinds: its reading is the shortest, and its counter the most precious. The
same is shown for every kind without a reader in tests/unit/verifier/card/test_every_kind.py.
"""

from __future__ import annotations

import pytest

from tests.sim.card import VirtualPcscd, VpcdCard
from tests.sim.card.iso7816 import VirtualCard
from tests.sim.card.jpki import AID, PASSWORD_FILE
from tests.sim.card.vpcd import Pulling
from tests.sim.patience import DEADLINE_S
from tests.unit.verifier.card.every_kind import KINDS
from verifier.card import pcsc
from verifier.errors import InvalidInput, Unavailable

pytestmark = pytest.mark.pcsc

WAIT_S = DEADLINE_S
KIND = KINDS["jpki"]
COMMANDS = 14
DATA_UNUSED = (0xA4, 0x20)
"""SELECT and VERIFY: nobody looks at the data of their answers."""

GARBAGE = bytes.fromhex("FF2082FFFF 0102030405 9000")


def tries_left(card: VirtualCard) -> int:
    return card.applications[AID].pins[PASSWORD_FILE].left


def codes() -> set[str | None]:
    """What a reading of the card in the reader says, as a value or as an error."""
    try:
        with pcsc.open_card(wait_s=WAIT_S) as card:
            return {check.code for check in KIND.checks(card)}
    except (InvalidInput, Unavailable) as error:
        return {error.code}


def test_a_card_pulled_out_at_any_command_is_reported_and_read_in_full_afterwards(pcscd: VirtualPcscd):
    virtual = KIND.card()
    reader = VpcdCard(virtual, pcscd.port)
    for at in range(COMMANDS):
        reader.insert()
        with pytest.raises(Unavailable) as failure, pcsc.open_card(wait_s=WAIT_S) as card:
            KIND.read(Pulling(card, reader, at))
        assert failure.value.code == "card.removed", at
        assert tries_left(virtual) == 5, at
    with reader:
        assert codes() == {None}


class Babbling(VirtualCard):
    """A card that answers one command with garbage."""

    at = 0

    def process(self, raw: bytes) -> bytes:
        """Count from power-up."""
        genuine = VirtualCard.process(self, raw)
        return GARBAGE if self._since_reset == self.at + 1 else genuine


def test_garbage_at_any_command_is_refused_and_the_next_reading_works(pcscd: VirtualPcscd):
    genuine = KIND.card()
    babbling = Babbling(genuine.applications)
    with VpcdCard(genuine, pcscd.port) as reader:
        for at in range(COMMANDS):
            babbling.at = at
            babbling.log.clear()
            reader.swap(babbling)
            refused = codes() != {None}
            assert refused or babbling.log[at][1] in DATA_UNUSED, at
            reader.swap(genuine)
            assert codes() == {None}, at
            assert tries_left(genuine) == 5, at


def test_a_slow_card_is_read_like_any_other(pcscd: VirtualPcscd):
    with VpcdCard(KIND.card(), pcscd.port, bits_per_s=20_000):
        assert codes() == {None}
