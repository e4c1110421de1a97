"""A reverse proxy in front of a node, standing for the network between two members.

It passes everything through. Told to, it alters sealed transfers by one bit, as somebody on the wire could:
all of them for a while, since the customer's page and the node's job may both fetch one, and an intact answer
would be believed.
"""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

import httpx

from tests.sim.loopback_server import LoopbackServer, QuietHandler
from tests.sim.patience import DEADLINE_S

_HOP_BY_HOP = {
    "connection",
    "keep-alive",
    "transfer-encoding",
    "content-length",
    "content-encoding",
    "host",
    "date",
    "server",
}
_ALTERED_BYTE = 2000
"""Somewhere behind the encapsulated key (1,120 bytes), inside the ciphertext."""


@dataclass
class Wiretap:
    """Listens on 127.0.0.1:`port` and forwards to `upstream`; a context manager."""

    port: int
    upstream: str
    _alters: threading.Event = field(default_factory=threading.Event)

    @contextmanager
    def altering(self) -> Iterator[None]:
        """Flip one bit in every token response that passes meanwhile with a sealed transfer."""
        self._alters.set()
        try:
            yield
        finally:
            self._alters.clear()

    def __enter__(self) -> Self:
        client = httpx.Client(base_url=self.upstream, timeout=DEADLINE_S, follow_redirects=False)
        self._client = client
        tap = self

        class Handler(QuietHandler):
            def _forward(self) -> None:
                body = self.body()
                headers = [
                    (name, value)
                    for name, value in self.headers.items()
                    if name.lower() not in _HOP_BY_HOP - {"host"}
                ]
                answer = client.request(self.command, self.path, content=body, headers=headers)
                content = tap._pass(self.path, answer.content)
                self.send_response(answer.status_code)
                for name, value in answer.headers.multi_items():
                    if name.lower() not in _HOP_BY_HOP:
                        self.send_header(name, value)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            do_GET = do_POST = do_PUT = do_DELETE = _forward  # noqa: N815  names of the base class

        self._server = LoopbackServer(Handler, port=self.port)
        self._server.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.stop()
        self._client.close()

    def _pass(self, path: str, content: bytes) -> bytes:
        if not path.startswith("/exchange/token") or not self._alters.is_set():
            return content
        answer = json.loads(content)
        if "sealed_transfer" not in answer:
            return content  # an error: nothing to alter
        sealed = bytearray(base64.urlsafe_b64decode(answer["sealed_transfer"] + "=="))
        sealed[_ALTERED_BYTE] ^= 1
        answer["sealed_transfer"] = base64.urlsafe_b64encode(bytes(sealed)).decode().rstrip("=")
        return json.dumps(answer).encode()
