"""A bad line, a node killed everywhere: in short form here, in full by `make soak`.

At the end of each: every write recorded exactly once, every index equal to the chain.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from dataclasses import asdict
from typing import Any

import pytest

from node.chain.sending.rules import SendingRules
from node.domain.events import Anchored, Attested, Decided, Revoked
from node.errors import Corrupt, Unavailable
from node.store.database import snapshot, transaction
from tests.sim.consortium import Consortium, SimMember, random_id
from tests.sim.fault_proxy import FAULTS, FaultProxy
from tests.sim.kill_points import GROUP, World

pytestmark = pytest.mark.integration

OPERATIONS = int(os.environ.get("RIREKI_SOAK_OPERATIONS", "120"))
"""Writes per run; `make soak` sets 2,000."""

CHANCES = dict.fromkeys(FAULTS, 0.02)
ROUNDS_MAX = 100
PER_OPERATION = 2 * GROUP + 2
KILLS = 3


@pytest.fixture(name="net")
def _net(tmp_path) -> Any:
    with Consortium(tmp_path) as net:
        net.enable()
        yield net


@pytest.fixture(name="shared")
def _shared(tmp_path, new_database) -> Any:
    with Consortium(tmp_path, database=new_database) as net:
        net.enable()
        yield net


def recorded(net) -> Counter[Any]:
    """Every attestation, anchor, decision and revocation on the chain, as a node reads it afresh."""
    net.b.ledger.sync()
    with snapshot(net.b.engine) as session:
        history = net.b.ledger.within(session).history(limit=10**6)
    events = [entry.event for entry in history]
    return Counter(event for event in events if isinstance(event, Attested | Anchored | Decided | Revoked))


def assert_equal_to_the_chain(net, *members: SimMember) -> None:
    head, count = net.a.ledger.head()
    entries = []
    for member in members:
        status = member.ledger.sync()
        assert (status.head, status.events) == (head, count)
        member.ledger.indexer.rebuild()
        with snapshot(member.engine) as session:
            entries.append(member.ledger.within(session).attestations(limit=10**6))
    assert all(one == entries[0] for one in entries)


def _flush_until_settled(member: SimMember, names: list[str]) -> None:
    met: Counter[str] = Counter()
    for _ in range(ROUNDS_MAX):
        try:
            member.ledger.flush()
            member.ledger.sync()
            if all(member.ledger.intent(name).is_settled for name in names):
                return
        except (Unavailable, Corrupt) as error:
            met[error.code] += 1
    raise AssertionError(met)


def test_nothing_is_lost_or_recorded_twice_over_a_bad_line(net):
    with FaultProxy(net.chain.url, seed=5) as proxy:
        net.a = net.restart(net.a, url=proxy.url, rules=SendingRules(resend_after_s=1))
        proxy.chances = CHANCES
        for first in range(0, OPERATIONS, 5):
            names = _attest(net, first, min(5, OPERATIONS - first))
            _flush_until_settled(net.a, names)
            assert all(net.a.ledger.intent(name).is_recorded for name in names)
        proxy.chances = {}
        assert set(proxy.done) == set(FAULTS)
        found = recorded(net)
        assert (len(found), set(found.values())) == (OPERATIONS, {1})
        assert_equal_to_the_chain(net, net.a, net.b)


def _attest(net, first: int, count: int) -> list[str]:
    names = [f"attest-{number}" for number in range(first, first + count)]
    terms = net.terms()
    with transaction(net.a.engine) as session:
        view = net.a.ledger.within(session)
        for name in names:
            view.attest(name, random_id(), terms=terms)
    return names


def test_a_node_killed_at_every_point_loses_nothing_and_records_nothing_twice(shared, new_database):
    groups = max(OPERATIONS // PER_OPERATION, 1)
    terms = shared.terms(valid_for_s=6 * 86_400)
    fields = asdict(terms)
    world = World(
        url=shared.chain.url,
        contract=shared.deployment.contract,
        deployed_block=shared.deployment.block_number,
        chain_id=shared.deployment.chain_id,
        databases=(new_database("1"), new_database("2")),
        keys=tuple("0x" + member.signer._account.key.hex() for member in (shared.a, shared.b)),
        terms=tuple(value.hex() if isinstance(value, bytes) else value for value in fields.values()),
        groups=groups,
        kills=KILLS,
    )
    command = [sys.executable, "-m", "tests.sim.kill_points"]
    done = subprocess.run(
        command, input=json.dumps(asdict(world)), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    facts = json.loads(done.stdout)
    assert facts["kills"] >= 2 * groups
    found = recorded(shared)
    assert set(found.values()) == {1}
    kinds = Counter(type(event).__name__ for event in found)
    assert (kinds["Attested"], kinds["Anchored"], kinds["Revoked"]) == (groups * GROUP, groups, groups)
    # The first of each group is withdrawn before B can decide it: refused, and never recorded.
    assert kinds["Decided"] == groups * (GROUP - 1)
    assert_equal_to_the_chain(shared, shared.a, shared.b)
