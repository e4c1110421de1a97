"""An OCSP responder over HTTP for a generated JPKI authority: what J-LIS runs for approved verifiers.

with Responder(authority) as responder: node settings jpki_ocsp_url = responder.url
"""

from __future__ import annotations

from datetime import UTC, datetime

from tests.sim.card.jpki import JpkiAuthority
from tests.sim.loopback_server import LoopbackServer, QuietHandler


class Responder(LoopbackServer):
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
        super().__init__(self._handler())

    def answer(self, request: bytes) -> bytes:
        """One answer, good for an hour from now."""
        self.asked += 1
        return self._authority.answer(request, now=datetime.now(UTC), revoked=frozenset(self.revoked))

    def _handler(self) -> type[QuietHandler]:
        responder = self

        class Handler(QuietHandler):
            def posted(self, body: bytes) -> None:
                self.reply(responder.answer(body), "application/ocsp-response")

        return Handler
