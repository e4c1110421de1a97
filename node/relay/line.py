"""A connected relay as a card: commands go out over its WebSocket, answers come back.

Decides what a relay may say and how long it may take. The engine calls from its own thread; the socket
belongs to the server's event loop.
"""

from __future__ import annotations

import asyncio
import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any, Protocol

from verifier.card.transport import LoggedTransport, Transport
from verifier.errors import InvalidInput, Unavailable

START_WITHIN_S = 5.0
"""From the spent ticket to the end of the handshake."""

ANSWER_WITHIN_S = 20.0
"""One APDU: a card may take seconds for a signature, and the line adds its delay."""

OPEN_WITHIN_S = 90.0
"""Until a card lies on the distant reader; the relay's own wait ends before."""

MAX_ANSWER_BYTES = 65_538
"""Largest extended response with its status word, ISO/IEC 7816-3."""

MAX_UNASKED = 4
"""Messages nobody has asked for; a relay that keeps talking is cut off."""

SW_BYTES = 2

_CODE = re.compile(r"card\.[a-z_]{1,40}\Z")
_MAX_TEXT = 300


class Socket(Protocol):
    """What the line needs of a WebSocket, as Starlette has it."""

    async def send_text(self, data: str) -> None:
        """Send a text message."""
        ...

    async def send_bytes(self, data: bytes) -> None:
        """Send a binary message."""
        ...

    async def receive(self) -> Any:
        """Wait for a message; its "type" is "websocket.disconnect" when the peer is gone."""
        ...

    async def close(self) -> None:
        """End the connection."""
        ...


@dataclass(slots=True)
class RelayLine:
    """One relay, from its connection to its end.

    Attributes:
        life_s: how long it may stay connected.
    """

    life_s: float
    _socket: Socket | None = None
    _loop: asyncio.AbstractEventLoop | None = None
    _started: threading.Event = field(default_factory=threading.Event)
    _answers: asyncio.Queue[str | bytes | None] = field(default_factory=asyncio.Queue)

    async def serve(self, socket: Socket) -> None:
        """Pass the relay's messages on until it is gone or its time is over."""
        self._loop, self._socket = asyncio.get_running_loop(), socket
        self._started.set()
        try:
            with suppress(TimeoutError):
                async with asyncio.timeout(self.life_s):
                    await self._listen(socket)
        finally:
            self._socket = None
            self._answers.put_nowait(None)

    def hang_up(self) -> None:
        """End the connection; safe from any thread, and when it is gone already."""
        loop, socket, self._socket = self._loop, self._socket, None
        if loop is not None and socket is not None and not loop.is_closed():
            asyncio.run_coroutine_threadsafe(socket.close(), loop)

    @contextmanager
    def open_card(self) -> Iterator[Transport]:
        """A freshly reset card on the relay's reader; powered down when the block ends.

        Raises:
            Unavailable: the relay vanished ("card.relay_gone"), or what it reports ("card.*").
        """
        self._control("open", OPEN_WITHIN_S)
        try:
            yield LoggedTransport(self)
        finally:
            # Over a lost line the distant relay powers the card down by itself.
            with suppress(Unavailable):
                self._control("close", ANSWER_WITHIN_S)

    def transmit(self, command: bytes) -> tuple[bytes, int]:
        """Send one command APDU through the relay."""
        answer = self._ask(command, ANSWER_WITHIN_S)
        if isinstance(answer, str):
            raise _reported(answer)
        if not SW_BYTES <= len(answer) <= MAX_ANSWER_BYTES:
            raise _malformed()
        return answer[:-SW_BYTES], int.from_bytes(answer[-SW_BYTES:], "big")

    async def _listen(self, socket: Socket) -> None:
        while True:
            message = await socket.receive()
            if message["type"] == "websocket.disconnect" or self._answers.qsize() >= MAX_UNASKED:
                return
            data = message.get("bytes")
            self._answers.put_nowait(message.get("text") or "" if data is None else data)

    def _control(self, verb: str, within_s: float) -> None:
        answer = self._ask(json.dumps({"do": verb}), within_s)
        if answer != json.dumps({"ok": True}):
            raise _reported(answer) if isinstance(answer, str) else _malformed()

    def _ask(self, message: str | bytes, within_s: float) -> str | bytes:
        self._started.wait(START_WITHIN_S)
        if self._loop is None or self._loop.is_closed() or self._socket is None:
            raise _gone()
        asked = asyncio.run_coroutine_threadsafe(self._exchange(message, within_s), self._loop)
        try:
            answer = asked.result()
        except Exception as error:  # the server library's errors of a lost connection vary
            self.hang_up()  # a late answer must not be taken for that to the next command
            raise _gone() from error
        if answer is None:
            raise _gone()
        return answer

    async def _exchange(self, message: str | bytes, within_s: float) -> str | bytes | None:
        socket = self._socket
        if socket is None:
            return None
        async with asyncio.timeout(within_s):
            await (socket.send_text(message) if isinstance(message, str) else socket.send_bytes(message))
            return await self._answers.get()


def _gone() -> Unavailable:
    return Unavailable(
        "card.relay_gone",
        "the card relay is not connected any more",
        hint="ask for a new ticket and start rireki card-relay again",
    )


def _malformed() -> InvalidInput:
    return InvalidInput(
        "card.relay_malformed", "the card relay gave an answer that is none", hint="update the relay"
    )


def _reported(text: str) -> Unavailable | InvalidInput:
    """An error that the relay reports, if it is one: its words are not trusted further than that."""
    try:
        code, message, hint = (
            str(json.loads(text)[name])[:_MAX_TEXT] for name in ("code", "message", "hint")
        )
    except (ValueError, KeyError, TypeError, RecursionError):
        return _malformed()
    return Unavailable(code, message, hint=hint) if _CODE.match(code) else _malformed()
