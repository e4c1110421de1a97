"""Where the demo's card lies: in a virtual reader behind the real pcscd, or, where that cannot run, here.

Without pcscd the node reaches the card through the card relay, a WebSocket that it drives APDU by APDU: the
same reading, without the PC/SC stack. The demo says which it is.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import urlsplit

from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from node.relay.carrier import Connection, carry
from scripts.demo.actors import Staff
from tests.sim.card import InProcessTransport, VirtualCard, VirtualPcscd, VpcdCard
from verifier.card.transport import Transport
from verifier.errors import Unavailable


class CardReader(Protocol):
    """A reader at bank A's counter.

    Attributes:
        environment: what bank A's node needs to reach it.
        note: what it is, for the timeline.
    """

    environment: dict[str, str]
    note: str

    def swap(self, card: VirtualCard) -> None:
        """Put another card in."""
        ...

    def lend(self, staff: Staff, case_id: str) -> AbstractContextManager[None]:
        """Make the card reachable for one case."""
        ...


@dataclass
class PcscReader:
    """Behind pcscd, where the node finds it by itself."""

    environment: dict[str, str]
    slot: VpcdCard
    note: str = "real PC/SC stack: pyscard, pcscd, vpcd"

    def swap(self, card: VirtualCard) -> None:
        """See `CardReader`."""
        self.slot.swap(card)

    def lend(self, _staff: Staff, _case_id: str) -> AbstractContextManager[None]:
        """Nothing to do."""
        return nullcontext()


@dataclass
class RelayedReader:
    """In this process, lent to the node case by case."""

    card: VirtualCard
    note: str
    environment: dict[str, str]

    def swap(self, card: VirtualCard) -> None:
        """See `CardReader`."""
        self.card = card

    @contextmanager
    def lend(self, staff: Staff, case_id: str) -> Iterator[None]:
        """Relay the card to one case while the block runs."""
        ticket = staff.post(f"/v1/cases/{case_id}/relay-ticket")
        url = f"ws://{urlsplit(staff.base_url).netloc}{urlsplit(ticket['url']).path}"
        bearer = {"Authorization": f"Bearer {ticket['ticket']}"}
        with connect(url, additional_headers=bearer) as line:
            carrier = threading.Thread(target=self._carry, args=(line,), daemon=True)
            carrier.start()
            yield
        carrier.join()

    def _carry(self, line: Connection) -> None:
        try:
            carry(line, self._open)
        except ConnectionClosed:
            return

    @contextmanager
    def _open(self) -> Iterator[Transport]:
        yield InProcessTransport(self.card)


def start_reader(card: VirtualCard, stack: ExitStack) -> CardReader:
    """Pcscd with a virtual reader, or the relay where pcscd cannot run here."""
    try:
        pcscd = stack.enter_context(VirtualPcscd())
    except Unavailable as error:
        return RelayedReader(card, f"NOT through PC/SC ({error.code}): in-process card over the relay", {})
    return PcscReader(pcscd.environment, stack.enter_context(VpcdCard(card, pcscd.port)))
