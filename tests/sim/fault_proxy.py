"""A bad line between a node and its chain: a real HTTP proxy that breaks what passes, by seeded dice.

Faults, each with its own probability per request: `drop_request` (the chain never sees it), `drop_answer`
(it did, the node never learns), `delay`, `duplicate` (the chain sees it twice), `reorder` (answers of a batch
in another order, which JSON-RPC allows), `truncate`, `error` (HTTP 502, or a JSON-RPC error in place of one
answer), `lie` (one of `tests.sim.lies`, where one fits the call). What was done is counted, so that a test
can show that its faults happened.

    with FaultProxy(chain.url, seed=1) as proxy:
        proxy.chances = {"drop_answer": 0.1}
        Rpc(proxy.url)
"""

from __future__ import annotations

import json
import random
import socket
import threading
import urllib.request
from collections import Counter
from collections.abc import Mapping
from typing import Any

from tests.sim.lies import LIES, tell
from tests.sim.loopback_server import LoopbackServer, QuietHandler
from tests.sim.patience import DEADLINE_S, let_pass

FAULTS = ("drop_request", "drop_answer", "delay", "duplicate", "reorder", "truncate", "error", "lie")

DELAY_S = 0.02


class FaultProxy(LoopbackServer):
    """Listens on a free loopback port; a context manager.

    Attributes:
        chances: fault -> probability per request; empty passes everything on.
        done: fault -> how often it happened.
    """

    def __init__(self, target: str, *, seed: int) -> None:
        self.chances: Mapping[str, float] = {}
        self.done: Counter[str] = Counter()
        self._target = target
        self._dice = random.Random(seed)
        self._rolling = threading.Lock()
        super().__init__(_handler(self))

    def roll(self) -> frozenset[str]:
        """Which faults befall the next request."""
        with self._rolling:
            hit = frozenset(name for name in FAULTS if self._dice.random() < self.chances.get(name, 0))
            self.done.update(hit)
        return hit

    def choose(self, count: int) -> int:
        """One of so many."""
        with self._rolling:
            return self._dice.randrange(count)

    def forward(self, body: bytes) -> bytes:
        """Ask the chain."""
        request = urllib.request.Request(  # noqa: S310  always http to loopback
            self._target, body, {"content-type": "application/json"}
        )
        with urllib.request.urlopen(request, timeout=DEADLINE_S) as response:  # noqa: S310
            return bytes(response.read())

    def spoil(self, request: bytes, answer: bytes, faults: frozenset[str]) -> bytes:
        """Change an answer as these faults say."""
        calls, answers = json.loads(request), json.loads(answer)
        if "lie" in faults:
            answers = self._lie(calls, answers)
        if "error" in faults:
            answers = self._refuse_one(answers)
        if "reorder" in faults and isinstance(answers, list):
            answers = answers[::-1]
        spoiled = json.dumps(answers).encode()
        return spoiled[: len(spoiled) // 2] if "truncate" in faults else spoiled

    def _lie(self, calls: Any, answers: Any) -> Any:
        methods = [call["method"] for call in (calls if isinstance(calls, list) else [calls])]
        fitting = [name for name, lie in LIES.items() if lie.method in methods]
        if not fitting:
            return answers
        name = fitting[self.choose(len(fitting))]
        with self._rolling:
            self.done[f"lie: {name}"] += 1
        return tell(LIES[name], calls, answers)

    def _refuse_one(self, answers: Any) -> Any:
        error = {"code": -32000, "message": "the node is busy"}
        if isinstance(answers, dict):
            return {"jsonrpc": "2.0", "id": answers.get("id"), "error": error}
        at = self.choose(len(answers))
        return [
            {"jsonrpc": "2.0", "id": one["id"], "error": error} if number == at else one
            for number, one in enumerate(answers)
        ]


def _handler(proxy: FaultProxy) -> type[QuietHandler]:
    class Handler(QuietHandler):
        def posted(self, body: bytes) -> None:
            faults = proxy.roll()
            if "drop_request" in faults:
                self._hang_up()
                return
            if "delay" in faults:
                let_pass(DELAY_S)
            if "duplicate" in faults:
                proxy.forward(body)
            answer = proxy.spoil(body, proxy.forward(body), faults)
            if "drop_answer" in faults:
                self._hang_up()
                return
            self.reply(answer, status=502 if "error" in faults and proxy.choose(2) else 200)

        def _hang_up(self) -> None:
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)

    return Handler
