"""The network in front of a node: every connection is carried through as it is, each by itself.

Nothing is kept between connections, so visitors share nothing. Told to, it alters sealed transfers by one
bit, as somebody on the wire could: all of them for a while, since the customer's page and the node's job may
both fetch one, and an intact answer would be believed.
"""

from __future__ import annotations

import asyncio
import string
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

CHUNK_BYTES = 65_536

TRANSFER = b'"sealed_transfer":"'
"""What stands in an answer before a transfer, which is base64url (RFC 4648 section 5)."""

ALTERED_CHARACTER = 2_667
"""Of the transfer: byte 2,000, behind the encapsulated key (1,120 bytes), inside the ciphertext."""

_BASE64URL = (string.ascii_uppercase + string.ascii_lowercase + string.digits + "-_").encode()


@dataclass
class BitFlip:
    """Alters the transfer in one direction of one connection, however the bytes are cut into chunks.

    Attributes:
        altered: how many transfers.
    """

    altered: int = 0
    _read: bytes = b""
    _to_go: int | None = None

    def __call__(self, chunk: bytes) -> bytes:
        """The chunk as it goes on."""
        changed = bytearray(chunk)
        for at, byte in enumerate(chunk):
            if self._to_go is None:
                self._read = (self._read + bytes([byte]))[-len(TRANSFER) :]
                self._to_go = ALTERED_CHARACTER if self._read == TRANSFER else None
            elif self._to_go:
                self._to_go -= 1
            else:
                changed[at] = _BASE64URL[_BASE64URL.index(byte) ^ 1]
                self.altered += 1
                self._read, self._to_go = b"", None
        return bytes(changed)


@dataclass
class Wiretap:
    """Listens on 127.0.0.1:`port` and carries connections to 127.0.0.1:`upstream`; a context manager."""

    port: int
    upstream: int
    _alters: threading.Event = field(default_factory=threading.Event)
    _loop: asyncio.AbstractEventLoop = field(default_factory=asyncio.new_event_loop)

    @contextmanager
    def altering(self) -> Iterator[None]:
        """Flip one bit in every sealed transfer that passes meanwhile."""
        self._alters.set()
        try:
            yield
        finally:
            self._alters.clear()

    def __enter__(self) -> Self:
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        starting = asyncio.start_server(self._carry, "127.0.0.1", self.port)
        self._server = asyncio.run_coroutine_threadsafe(starting, self._loop).result()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._loop.call_soon_threadsafe(self._server.close)
        asyncio.run_coroutine_threadsafe(_end_tasks(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self.upstream)
        except OSError:
            writer.close()  # as if nobody listened
            return
        flip = BitFlip()
        await asyncio.gather(
            _pass(reader, far_writer, lambda chunk: chunk),
            _pass(far_reader, writer, lambda chunk: flip(chunk) if self._alters.is_set() else chunk),
        )


async def _pass(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, change: Callable[[bytes], bytes]
) -> None:
    """Carry one direction until its end, and hang up."""
    try:
        while chunk := await reader.read(CHUNK_BYTES):
            writer.write(change(chunk))
            await writer.drain()
    except OSError:
        pass  # whoever went away is told by the other direction
    finally:
        writer.close()


async def _end_tasks() -> None:
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)
