"""Put a virtual card into the virtual reader of Debian's vsmartcard-vpcd, behind the real pcscd.

The card is the TCP client. A frame is a 2-byte big-endian length and the payload; one-byte payloads are 00
off, 01 on, 02 reset, 04 get ATR, and only the last is answered (vsmartcard `src/ifd-vpcd/ifd-vpcd.c`).
"""

from __future__ import annotations

import socket
import threading
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Self

from tests.sim.patience import DEADLINE_S, eventually, let_pass

if TYPE_CHECKING:
    from types import TracebackType

    from tests.sim.card.iso7816 import VirtualCard
    from verifier.card.transport import Transport

ATR = bytes.fromhex("3B80800101")
"""Contactless pseudo-ATR; gives T=1. Readers make up the ATR of a Type B card, so nothing may depend on
it."""

_GET_ATR = b"\x04"
_BITS_PER_BYTE = 10
"""ISO/IEC 14443-3, 7.1.1, type B: start bit, eight bits, stop bit."""

_FRAME_BYTES = 3
"""ISO/IEC 14443-4, 7.1: protocol byte and two bytes of CRC around each block, at least one each way."""

FASTEST_BITS_PER_S = 848_000
"""Fastest rate of ISO/IEC 14443; many readers stay at 106 or 424 kbit/s."""


class VpcdCard:
    """A card that can be inserted into and pulled out of a virtual reader.

    with VpcdCard(card, port): ...

    `swap` changes the card without pcscd's polling delay, between two uses.
    """

    def __init__(
        self, card: VirtualCard, port: int, *, host: str = "127.0.0.1", bits_per_s: int | None = None
    ) -> None:
        """Prepare; nothing is connected yet.

        Args:
            card: in the reader.
            port: of the reader.
            host: of the reader.
            bits_per_s: no answer comes sooner than a radio link of this speed could carry it; None for a card
                without a radio, which answers as fast as the simulator can.
        """
        self._card, self._address, self._bits_per_s = card, (host, port), bits_per_s
        self._socket: socket.socket | None = None
        self._thread: threading.Thread | None = None
        self._seen, self._pulled = threading.Event(), threading.Event()

    def __enter__(self) -> Self:
        self.insert()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.remove()

    def insert(self) -> None:
        """Connect and return once pcscd has asked for the ATR.

        Raises:
            TooLateError: nothing listens.
            TimeoutError: pcscd does not ask.
        """
        self._socket = self._connect()
        self._seen.clear()
        self._pulled.clear()
        self._thread = threading.Thread(target=self._serve, args=(self._socket,), daemon=True)
        self._thread.start()
        if not self._seen.wait(DEADLINE_S):
            self.remove()
            raise TimeoutError("pcscd did not notice the card")

    def remove(self) -> None:
        """Pull the card out, also in the middle of a command; return when pcscd has noticed.

        pcscd looks every 0.4 s. Its driver then finds this end closed and closes the other; a card inserted
        before that leaves the reader half open.
        """
        if self._socket is None or self._thread is None:
            return
        self._pulled.set()
        with suppress(OSError):  # pcscd may have closed its end already
            self._socket.shutdown(socket.SHUT_WR)
        self._thread.join(DEADLINE_S)
        assert not self._thread.is_alive(), "pcscd did not notice that the card is gone"
        self._socket.close()
        self._socket = self._thread = None

    def swap(self, card: VirtualCard) -> None:
        """Put another card in this one's place while no program is connected; the next use powers it up."""
        card.reset()
        self._card = card

    def _connect(self) -> socket.socket:
        connection = eventually(self._reached, every_s=0.02, describe=lambda: "no virtual reader listens")
        assert connection is not None
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return connection

    def _reached(self) -> socket.socket | None:
        try:
            return socket.create_connection(self._address)
        except ConnectionRefusedError:
            return None

    def _serve(self, connection: socket.socket) -> None:
        try:
            while True:
                size = int.from_bytes(_receive(connection, 2), "big")
                answer = self._answer(_receive(connection, size))
                if answer is not None and not self._pulled.is_set():
                    connection.sendall(len(answer).to_bytes(2, "big") + answer)
        except OSError:
            return  # pulled out, or pcscd stopped

    def _answer(self, payload: bytes) -> bytes | None:
        if payload == _GET_ATR:
            self._seen.set()
            return ATR
        if len(payload) == 1:
            self._card.reset()
            return None
        began = time.monotonic()
        answer = self._card.process(payload)
        if self._bits_per_s is not None:
            on_air = (len(payload) + len(answer) + 2 * _FRAME_BYTES) * _BITS_PER_BYTE / self._bits_per_s
            let_pass(max(0.0, on_air - (time.monotonic() - began)))
        return answer


class Pulling:
    """A transport over a card that is pulled out before one command, counted from 0."""

    def __init__(self, inner: Transport, reader: VpcdCard, at: int) -> None:
        """Wrap `inner`, which leads to the card in `reader`."""
        self._inner, self._reader, self._left = inner, reader, at

    def transmit(self, command: bytes) -> tuple[bytes, int]:
        """Pass on, or pull out first."""
        if self._left == 0:
            self._reader.remove()
        self._left -= 1
        return self._inner.transmit(command)


def _receive(connection: socket.socket, size: int) -> bytes:
    data = b""
    while len(data) < size:
        # not sticky: without it every APDU waits 40 ms for the kernel's delayed ACK (the driver writes twice)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)
        chunk = connection.recv(size - len(data))
        if not chunk:
            raise ConnectionResetError("closed")
        data += chunk
    return data
