"""Nothing is lost and nothing recorded twice, whatever breaks between node and chain."""

from __future__ import annotations

import json
import threading
from typing import Any

import httpx
import pytest

from node.chain.sending.rules import SendingRules
from node.chain.transactions import Transaction
from node.clock import FRESH_S
from node.domain.events import AttestationState
from node.domain.ledger import IntentState
from node.errors import Corrupt, Unavailable
from node.store.database import snapshot, transaction
from node.store.outbox import Outbox
from tests.sim.consortium import Consortium, random_id
from tests.sim.patience import let_pass

pytestmark = pytest.mark.integration


@pytest.fixture(name="net")
def _net(tmp_path) -> Any:
    with Consortium(tmp_path) as net:
        net.enable()
        yield net


@pytest.fixture(name="shared")
def _shared(tmp_path, new_database) -> Any:
    """The same on each kind of database: what happens between processes is decided by its locks."""
    with Consortium(tmp_path, database=new_database) as net:
        net.enable()
        yield net


def _break_on(method: str) -> Any:
    def fault(called: str) -> None:
        if called == method:
            raise httpx.ReadTimeout("cut")

    return fault


def _row(member, intent_id) -> Any:
    with snapshot(member.engine) as session:
        return Outbox(session, member.signer.address).find(intent_id)


def _nonce(net, member) -> int:
    return int(net.chain.rpc("eth_getTransactionCount", member.signer.address, "latest"), 16)


@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_node_that_dies_around_sending_sends_the_same_bytes_once(net, moment):
    attestation_id, terms = random_id(), net.terms()
    spent = _nonce(net, net.a)
    setattr(net.a.faults, moment, _break_on("eth_sendRawTransaction"))
    with pytest.raises(Unavailable) as caught:
        net.a.do("attest", "attest", attestation_id, terms=terms)
    assert caught.value.code == "chain.timeout"
    signed = _row(net.a, "attest")
    assert signed.state == IntentState.SIGNED

    restarted = net.restart(net.a)
    restarted.ledger.sender.reconcile()
    assert restarted.settle("attest").is_recorded
    assert _row(restarted, "attest").raw_tx == signed.raw_tx
    assert _nonce(net, net.a) == spent + 1
    restarted.ledger.sync()
    with snapshot(restarted.engine) as session:
        assert len(restarted.ledger.within(session).attestations()) == 1


def test_a_node_that_dies_before_signing_sends_after_restart(net):
    net.a.faults.before = _break_on("eth_call")
    with pytest.raises(Unavailable):
        net.a.do("anchor", "anchor", random_id(), size=4)
    assert _row(net.a, "anchor").state == IntentState.QUEUED
    assert net.restart(net.a).settle("anchor").is_recorded


def test_a_node_that_dies_before_reading_the_receipt_finds_it_after_restart(net):
    net.a.faults.before = _break_on("eth_getTransactionReceipt")
    with pytest.raises(Unavailable):
        net.a.do("anchor", "anchor", random_id(), size=4)
    spent = _nonce(net, net.a)
    restarted = net.restart(net.a)
    restarted.ledger.sender.reconcile()
    assert restarted.ledger.intent("anchor").is_recorded
    assert _nonce(net, net.a) == spent


def test_a_dead_chain_is_unavailable_and_the_intent_survives_it(tmp_path):
    with Consortium(tmp_path, state=tmp_path / "chain.json") as net:
        net.enable()
        net.a.ledger.sync()
        port = net.chain.port
        net.chain.stop()
        with pytest.raises(Unavailable) as caught:
            net.a.do("anchor", "anchor", random_id(), size=4)
        assert caught.value.code == "chain.unreachable"
        assert _row(net.a, "anchor").state == IntentState.QUEUED
        net.chain._requested_port = port
        net.chain.start()
        assert net.a.settle("anchor").is_recorded
        assert net.a.ledger.sync().head == net.b.ledger.sync().head


def test_a_nonce_taken_by_a_foreign_transaction_is_not_used_again(net):
    root = random_id()
    net.a.faults.before = _break_on("eth_sendRawTransaction")
    with pytest.raises(Unavailable):
        net.a.do("anchor", "anchor", root, size=4)
    stale = _row(net.a, "anchor")
    foreign = Transaction(net.deployment.chain_id, stale.nonce, 0, 21_000, net.b.signer.address, b"")
    net.chain.rpc("eth_sendRawTransaction", "0x" + net.a.signer.sign(foreign).raw.hex())
    net.a.faults.before = None
    assert net.a.settle("anchor").is_recorded
    assert _row(net.a, "anchor").nonce > stale.nonce


def test_a_transaction_that_the_chain_node_parked_is_woken(net):
    net.a = net.restart(net.a, rules=SendingRules(resend_after_s=1))
    account, due = net.a.signer.address, _nonce(net, net.a)
    with transaction(net.a.engine) as session:
        Outbox(session, account).lock_nonces().next_nonce = due + 1
    net.a.submit(lambda ledger: ledger.anchor("anchor", random_id(), size=4))
    net.a.ledger.sender.flush()
    net.chain.rpc("anvil_setNonce", account, hex(due + 1))
    net.chain.mine()
    assert not net.a.ledger.intent("anchor").is_settled
    parked = _row(net.a, "anchor")
    assert net.a.settle("anchor").is_recorded
    assert _row(net.a, "anchor").raw_tx == parked.raw_tx


def test_two_processes_on_one_key_record_everything_once(shared):
    twin = shared.restart(shared.a)
    ids = [random_id() for _ in range(120)]
    with transaction(shared.a.engine) as session:
        view = shared.a.ledger.within(session)
        for number, attestation_id in enumerate(ids):
            view.attest(f"attest-{number}", attestation_id, terms=shared.terms())
    spent = _nonce(shared, shared.a)
    threads = [threading.Thread(target=member.ledger.sender.flush) for member in (shared.a, twin)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for number in range(len(ids)):
        assert shared.a.settle(f"attest-{number}").is_recorded
    assert _nonce(shared, shared.a) == spent + len(ids)


def test_two_processes_index_the_same_blocks_once(shared):
    twin = shared.restart(shared.b)
    failures = []

    def index(member) -> None:
        try:
            member.ledger.sync()
        except Exception as error:  # noqa: BLE001  a thread must hand its failure over
            failures.append(error)

    threads = [threading.Thread(target=index, args=[member]) for member in (shared.b, twin)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    # Beginning an index is the one step in which a loser is told to come back.
    assert all(getattr(error, "code", None) == "store.conflict" for error in failures)
    assert shared.b.ledger.sync().head == shared.a.ledger.sync().head


def _drop_one_log(method, result) -> Any:
    return result[:-1] if method == "eth_getLogs" else result


def _change_one_log(method, result) -> Any:
    if method == "eth_getLogs" and result:
        changed = result[-1] | {"topics": [*result[-1]["topics"][:1], *["0x" + "00" * 31 + "07"] * 2]}
        return [*result[:-1], changed][: len(result)]
    return result


def _repeat_a_block(method, result) -> Any:
    if method == "eth_getLogs" and result:
        extra = result[-1] | {"logIndex": hex(int(result[-1]["logIndex"], 16) + 1)}
        return [*result, extra]
    return result


@pytest.mark.parametrize("lie", [_drop_one_log, _repeat_a_block], ids=["left_out", "invented"])
def test_a_lying_chain_node_is_noticed_and_nothing_of_it_is_kept(net, lie):
    net.b.faults.alter = lie
    with pytest.raises(Corrupt) as caught:
        net.b.ledger.sync()
    assert caught.value.code == "chain.history_mismatch"
    assert net.b.ledger.status().events == 0
    assert net.b.ledger.status().checked_at == 0
    net.b.faults.alter = None
    assert net.b.ledger.sync().head == net.a.ledger.sync().head


def test_an_altered_event_is_noticed(net):
    net.a.do("anchor", "anchor", random_id(), size=4)
    net.b.faults.alter = _change_one_log
    with pytest.raises(Corrupt) as caught:
        net.b.ledger.sync()
    assert caught.value.code == "chain.history_mismatch"


def test_a_range_that_the_chain_node_balks_at_is_read_in_halves(net):
    asked = []

    def limited(request: httpx.Request) -> httpx.Response:
        body = json.loads(request.content)
        calls = body if isinstance(body, list) else [body]
        for call in calls:
            if call["method"] == "eth_getLogs":
                wanted = call["params"][0]
                asked.append(int(wanted["toBlock"], 16) - int(wanted["fromBlock"], 16) + 1)
                if asked[-1] > 3:
                    refused = {"code": -32005, "message": "Requested range exceeds maximum RPC range limit"}
                    answer = [{"id": item["id"], "error": refused} for item in calls]
                    return httpx.Response(200, json=answer)
        return net.b.faults._inner.handle_request(request)

    net.b.faults.handle_request = limited
    net.chain.mine(20)
    assert net.b.ledger.sync().head == net.a.ledger.sync().head
    assert max(asked) > 3
    assert asked[-1] <= 3


def test_a_stopped_index_becomes_stale_and_says_so(net):
    net.a.ledger.sync()
    net.a.faults.before = _break_on("eth_getBlockByNumber")
    net.chain.advance(61)
    with pytest.raises(Unavailable):
        net.a.ledger.sync()
    let_pass(FRESH_S)
    assert net.a.ledger.status().is_stale(net.clock.now(), 60)
    net.a.faults.before = None
    assert not net.a.ledger.sync().is_stale(net.clock.now(), 60)


def test_an_unanswered_decision_is_recorded_once(net):
    attestation_id = random_id()
    net.a.do("attest", "attest", attestation_id, terms=net.terms())
    net.b.faults.after = _break_on("eth_sendRawTransaction")
    with pytest.raises(Unavailable):
        net.b.do("decide", "decide", attestation_id, commitment=random_id())
    net.b.faults.after = None
    assert net.b.settle("decide").is_recorded
    assert net.b.ledger.status_of(attestation_id)[0] is AttestationState.DECIDED
