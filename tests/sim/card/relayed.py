"""Put a virtual card on a relay: the product's carrier, a real WebSocket, an in-process card behind it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from typing import Self

from websockets.exceptions import WebSocketException
from websockets.sync.client import ClientConnection, connect

from node.relay.carrier import carry
from tests.sim.card.in_process import InProcessTransport
from tests.sim.card.iso7816 import VirtualCard
from tests.sim.patience import DEADLINE_S
from verifier.card.transport import Transport


class RelayedCard:
    """A relay with a card on its reader.

    with RelayedCard(card, url, ticket) as relay: ...

    Attributes:
        opened: how often the node opened the card.
        held: whether the card is powered now.
    """

    def __init__(self, card: VirtualCard, url: str, ticket: str, *, vanish_after: int | None = None) -> None:
        """Prepare.

        Args:
            card: on the reader.
            url: as given with the ticket.
            ticket: one-time.
            vanish_after: the relay's computer loses its network after this many commands.
        """
        self.opened, self.held = 0, False
        self._card, self._url, self._ticket, self._left = card, url, ticket, vanish_after
        self._stack = ExitStack()
        self._connection: ClientConnection | None = None
        self._thread = threading.Thread(target=self._carry, daemon=True)

    def __enter__(self) -> Self:
        headers = {"Authorization": f"Bearer {self._ticket}"}
        self._connection = self._stack.enter_context(
            connect(self._url, additional_headers=headers, open_timeout=DEADLINE_S)
        )
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()
        self._thread.join(DEADLINE_S)

    def transmit(self, command: bytes) -> tuple[bytes, int]:
        """Pass a command to the card, unless the network is to fail first."""
        if self._left == 0:
            assert self._connection is not None
            self._connection.socket.close()
        elif self._left is not None:
            self._left -= 1
        return self._inner.transmit(command)

    def _carry(self) -> None:
        assert self._connection is not None
        with suppress(WebSocketException, OSError):
            carry(self._connection, self._open)

    @contextmanager
    def _open(self) -> Iterator[Transport]:
        self._inner = InProcessTransport(self._card)
        self.opened, self.held = self.opened + 1, True
        try:
            yield self
        finally:
            self.held = False
