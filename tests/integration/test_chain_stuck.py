"""Transactions that do not move: a missing nonce, no funds, a low fee, a final refusal, a foreign fork."""

from __future__ import annotations

from typing import Any

import pytest

from node.chain.sending.rules import FINALITY_BLOCKS, SendingRules
from node.domain.events import AttestationState
from node.domain.ledger import IntentState
from node.errors import Unavailable
from node.store.database import snapshot, transaction
from node.store.outbox import Outbox
from tests.sim.consortium import Consortium, random_id

pytestmark = pytest.mark.integration

GWEI = 10**9


@pytest.fixture(name="net")
def _net(tmp_path) -> Any:
    with Consortium(tmp_path) as net:
        net.enable()
        yield net


def _row(member, intent_id) -> Any:
    with snapshot(member.engine) as session:
        return Outbox(session, member.signer.address).find(intent_id)


def _fund(net, member, wei: int) -> None:
    net.chain.rpc("anvil_setBalance", member.signer.address, hex(wei))


def _count(net, member) -> int:
    return int(net.chain.rpc("eth_getTransactionCount", member.signer.address, "latest"), 16)


def test_a_decision_that_comes_back_before_what_it_rests_on_waits_for_it(net):
    """After a fork B is quicker than A: its decision reverts, and must not count as refused."""
    attestation_id = random_id()
    net.a.do("attest", "attest", attestation_id, terms=net.terms())
    net.b.do("decide", "decide", attestation_id, commitment=random_id())
    net.chain.reorg(2)
    net.b.ledger.flush()
    net.b.ledger.flush()
    waiting = _row(net.b, "decide")
    assert waiting.state in {IntentState.SIGNED, IntentState.SENT, IntentState.QUEUED}
    assert waiting.code is None
    net.a.ledger.flush()
    assert net.a.settle("attest").is_recorded
    assert net.b.settle("decide").is_recorded
    assert net.a.ledger.status_of(attestation_id)[0] is AttestationState.DECIDED


def test_a_decision_mined_before_what_a_fork_threw_out_came_back_is_not_refused(net):
    """B's own transaction was in no block that fell; A's, on which it rests, was."""
    attestation_id = random_id()
    net.a.do("attest", "attest", attestation_id, terms=net.terms())
    net.b.ledger.sync()
    net.chain.set_automine(enabled=False)
    net.b.submit(lambda ledger: ledger.decide("decide", attestation_id, commitment=random_id()))
    net.b.ledger.flush()
    net.chain.reorg(1)
    net.chain.mine()
    net.chain.set_automine(enabled=True)
    net.b.ledger.flush()
    waiting = _row(net.b, "decide")
    assert (waiting.state, waiting.code) == (IntentState.QUEUED, None)
    assert _count(net, net.b) > 0
    net.b.ledger.sync()
    net.a.ledger.flush()
    assert net.a.settle("attest").is_recorded
    assert net.b.settle("decide").is_recorded


def test_a_decision_that_never_can_come_back_fails_once_the_fork_is_old(net):
    attestation_id = random_id()
    net.a.do("attest", "attest", attestation_id, terms=net.terms())
    net.b.do("decide", "decide", attestation_id, commitment=random_id())
    net.chain.reorg(2)
    net.b.ledger.flush()
    net.chain.mine(FINALITY_BLOCKS + 2)
    net.b.ledger.flush()
    failed = net.b.ledger.intent("decide")
    assert (failed.state, failed.code) == (IntentState.FAILED, "attestation_not_found")


def test_a_nonce_that_nothing_holds_is_filled(net):
    net.a = net.restart(net.a, rules=SendingRules(resend_after_s=0))
    first = _count(net, net.a)
    with transaction(net.a.engine) as session:
        Outbox(session, net.a.signer.address).lock_nonces().next_nonce = first + 3
    intent = net.a.do("anchor", "anchor", random_id(), size=4)
    assert intent.is_recorded
    assert _row(net.a, "anchor").nonce == first + 3
    assert _count(net, net.a) == first + 4


def test_a_transaction_that_no_node_will_take_fails_and_frees_the_way(net):
    with transaction(net.a.engine) as session:
        view = net.a.ledger.within(session)
        view.anchor("impossible", random_id(), size=4)
        view.anchor("next", random_id(), size=4)
    with transaction(net.a.engine) as session:
        Outbox(session, net.a.signer.address).find("impossible").gas = 30_000_000
    sent = net.a.settle("next")
    assert sent.is_recorded
    failed = net.a.ledger.intent("impossible")
    assert (failed.state, failed.code) == (IntentState.FAILED, "transaction_refused")


def test_an_account_without_funds_says_so_and_goes_on_once_funded(net):
    paying = net.restart(net.a, rules=SendingRules(fee_per_gas=GWEI))
    with pytest.raises(Unavailable) as caught:
        paying.do("anchor", "anchor", random_id(), size=4)
    assert caught.value.code == "chain.no_funds"
    assert net.a.signer.address in caught.value.message
    signed = _row(paying, "anchor")
    assert signed.state == IntentState.SIGNED
    _fund(net, paying, 10**18)
    assert paying.settle("anchor").is_recorded
    assert _row(paying, "anchor").raw_tx == signed.raw_tx


@pytest.mark.parametrize("winner", ["dearer", "cheaper"])
def test_a_transaction_that_does_not_move_is_offered_for_more_and_recorded_once(net, winner):
    rules = SendingRules(resend_after_s=0, stuck_after_s=0, fee_per_gas=GWEI, fee_cap_per_gas=100 * GWEI)
    paying = net.restart(net.a, rules=rules)
    _fund(net, paying, 10**18)
    spent, root = _count(net, paying), random_id()
    net.chain.set_automine(enabled=False)
    paying.submit(lambda ledger: ledger.anchor("anchor", root, size=4))
    paying.ledger.sender.flush()
    cheap = _row(paying, "anchor")
    paying.ledger.sender.watch()
    dear = _row(paying, "anchor")
    assert (dear.nonce, dear.fee_per_gas > cheap.fee_per_gas) == (cheap.nonce, True)
    if winner == "dearer":
        paying.ledger.sender.watch()
    net.chain.set_automine(enabled=True)
    net.chain.mine()
    settled = paying.settle("anchor")
    assert settled.is_recorded
    assert settled.tx_hash == (dear if winner == "dearer" else cheap).tx_hash
    assert _count(net, paying) == spent + 1
