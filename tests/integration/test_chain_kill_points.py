"""The ledger's part of a node, killed at every commit and every request: short here, in full by `make soak`.

`tests.sim.kill_points` does the killing. At the end every write is recorded exactly once and every index
equals the chain.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict

import pytest

from node.domain.events import Anchored, Attested, Decided, Revoked
from tests.integration.fault_runs import OPERATIONS, assert_equal_to_the_chain, note_run, recorded
from tests.sim.consortium import Consortium
from tests.sim.kill_points import GROUP, World

pytestmark = [pytest.mark.integration, pytest.mark.timeout(3600)]

RECORDED_PER_GROUP = GROUP + (GROUP - 1) + 2
"""Attestations; decisions on all but the first, which is revoked before; an anchor and that revocation."""

KILLS = 3


@pytest.fixture(name="net")
def _net(tmp_path, new_database) -> Iterator[Consortium]:
    with Consortium(tmp_path, database=new_database) as net:
        net.enable()
        yield net


def test_a_node_killed_at_every_point_loses_nothing_and_records_nothing_twice(net, new_database, request):
    began = time.monotonic()
    groups = -(-OPERATIONS // RECORDED_PER_GROUP)
    world = _world(net, (new_database("1"), new_database("2")), groups)
    command = [sys.executable, "-m", "tests.sim.kill_points"]
    done = subprocess.run(
        command, input=json.dumps(asdict(world)), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    facts = json.loads(done.stdout)
    assert facts["kills"] >= 2 * groups
    found = recorded(net)
    assert set(found.values()) == {1}
    kinds = Counter(type(event) for event in found)
    assert kinds == {
        Attested: groups * GROUP,
        Anchored: groups,
        Revoked: groups,
        Decided: groups * (GROUP - 1),
    }
    assert_equal_to_the_chain(net, net.a, net.b)
    note_run(
        "ledger kills",
        request,
        began,
        operations=len(found),
        faults={"kills": facts["kills"]},
        points=len(facts["killed_at"]),
    )


def _world(net: Consortium, databases: tuple[str, str], groups: int) -> World:
    terms = asdict(net.terms(valid_for_s=6 * 86_400))
    return World(
        url=net.chain.url,
        contract=net.deployment.contract,
        deployed_block=net.deployment.block_number,
        chain_id=net.deployment.chain_id,
        databases=databases,
        keys=tuple("0x" + member.signer._account.key.hex() for member in (net.a, net.b)),
        terms=tuple(value.hex() if isinstance(value, bytes) else value for value in terms.values()),
        groups=groups,
        kills=KILLS,
    )
