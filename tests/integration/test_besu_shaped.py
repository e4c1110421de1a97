"""The ledger client, unchanged, against an endpoint with Besu's manners; and those manners themselves."""

from __future__ import annotations

from typing import Any

import pytest
import rlp
from eth_account import Account

from node.chain.anvil import CHAIN_ID
from node.chain.rpc import Refused, Rpc
from node.chain.signer import Signer
from node.chain.transactions import Transaction
from node.domain.events import AttestationState, ReasonClass
from node.domain.ledger import IntentState
from node.store.chain_index import ChainIndex
from node.store.database import snapshot
from tests.sim.besu_shaped import SEAL_BYTES, BesuShaped, Rules
from tests.sim.consortium import Consortium, random_id

pytestmark = pytest.mark.integration

SMALL = Rules(logs_range=20, batch_max=120, filters_max=2, states_kept=30, future_by_sender=40)
"""Besu's limits, made small enough to be met by a test."""

CALL_GAS = 50_000
POA_EXTRA_DATA_BYTES = 97


class Clock:
    """Seconds that pass when told to."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


class BesuConsortium(Consortium):
    """The consortium whose members see their chain through Besu's manners."""

    def __init__(self, folder: Any, rules: Rules) -> None:
        super().__init__(folder)
        self.chain: BesuShaped = BesuShaped(rules)


@pytest.fixture(name="clock", scope="module")
def _clock() -> Clock:
    return Clock()


@pytest.fixture(name="chain", scope="module")
def _chain(clock):
    with BesuShaped(SMALL, clock=clock) as chain:
        chain.mine(50)
        yield chain


@pytest.fixture(name="rpc")
def _rpc(chain):
    rpc = Rpc(chain.url)
    yield rpc
    rpc.close()


@pytest.fixture(name="net")
def _net(tmp_path):
    with BesuConsortium(tmp_path, SMALL) as net:
        net.enable()
        yield net


def _refused(rpc: Rpc, method: str, *params: Any) -> Refused:
    with pytest.raises(Refused) as refused:
        rpc.call(method, *params)
    return refused.value


def _signed(signer: Signer, nonce: int, data: bytes = b"") -> tuple[str, str]:
    """(raw bytes, hash) of a free call to oneself."""
    signed = signer.sign(Transaction(CHAIN_ID, nonce, 0, CALL_GAS, signer.address, data))
    return "0x" + signed.raw.hex(), "0x" + signed.hash.hex()


# --- the endpoint's manners ---


@pytest.mark.parametrize(("number", "seals"), [("0x0", 0), ("0x5", 3), ("latest", 3)])
def test_headers_carry_the_validators_and_their_seals(rpc, number, seals):
    header = rpc.call("eth_getBlockByNumber", number, False)
    extra = bytes.fromhex(header["extraData"][2:])
    assert len(extra) >= POA_EXTRA_DATA_BYTES
    vanity, validators, vote, round_number, sealed = rlp.decode(extra)
    assert (vanity, vote, round_number) == (bytes(32), [], b"")
    assert validators == sorted(validators)
    assert [len(seal) for seal in sealed] == [SEAL_BYTES] * seals
    assert bytes.fromhex(header["mixHash"][2:]) == b"ctical byzantine fault tolerance"
    assert header["difficulty"] == "0x1"
    assert rpc.call("eth_getBlockByHash", header["hash"], False) == header


def test_gas_is_free_everywhere(rpc):
    assert rpc.call("eth_gasPrice") == rpc.call("eth_maxPriorityFeePerGas") == "0x0"
    assert rpc.call("eth_getBlockByNumber", "latest", False)["baseFeePerGas"] == "0x0"
    assert set(rpc.call("eth_feeHistory", "0x2", "latest", [])["baseFeePerGas"]) == {"0x0"}


@pytest.mark.parametrize(
    ("first", "last", "code"),
    [(1, 21, None), (1, 22, -32005), (50, 50, None), (50, 51, -32602), (51, 60, -32602), (5, 4, -32602)],
)
def test_a_range_of_logs_is_limited_and_never_reaches_past_the_head(rpc, first, last, code):
    chosen = {"fromBlock": hex(first), "toBlock": hex(last)}
    if code is None:
        assert rpc.call("eth_getLogs", chosen) == []
    else:
        assert _refused(rpc, "eth_getLogs", chosen).rpc_code == code


def test_no_block_is_safe_or_finalized(rpc):
    for tag in ("safe", "finalized"):
        assert _refused(rpc, "eth_getBlockByNumber", tag, False).rpc_code == -39001
        assert _refused(rpc, "eth_getLogs", {"fromBlock": tag}).rpc_code == -39001
        assert _refused(rpc, "eth_getBalance", "0x" + "11" * 20, tag).rpc_code == -39001


def test_old_state_is_gone_and_recent_state_is_there(rpc):
    account = "0x" + "11" * 20
    assert rpc.call("eth_getBalance", account, hex(50 - SMALL.states_kept)) == "0x0"
    gone = rpc.call("eth_getBlockByNumber", hex(10), False)["hash"]
    for block in (hex(10), {"blockHash": gone}):
        assert _refused(rpc, "eth_getBalance", account, block).text == "World state unavailable"


@pytest.mark.parametrize(
    "method", ["anvil_mine", "evm_snapshot", "anvil_removePoolTransactions", "eth_mining"]
)
def test_methods_of_a_development_chain_do_not_exist(rpc, method):
    assert _refused(rpc, method).rpc_code == -32601


def test_the_chain_signs_nothing_for_anybody(rpc):
    assert rpc.call("eth_accounts") == []
    assert _refused(rpc, "eth_sendTransaction", {}).rpc_code == -32604


def test_a_batch_beyond_the_limit_is_refused_as_one(chain):
    call = {"jsonrpc": "2.0", "id": 1, "method": "eth_chainId", "params": []}
    assert len(chain.answer([call] * SMALL.batch_max)) == SMALL.batch_max
    assert chain.answer([call] * (SMALL.batch_max + 1))["error"]["code"] == -32005


def test_filters_are_capped_and_forgotten_when_nobody_polls_them(rpc, clock):
    kept, dropped = rpc.call("eth_newBlockFilter"), rpc.call("eth_newFilter", {})
    assert _refused(rpc, "eth_newBlockFilter").rpc_code == -32005
    clock.now += 100
    assert rpc.call("eth_getFilterChanges", kept) == []
    clock.now += 100
    assert rpc.call("eth_getFilterChanges", kept) == []
    assert _refused(rpc, "eth_getFilterChanges", dropped).text == "Filter not found"
    assert rpc.call("eth_uninstallFilter", kept) is True
    assert rpc.call("eth_uninstallFilter", kept) is False


def test_an_equal_price_replaces_a_pending_transaction_and_keeps_its_followers(chain, rpc):
    signer = Signer(Account.create())
    (first, replaced), (rival, winner), (second, follower) = (
        _signed(signer, 0, b"first"),
        _signed(signer, 0, b"rival"),
        _signed(signer, 1),
    )
    chain.set_automine(enabled=False)
    try:
        for raw, tx_hash in ((first, replaced), (second, follower), (rival, winner)):
            assert rpc.call("eth_sendRawTransaction", raw) == tx_hash
        assert rpc.call("eth_getTransactionByHash", replaced) is None
        assert _refused(rpc, "eth_sendRawTransaction", rival).text == "Known transaction"
        chain.mine()
    finally:
        chain.set_automine(enabled=True)
    for tx_hash in (winner, follower):
        assert rpc.call("eth_getTransactionReceipt", tx_hash)["status"] == "0x1"
    assert _refused(rpc, "eth_sendRawTransaction", first).text == "Nonce too low"


def test_a_nonce_too_far_ahead_is_refused(rpc):
    signer = Signer(Account.create())
    raw, _ = _signed(signer, SMALL.future_by_sender + 1)
    assert "too distant" in _refused(rpc, "eth_sendRawTransaction", raw).text


# --- the ledger client ---


def test_the_journey_is_recorded_and_indexed(net):
    attestation_id, commitment = random_id(), random_id()
    net.a.do("anchor", "anchor", random_id(), size=64)
    net.a.do("attest", "attest", attestation_id, terms=net.terms())
    net.b.do("decide", "decide", attestation_id, commitment=commitment)
    net.a.do("revoke", "revoke", [attestation_id], reason=ReasonClass.SUPERSEDED)
    assert net.b.ledger.status_of(attestation_id)[0] is AttestationState.REVOKED
    for member in (net.a, net.b):
        status = member.ledger.sync()
        assert (status.head, status.events) == member.ledger.head()
        with snapshot(member.engine) as session:
            entry = member.ledger.within(session).attestation(attestation_id)
        assert entry is not None
        assert entry.commitment == commitment


def test_the_contracts_refusals_keep_their_codes(net):
    attestation_id = random_id()
    net.a.do("attest", "attest", attestation_id, terms=net.terms())
    assert net.a.do("again", "attest", attestation_id, terms=net.terms()).code == "id_known"
    assert net.a.do("own", "decide", attestation_id, commitment=random_id()).code == "not_recipient"


def test_catching_up_stays_within_the_range_and_below_the_head(net):
    net.a.ledger.sync()
    for number in range(3):
        net.chain.mine(SMALL.states_kept)
        net.a.do(f"anchor-{number}", "anchor", random_id(), size=1)
    net.chain.refused.clear()
    status = net.b.ledger.sync()
    assert status.head == net.a.ledger.head()[0]
    # Too wide at first, then halved; and states too old to be asked, which the head's check covers.
    assert set(net.chain.refused) == {"eth_getLogs", "eth_call"}
    net.chain.refused.clear()
    assert net.b.ledger.sync().head == status.head
    assert net.chain.refused == []


def test_an_index_level_with_the_head_never_asks_past_it(net):
    net.a.ledger.sync()
    net.chain.refused.clear()
    for number in range(5):
        net.b.do(f"anchor-{number}", "anchor", random_id(), size=1)
        net.a.ledger.sync()
    assert net.chain.refused == []


def test_a_rebuilt_index_equals_the_chain(net):
    net.a.do("anchor", "anchor", random_id(), size=1)
    before = net.a.ledger.sync()
    after = net.a.ledger.indexer.reindex()
    assert (after.head, after.events) == (before.head, before.events)


def test_sending_the_same_bytes_again_is_no_error(net):
    net.chain.set_automine(enabled=False)
    net.a.submit(lambda ledger: ledger.anchor("anchor", random_id(), size=1))
    net.a.ledger.flush()
    net.chain.refused.clear()
    net.a.ledger.sender.reconcile()
    assert "eth_sendRawTransaction" in net.chain.refused, "Known transaction"
    assert net.a.ledger.intent("anchor").state is IntentState.SENT
    net.chain.mine()
    net.a.ledger.flush()
    assert net.a.ledger.intent("anchor").is_recorded


def test_an_intent_whose_place_another_transaction_took_is_recorded_once(net):
    """The operator cancels with the same account at the same price, from another tool."""
    net.chain.set_automine(enabled=False)
    net.a.submit(lambda ledger: ledger.anchor("anchor", random_id(), size=1))
    net.a.ledger.flush()
    sent = net.a.ledger.intent("anchor")
    assert sent.state is IntentState.SENT
    _replace_pending(net)
    net.chain.mine()
    net.chain.set_automine(enabled=True)
    net.chain.advance(60)
    done = net.a.settle("anchor")
    assert done.is_recorded
    assert done.tx_hash != sent.tx_hash
    assert _anchors(net.b) == 1


def test_a_replaced_transaction_takes_its_place_back_while_nothing_is_mined(net):
    net.chain.set_automine(enabled=False)
    net.a.submit(lambda ledger: ledger.anchor("anchor", random_id(), size=1))
    net.a.ledger.flush()
    sent = net.a.ledger.intent("anchor")
    _replace_pending(net)
    net.a.ledger.sender.reconcile()
    net.chain.set_automine(enabled=True)
    net.chain.mine()
    done = net.a.settle("anchor")
    assert (done.is_recorded, done.tx_hash) == (True, sent.tx_hash)
    assert _anchors(net.b) == 1


def test_more_intents_than_the_pool_holds_are_all_recorded_once(net):
    names = [f"anchor-{number}" for number in range(2 * SMALL.future_by_sender)]
    for name in names:
        net.a.submit(lambda ledger, name=name: ledger.anchor(name, random_id(), size=1))
    net.chain.set_automine(enabled=False)
    rounds = 0
    while not all(net.a.ledger.intent(name).is_recorded for name in names):
        net.a.ledger.flush()
        net.chain.mine()
        rounds += 1
        assert rounds < 10
    assert rounds > 1
    assert _anchors(net.b) == len(names)


def test_an_intent_that_rests_on_a_pending_one_waits_for_it(net):
    """Besu runs calls on the last block's state, where the attestation to withdraw is not there yet."""
    attestation_id = random_id()
    net.chain.set_automine(enabled=False)
    net.a.submit(lambda ledger: ledger.attest("attest", attestation_id, terms=net.terms()))
    net.a.submit(lambda ledger: ledger.revoke("revoke", [attestation_id], reason=ReasonClass.ERROR))
    net.a.ledger.flush()
    assert net.a.ledger.intent("revoke").state is IntentState.QUEUED
    net.chain.mine()
    net.chain.set_automine(enabled=True)
    assert net.a.settle("revoke").is_recorded
    assert net.b.ledger.status_of(attestation_id)[0] is AttestationState.REVOKED


def _replace_pending(net: BesuConsortium) -> None:
    """Take the place of member A's pending transaction, with its key and at its price."""
    nonce = int(net.chain.rpc("eth_getTransactionCount", net.a.signer.address, "latest"), 16)
    raw, tx_hash = _signed(net.a.signer, nonce)
    rpc = Rpc(net.chain.url)
    assert rpc.call("eth_sendRawTransaction", raw) == tx_hash
    rpc.close()


def _anchors(member: Any) -> int:
    """Anchors in a member's index, up to date."""
    member.ledger.sync()
    with snapshot(member.engine) as session:
        logs = ChainIndex(session, member.ledger.contract).logs()
        entries = member.ledger.within(session).history(limit=10_000)
        assert len(list(logs)) == len(entries)
        return sum(type(entry.event).__name__ == "Anchored" for entry in entries)
