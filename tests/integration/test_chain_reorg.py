"""A chain that takes blocks back: the index follows, and own transactions go out again."""

from __future__ import annotations

from typing import Any

import pytest

from node.chain.indexer import REORG_MAX_BLOCKS
from node.domain.events import AttestationState
from node.domain.ledger import IntentState
from node.errors import Corrupt, Unavailable
from node.store.chain_index import ChainIndex
from node.store.database import snapshot
from tests.sim.consortium import Consortium, random_id

pytestmark = pytest.mark.integration


@pytest.fixture(name="net")
def _net(tmp_path, new_database) -> Any:
    with Consortium(tmp_path, database=new_database) as net:
        net.enable()
        yield net


def _reorgs(member) -> Any:
    with snapshot(member.engine) as session:
        return [
            (row.dropped_number - row.fork_number, row.dropped_events)
            for row in ChainIndex(session, member.ledger.contract).reorgs()
        ]


@pytest.mark.parametrize("depth", [1, 2, 5, 32])
def test_a_fork_is_taken_back_and_the_index_equals_the_new_chain(net, depth):
    for number in range(depth):
        net.a.do(f"anchor-{number}", "anchor", random_id(), size=1)
    net.a.ledger.sync()
    net.b.ledger.sync()
    net.chain.reorg(depth)
    net.chain.mine()
    status = net.b.ledger.sync()
    assert _reorgs(net.b) == [(depth, depth)]
    assert status.block_number == int(net.chain.rpc("eth_blockNumber"), 16)
    with snapshot(net.b.engine) as session:
        assert not [entry for entry in net.b.ledger.within(session).history() if _is_anchor(entry)]


def _is_anchor(entry) -> bool:
    return type(entry.event).__name__ == "Anchored"


def test_own_transactions_that_a_fork_threw_out_go_out_again(net):
    attestation_id = random_id()
    first = net.a.do("attest", "attest", attestation_id, terms=net.terms())
    net.a.do("anchor", "anchor", random_id(), size=1)
    net.chain.reorg(2)
    assert net.a.ledger.status_of(attestation_id)[0] is AttestationState.NONE
    net.a.ledger.sender.watch()
    again = net.a.settle("attest")
    assert again.is_recorded
    assert again.tx_hash == first.tx_hash
    assert net.a.settle("anchor").is_recorded
    assert net.a.ledger.status_of(attestation_id)[0] is AttestationState.PENDING


def test_a_decision_that_a_fork_threw_out_is_pending_again_in_the_index(net):
    attestation_id = random_id()
    net.a.do("attest", "attest", attestation_id, terms=net.terms())
    net.b.do("decide", "decide", attestation_id, commitment=random_id())
    net.a.ledger.sync()
    net.chain.reorg(1)
    net.a.ledger.sync()
    with snapshot(net.a.engine) as session:
        entry = net.a.ledger.within(session).attestation(attestation_id)
    assert entry is not None
    assert entry.state_at(net.chain.now()) is AttestationState.PENDING
    net.b.ledger.sender.watch()
    assert net.b.settle("decide").is_recorded
    net.a.ledger.sync()
    with snapshot(net.a.engine) as session:
        entry = net.a.ledger.within(session).attestation(attestation_id)
    assert entry.state_at(net.chain.now()) is AttestationState.DECIDED


def test_a_fork_that_passed_while_the_node_was_down_is_found_however_deep_it_lies(net):
    first = net.a.do("anchor", "anchor", random_id(), size=1)
    net.chain.reorg(1)
    net.chain.mine(REORG_MAX_BLOCKS + 10)
    restarted = net.restart(net.a)
    restarted.ledger.reconcile()
    assert restarted.ledger.intent("anchor").state is IntentState.MINED  # no proof, so not final
    restarted.ledger.sync()
    restarted.ledger.flush()
    again = restarted.settle("anchor")
    assert again.is_recorded
    assert (again.tx_hash, again.block_number > first.block_number) == (first.tx_hash, True)


def test_a_transaction_deep_enough_is_final(net):
    net.a.do("anchor", "anchor", random_id(), size=1)
    net.a.ledger.sender.watch()
    assert net.a.ledger.intent("anchor").state is IntentState.MINED
    net.chain.mine(REORG_MAX_BLOCKS + 1)
    net.a.ledger.sender.watch()
    assert net.a.ledger.intent("anchor").state is IntentState.MINED  # the index has not shown it yet
    net.a.ledger.sync()
    net.a.ledger.sender.watch()
    assert net.a.ledger.intent("anchor").state is IntentState.FINAL


def test_a_fork_deeper_than_finality_stops_the_index(net):
    net.chain.mine(REORG_MAX_BLOCKS)
    for number in range(3):
        net.a.do(f"anchor-{number}", "anchor", random_id(), size=1)
    net.chain.mine(REORG_MAX_BLOCKS + 10)
    net.a.ledger.sync()
    before = net.a.ledger.status()
    net.chain.reorg(REORG_MAX_BLOCKS + 12)
    net.chain.mine()
    with pytest.raises(Corrupt) as caught:
        net.a.ledger.sync()
    assert caught.value.code == "chain.reorg_too_deep"
    assert net.a.ledger.status() == before


def test_a_chain_node_that_lags_behind_is_waited_for(net):
    net.chain.mine(3)
    net.a.ledger.sync()
    before = net.a.ledger.status()
    net.chain.rpc("anvil_rollback", 2)
    with pytest.raises(Unavailable) as caught:
        net.a.ledger.sync()
    assert caught.value.code == "chain.behind"
    assert net.a.ledger.status() == before


def test_another_chain_is_recognised(net, tmp_path):
    net.a.ledger.sync()
    (tmp_path / "other").mkdir()
    with Consortium(tmp_path / "other") as other:
        other.chain.mine(50)
        net.a.ledger.indexer._reader._rpc.url = other.chain.url
        with pytest.raises(Corrupt) as caught:
            net.a.ledger.sync()
    assert caught.value.code == "chain.other_chain"


def test_an_operator_can_roll_back_by_hand(net):
    net.a.do("anchor", "anchor", random_id(), size=1)
    status = net.a.ledger.sync()
    tip = net.a.ledger.indexer.rollback_to(status.block_number - 1)
    assert tip.number == status.block_number - 1
    assert net.a.ledger.status().events == status.events - 1
    assert net.a.ledger.sync().head == status.head
