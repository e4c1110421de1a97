"""A member that has too much to do is asked again when it says so, signed anew, and not for ever."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from joserfc.jwk import ECKey

from node.domain.ids import Ledger, MemberId
from node.errors import InvalidInput, Unavailable
from node.exchange import client as peers
from node.exchange.client import HttpPeers, open_http

pytestmark = pytest.mark.unit

LEDGER = Ledger(31337, "0x5FbDB2315678afecb367f032d93F642f64180aa3")
KEY = ECKey.generate_key("P-256")
BUSY = {"error": "temporarily_unavailable", "code": "node.overloaded"}


class Peer:
    """Busy for so many calls."""

    def __init__(self, busy: int, *, status: int = 503, headers: dict[str, str] | None = None) -> None:
        self.busy, self.status = busy, status
        self.headers = {"Retry-After": "1"} if headers is None else headers
        self.bodies: list[bytes] = []
        self.pauses: list[float] = []
        self.passed = 0.0

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.bodies.append(request.read())
        if len(self.bodies) <= self.busy:
            return httpx.Response(self.status, json=BUSY, headers=self.headers)
        return httpx.Response(200, json={"request_uri": "urn:x"})

    def sleep(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.passed += seconds


def _push(peer: Peer, monkeypatch) -> str:
    class Clock:
        def now(self) -> int:
            return 1_800_000_000

    monkeypatch.setattr(peers.time, "monotonic", lambda: peer.passed)
    numbers = iter(range(10_000))
    caller: Any = HttpPeers(
        ledger=LEDGER,
        member_id=lambda: MemberId(2),
        record_key=lambda: KEY,
        clock=Clock(),
        randomness=lambda size: next(numbers).to_bytes(size, "big"),
        http=open_http(httpx.MockTransport(peer)),
        sleep=peer.sleep,
    )
    return caller.push_request("https://a.example", {"state": "s"})


def test_a_busy_peer_is_asked_again_when_it_says_so(monkeypatch):
    peer = Peer(busy=3)
    assert _push(peer, monkeypatch) == "urn:x"
    assert peer.pauses == [1.0, 1.0, 1.0]
    assert len(set(peer.bodies)) == 4, "an assertion is believed once: each try brings its own"


def test_a_peer_that_stays_busy_is_given_up_in_bounded_time(monkeypatch):
    peer = Peer(busy=10_000)
    with pytest.raises(Unavailable) as caught:
        _push(peer, monkeypatch)
    assert caught.value.code == "node.overloaded"
    assert 0 < peer.passed <= peers.REPEAT_WITHIN_S


@pytest.mark.parametrize("told", ["86400", "0"])
def test_no_peer_decides_how_long_this_node_sleeps(monkeypatch, told):
    peer = Peer(busy=1, headers={"Retry-After": told})
    assert _push(peer, monkeypatch) == "urn:x"
    assert all(0 < pause <= peers.LONGEST_PAUSE_S for pause in peer.pauses)


@pytest.mark.parametrize(
    ("status", "headers", "error"),
    [
        (503, {}, Unavailable),
        (503, {"Retry-After": "tomorrow"}, Unavailable),
        (400, {"Retry-After": "1"}, InvalidInput),
    ],
)
def test_what_does_not_say_when_is_not_asked_again(monkeypatch, status, headers, error):
    peer = Peer(busy=1, status=status, headers=headers)
    with pytest.raises(error):
        _push(peer, monkeypatch)
    assert len(peer.bodies) == 1
