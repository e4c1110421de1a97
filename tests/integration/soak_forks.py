"""Forks under load, for `make soak` only: its file name keeps it out of the ordinary run.

Depths of 1 to 32 blocks while two members write. About one run in twenty of the six-depth form has been seen
to leave writes unsettled within its rounds, cause not found; until it is, it does not belong into the short
run.
"""

from __future__ import annotations

import random
import time

import pytest

from node.chain.sending.rules import SendingRules
from node.errors import Unavailable
from node.store.database import transaction
from tests.integration.test_chain_soak import (
    OPERATIONS,
    ROUNDS_MAX,
    _net,
    assert_equal_to_the_chain,
    recorded,
)
from tests.sim.consortium import SimMember, random_id

pytestmark = [pytest.mark.integration, pytest.mark.timeout(3600)]

BLOCK_S = 0.1

net = _net


@pytest.mark.parametrize("seed", range(max(OPERATIONS // 400, 1)))
def test_forks_of_every_depth_under_load_lose_nothing(net, seed):
    """A attests, B decides, and meanwhile the chain takes back 1 to 32 blocks, again and again."""
    net.a, net.b = (net.restart(member, rules=SendingRules(resend_after_s=1)) for member in (net.a, net.b))
    dice = random.Random(seed)
    depths = dice.sample(range(1, 33), 32 if OPERATIONS > 1000 else 6)
    attested: list[bytes] = []
    names: list[str] = []
    floor = int(net.chain.rpc("eth_blockNumber"), 16)  # members and rules stay
    for number, depth in enumerate(depths):
        ids = [random_id() for _ in range(6)]
        names += _write_pairs(net, number, ids)
        attested += ids
        for member in (net.a, net.b):
            _try(member)
        net.chain.reorg(min(depth, int(net.chain.rpc("eth_blockNumber"), 16) - floor))
        for member in dice.sample([net.a, net.b], 2):
            _try(member)
    for _ in range(ROUNDS_MAX):
        for member in (net.a, net.b):
            _try(member)
        if all(_of(net, name).ledger.intent(name).is_recorded for name in names):
            break
        # Blocks must not outrun the resending: 64 of them make a refusal after a fork final (sender.py).
        time.sleep(BLOCK_S)
        net.chain.mine()
    assert [name for name in names if not _of(net, name).ledger.intent(name).is_recorded] == []
    found = recorded(net)
    assert set(found.values()) == {1}
    assert len(found) == 2 * len(attested)
    assert_equal_to_the_chain(net, net.a, net.b)


def _write_pairs(net, number: int, ids: list[bytes]) -> list[str]:
    terms = net.terms(valid_for_s=6 * 86_400)
    with transaction(net.a.engine) as session:
        view = net.a.ledger.within(session)
        names = [view.attest(f"a-{number}-{n}", one, terms=terms).intent_id for n, one in enumerate(ids)]
    _try(net.a)
    with transaction(net.b.engine) as session:
        view = net.b.ledger.within(session)
        names += [
            view.decide(f"b-{number}-{n}", one, commitment=random_id()).intent_id for n, one in enumerate(ids)
        ]
    return names


def _try(member: SimMember) -> None:
    try:
        member.ledger.flush()
        member.ledger.sync()
    except Unavailable:
        return


def _of(net, name: str) -> SimMember:
    return net.a if name.startswith("a") else net.b
