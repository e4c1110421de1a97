"""Talk to a virtual card without a reader: the fast `Transport` of unit tests."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.sim.patience import let_pass
from verifier.errors import Unavailable

if TYPE_CHECKING:
    from tests.sim.card.iso7816 import VirtualCard


class InProcessTransport:
    """A freshly reset virtual card as a `verifier.card.transport.Transport`."""

    def __init__(self, card: VirtualCard, *, pulled_after: int | None = None, delay_s: float = 0.0) -> None:
        """Put the card on the reader.

        Args:
            card: the card; reset here.
            pulled_after: the card is gone after this many commands.
            delay_s: how long each answer takes.
        """
        card.reset()
        self._card, self._left, self._delay_s = card, pulled_after, delay_s

    def transmit(self, command: bytes) -> tuple[bytes, int]:
        """Send one command APDU."""
        if self._left == 0:
            raise Unavailable("card.removed", "the card was removed", hint="leave the card on the reader")
        if self._left is not None:
            self._left -= 1
        if self._delay_s:
            let_pass(self._delay_s)
        answer = self._card.process(command)
        return answer[:-2], int.from_bytes(answer[-2:], "big")
