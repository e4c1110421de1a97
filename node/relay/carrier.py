"""The relay on the computer that has the reader: carries APDUs between a node and a card.

Decides nothing and keeps nothing: what passes through is neither stored nor logged beyond lengths and status
words (`verifier.card.transport.LoggedTransport`).
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from contextlib import ExitStack
from typing import Protocol

from verifier.card.transport import OpenCard, Transport
from verifier.errors import InvalidInput, VerifierError

_OK = json.dumps({"ok": True})


class Connection(Iterable[str | bytes], Protocol):
    """A WebSocket to a node, as the `websockets` library has it; iterating ends when the node closes it."""

    def send(self, message: str | bytes) -> None:
        """Send one message."""
        ...


def carry(connection: Connection, open_card: OpenCard) -> int:
    """Serve the node until it closes the connection; the card is powered down whatever happens.

    Args:
        connection: open.
        open_card: waits for a card and holds it.

    Returns:
        How many APDUs were carried.
    """
    with ExitStack() as held:
        reader = _Reader(open_card, held)
        for message in connection:
            connection.send(reader.answer(message))
        return reader.apdus


class _Reader:
    """The reader's side of the conversation."""

    def __init__(self, open_card: OpenCard, held: ExitStack) -> None:
        self._open_card, self._held = open_card, held
        self._card: Transport | None = None
        self.apdus = 0

    def answer(self, message: str | bytes) -> str | bytes:
        try:
            return self._control(message) if isinstance(message, str) else self._transmit(message)
        except VerifierError as error:
            return json.dumps({"code": error.code, "message": error.message, "hint": error.hint})

    def _control(self, message: str) -> str:
        if message == json.dumps({"do": "open"}):
            self._power_down()
            self._card = self._held.enter_context(self._open_card())
        elif message == json.dumps({"do": "close"}):
            self._power_down()
        else:
            raise InvalidInput(
                "card.relay_request", "the node asks for something unknown", hint="update the relay"
            )
        return _OK

    def _transmit(self, command: bytes) -> bytes:
        if self._card is None:
            raise InvalidInput("card.relay_closed", "no card is held", hint="the node must open it first")
        self.apdus += 1
        data, sw = self._card.transmit(command)
        return data + sw.to_bytes(2, "big")

    def _power_down(self) -> None:
        self._card = None
        self._held.close()
