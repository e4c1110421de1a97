"""A small HTTP server on this machine, for the simulators that stand where the network's other end would."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self

_POLL_S = 0.05
"""How soon it notices that it shall stop."""


class QuietHandler(BaseHTTPRequestHandler):
    """One request at a time of a kept connection; prints nothing, for addresses may carry secrets."""

    protocol_version = "HTTP/1.1"
    # Header and body leave in two writes; without this the second waits for the peer's delayed ACK.
    disable_nagle_algorithm = True

    def body(self) -> bytes:
        """What was sent."""
        return self.rfile.read(int(self.headers.get("Content-Length") or 0))

    def reply(self, content: bytes, content_type: str = "application/json", *, status: int = 200) -> None:
        """Answer the request."""
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def do_POST(self) -> None:
        """Hand the body over."""
        self.posted(self.body())

    def posted(self, body: bytes) -> None:
        """Answer a POST, by `reply` or by hanging up."""
        raise NotImplementedError

    def log_message(self, *_: object) -> None:
        """Nothing."""


class LoopbackServer:
    """Serves one kind of handler; a context manager."""

    def __init__(self, handler: type[BaseHTTPRequestHandler], *, port: int = 0) -> None:
        """Take the port, or a free one; serve nothing yet."""
        self._server = ThreadingHTTPServer(("127.0.0.1", port), handler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(_POLL_S,), daemon=True)

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        """Begin to serve."""
        self._thread.start()

    def stop(self) -> None:
        """Stop for good and free the port."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
