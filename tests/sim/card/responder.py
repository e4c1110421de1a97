"""An OCSP responder over HTTP for a generated JPKI authority: what J-LIS runs for approved verifiers.

with Responder(authority) as responder: node settings jpki_ocsp_url = responder.url
"""

from __future__ import annotations

import threading
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self

from tests.sim.card.jpki import JpkiAuthority


class Responder:
    """Answers on a free port of this machine.

    Attributes:
        revoked: serial numbers that it calls revoked; may change while it runs.
        asked: how many questions it has answered.
    """

    def __init__(self, authority: JpkiAuthority) -> None:
        """Prepare."""
        self.revoked: set[int] = set()
        self.asked = 0
        self._authority = authority
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self._server.server_port}/"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def answer(self, request: bytes) -> bytes:
        """One answer, good for an hour from now."""
        self.asked += 1
        return self._authority.answer(request, now=datetime.now(UTC), revoked=frozenset(self.revoked))

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        responder = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = responder.answer(self.rfile.read(int(self.headers["Content-Length"])))
                self.send_response(200)
                self.send_header("Content-Type", "application/ocsp-response")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                """Quiet."""

        return Handler
