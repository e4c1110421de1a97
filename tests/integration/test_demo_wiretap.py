"""Visitors behind the demo's wire tap share nothing: no cookie, no connection, no answer."""

from __future__ import annotations

import random
import socket
from http.cookies import SimpleCookie

import httpx
import pytest

from scripts.demo.wiretap import Wiretap
from tests.sim.loopback_server import LoopbackServer, QuietHandler
from tests.sim.patience import DEADLINE_S

pytestmark = pytest.mark.integration


class Cookies(QuietHandler):
    """Answers with the cookies it was sent, and gives a visitor without one its own."""

    given = 0

    def do_GET(self) -> None:  # noqa: N802  name of the base class
        came = self.headers.get("Cookie", "")
        content = came.encode()
        self.send_response(200)
        if not SimpleCookie(came):
            Cookies.given += 1
            self.send_header("Set-Cookie", f"visitor={Cookies.given}; HttpOnly; Path=/")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.mark.parametrize("seed", range(5))
def test_each_visitor_gets_and_sends_its_own_cookie_only(seed: int) -> None:
    dice = random.Random(seed)
    with LoopbackServer(Cookies) as site, Wiretap(_free_port(), httpx.URL(site.url).port or 0) as wire:
        url = f"http://localhost:{wire.port}/"
        visitors = [httpx.Client(timeout=DEADLINE_S) for _ in range(4)]
        own: dict[int, str] = {}
        for _ in range(60):
            number = dice.randrange(len(visitors))
            seen = visitors[number].get(url).text
            assert seen == own.get(number, "")
            own[number] = f"visitor={visitors[number].cookies['visitor']}"
        assert len(set(own.values())) == len(own) > 1
        assert httpx.get(url, timeout=DEADLINE_S).text == ""  # somebody new is nobody yet
        for visitor in visitors:
            visitor.close()


def test_a_node_that_is_away_hangs_up_and_does_not_hang() -> None:
    with Wiretap(_free_port(), _free_port()) as wire, pytest.raises(httpx.TransportError):
        httpx.get(f"http://localhost:{wire.port}/", timeout=DEADLINE_S)
