"""What one reuse asks of the databases and the chain, in counts: on this machine as on any other."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import Engine, event

from node.chain.rpc import Rpc
from node.exchange.client import HttpPeers
from node.jobs.schedule import issuer_jobs, reuse_jobs
from tests.integration.reuse_network import Network, enrol, open_reuse, record_at

pytestmark = pytest.mark.integration

STILL = {"anchor_interval_s": 0.5, "poll_interval_s": 3600.0}
"""No job runs by itself but the one that anchors."""

MOST_PER_REUSE = {"statements": 540, "written": 36, "chain": 60, "peers": 3}
"""With a quarter of room for looks that came too early."""


class Counts(Counter[str]):
    """What happened while a block ran; thread-safe enough for sums."""


@contextmanager
def _counting(monkeypatch: pytest.MonkeyPatch) -> Iterator[Counts]:
    found = Counts()

    def statement(_connection: Any, _cursor: Any, text: str, *_: Any) -> None:
        found["statements"] += 1
        found["written"] += text.startswith("BEGIN IMMEDIATE")

    post, call = Rpc._post, HttpPeers._post_once

    def asked(self: Rpc, body: Any) -> Any:
        found["chain"] += 1
        return post(self, body)

    def called(self: HttpPeers, *args: Any) -> Any:
        found["peers"] += 1
        return call(self, *args)

    monkeypatch.setattr(Rpc, "_post", asked)
    monkeypatch.setattr(HttpPeers, "_post_once", called)
    event.listen(Engine, "before_cursor_execute", statement)
    yield found
    event.remove(Engine, "before_cursor_execute", statement)
    monkeypatch.undo()


@contextmanager
def _moving(network: Network) -> Iterator[None]:
    """Do by hand what the jobs would."""
    done = threading.Event()

    def move() -> None:
        while not done.wait(0.1):
            for member in network.nodes:
                member.node.ledger.flush()
                member.node.ledger.sync()

    mover = threading.Thread(target=move)
    mover.start()
    yield
    done.set()
    mover.join()


@pytest.fixture(name="network", scope="module")
def _network(tmp_path_factory) -> Iterator[Network]:
    with Network(tmp_path_factory.mktemp("cost"), pace=STILL) as network:
        yield network


def test_a_reuse_stays_within_its_counts(network, monkeypatch):
    with _moving(network):
        customer = enrol(network, record_at(network.a))
    with _counting(monkeypatch) as found:
        opened = open_reuse(network)
        path = customer.come_back(customer.consent(opened["redirect_url"]))
        assert customer.wait(path) == "accepted"
    over = {name: count for name, count in found.items() if count > MOST_PER_REUSE[name]}
    assert not over, dict(found)


IDLE = ("anchor", "settle releases", "resume reuses", "deliver openings", "open reviews")
"""Jobs that look for work in the database."""


def test_a_job_that_finds_nothing_to_do_reads_once_and_writes_nothing(network, monkeypatch):
    node = network.r.node
    jobs = {job.name: job for job in (*issuer_jobs(node), *reuse_jobs(node))}
    node.ledger.sync()
    for name in IDLE:
        jobs[name].run(node)
    for name in IDLE:
        with _counting(monkeypatch) as found:
            jobs[name].run(node)
        # BEGIN, what it looks for, and at most one look more.
        assert found["statements"] <= 3, (name, dict(found))
        assert found["written"] == found["chain"] == 0, (name, dict(found))
