"""A bad line between the members and their chain: in short form here, in full by `make soak`.

A attests and B decides, each through a proxy that drops, delays, duplicates, reorders, truncates, refuses and
lies. At the end every write is recorded exactly once and every index equals the chain.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator

import pytest

from node.chain.sending.rules import SendingRules
from node.domain.events import Attested, Decided
from node.errors import NodeError
from node.store.database import transaction
from tests.integration.fault_runs import (
    FIRST_SEED,
    OPERATIONS,
    SOAK,
    assert_equal_to_the_chain,
    note_run,
    recorded,
)
from tests.sim.consortium import Consortium, SimMember, random_id
from tests.sim.fault_proxy import FAULTS, FaultProxy
from tests.sim.lies import LIES
from tests.sim.patience import eventually

pytestmark = [pytest.mark.integration, pytest.mark.timeout(3600)]

CHANCE = 0.1
"""Of each fault in each request: 57 of 100 requests meet at least one."""

GROUP = 25 if SOAK else 5
"""Attestations at once, and as many decisions."""


@pytest.fixture(name="net")
def _net(tmp_path, new_database) -> Iterator[Consortium]:
    with Consortium(tmp_path, database=new_database) as net:
        net.enable()
        yield net


def test_nothing_is_lost_or_recorded_twice_over_a_bad_line(net, request):
    began = time.monotonic()
    proxies = [FaultProxy(net.chain.url, seed=2 * FIRST_SEED + number) for number in (0, 1)]
    met: Counter[str] = Counter()
    with proxies[0], proxies[1]:
        net.a, net.b = (
            net.restart(member, url=proxy.url, rules=SendingRules(resend_after_s=1))
            for member, proxy in zip((net.a, net.b), proxies, strict=True)
        )
        for proxy in proxies:
            proxy.chances = dict.fromkeys(FAULTS, CHANCE)
        groups = -(-OPERATIONS // (2 * GROUP))
        for group in range(groups):
            ids = [random_id() for _ in range(GROUP)]
            _settle(net.a, _attest(net, group, ids), met)
            _settle(net.b, _decide(net, group, ids), met)
        for proxy in proxies:
            proxy.chances = {}
        found = recorded(net)
        assert_equal_to_the_chain(net, net.a, net.b)
    kinds = Counter(type(event) for event in found)
    assert (kinds[Attested], kinds[Decided]) == (groups * GROUP, groups * GROUP)
    assert set(found.values()) == {1}
    done = proxies[0].done + proxies[1].done
    assert set(FAULTS) <= set(done)
    if SOAK:
        assert {f"lie: {name}" for name in LIES} <= set(done)
    note_run("bad line", request, began, operations=len(found), faults=done, noticed=dict(met))


def _attest(net: Consortium, group: int, ids: list[bytes]) -> list[str]:
    terms = net.terms(valid_for_s=6 * 86_400)
    with transaction(net.a.engine) as session:
        view = net.a.ledger.within(session)
        return [view.attest(f"attest-{group}-{n}", one, terms=terms).intent_id for n, one in enumerate(ids)]


def _decide(net: Consortium, group: int, ids: list[bytes]) -> list[str]:
    with transaction(net.b.engine) as session:
        view = net.b.ledger.within(session)
        return [
            view.decide(f"decide-{group}-{n}", one, commitment=random_id()).intent_id
            for n, one in enumerate(ids)
        ]


def _settle(member: SimMember, names: list[str], met: Counter[str]) -> None:
    """A member's ordinary rounds, until all is recorded; what it notices is counted."""

    def settled_by_a_round() -> bool:
        if all(member.ledger.intent(name).is_settled for name in names):
            return True
        for turn in (member.ledger.flush, member.ledger.sync):
            try:
                turn()
            except NodeError as error:
                met[error.code] += 1
        return False

    eventually(settled_by_a_round, every_s=0, describe=lambda: met)
    failed = [intent for name in names if not (intent := member.ledger.intent(name)).is_recorded]
    assert failed == []
