"""How fast attestations are recorded: by the sender, as bare JSON-RPC batches, by web3.py one at a time.

On a chain with a block a second, as a consortium has, and room in it for whatever arrives; all three take
turns on one chain. Not with anvil mining each transaction at once: there it falls behind a burst, then mines
no more until the next transaction arrives (1.7.1), and what is measured is how long each waits before asking.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

from eth_utils.address import to_checksum_address
from web3 import Web3

from node.chain.abi import ARTIFACT
from node.chain.calls import Calls
from node.chain.rpc import BATCH_MAX, Refused, Rpc, quantity
from node.chain.transactions import Transaction
from node.domain.events import Terms
from node.domain.ledger import IntentState
from node.store.database import snapshot, transaction
from node.store.outbox import IN_FLIGHT, Outbox
from scripts.bench._progress import Progress, watched
from scripts.bench._report import Metric
from tests.sim.consortium import Consortium, SimMember, random_id

BLOCK_S = 1
BLOCK_GAS = 1_000_000_000
"""Room for 16,000 attestations; Besu's private networks set limits far above."""

PAUSE_S = 0.01
"""Between looks at what is under way, for raw and for ours alike."""

PATIENCE_S = 120.0


def measure_sending(writes: int, waited_for: int, rounds: int) -> list[Metric]:
    """Record so many attestations both ways, so many one at a time with web3.py, and compare.

    Raw and ours run in turns, `rounds` times, and the better rate counts: the machine has other work.
    """
    ours, raw = _Rate(0.0, 0.0), _Rate(0.0, 0.0)
    with (
        TemporaryDirectory() as folder,
        Consortium(Path(folder), block_time_s=BLOCK_S, is_mixed=False, block_gas=BLOCK_GAS) as net,
    ):
        net.enable()
        waited = _waited_rate(net, waited_for)
        for number in watched(range(rounds), rounds, "ledger: rounds of sending"):
            raw = max(raw, _measured(partial(_send_raw, net, writes), writes))
            ours = max(ours, _measured(partial(_send_ours, net, writes, number), writes))
    where = f"anvil, {BLOCK_S} s blocks, {writes:,} attestations"
    same = "the same calls signed and sent as bare JSON-RPC batches of 100, receipts read"
    one_by_one = "web3.py 8, default polling: send, wait for the receipt, send the next"
    return [
        Metric("ledger.send_per_s", ours.per_s, "attestations/s", None, where),
        Metric("ledger.send_raw_per_s", raw.per_s, "attestations/s", None, where),
        Metric("ledger.send_wait_per_s", waited, "attestations/s", None, where),
        Metric("ledger.send_vs_raw_ratio", ours.per_s / raw.per_s, "ratio", ">= 0.7", same),
        Metric("ledger.send_vs_wait_ratio", ours.per_s / waited, "ratio", ">= 15", one_by_one),
        Metric("ledger.send_cpu_us", ours.cpu_us, "us", None, "processor time of the node, each"),
        Metric("ledger.send_raw_cpu_us", raw.cpu_us, "us", None, "the same of the bare batches"),
    ]


class _Rate(NamedTuple):
    per_s: float
    cpu_us: float


def _measured(send: Callable[[], None], writes: int) -> _Rate:
    started, worked = time.perf_counter(), time.process_time()
    send()
    seconds, cpu_s = time.perf_counter() - started, time.process_time() - worked
    return _Rate(writes / seconds, cpu_s / writes * 1e6)


def _send_ours(net: Consortium, writes: int, number: int) -> None:
    terms = net.terms()
    with transaction(net.a.engine) as session:
        ledger = net.a.ledger.within(session)
        for count in range(writes):
            ledger.attest(f"attest-{number}-{count}", random_id(), terms=terms)
    net.a.ledger.sender.flush()
    _await(lambda: _is_settled(net.a))
    with snapshot(net.a.engine) as session:
        recorded = len(Outbox(session, net.a.signer.address).in_state(IntentState.MINED, IntentState.FINAL))
    assert recorded >= writes * (number + 1), f"only {recorded} attestations were recorded"


def _is_settled(member: SimMember) -> bool:
    member.ledger.sender.flush()
    with snapshot(member.engine) as session:
        outbox = Outbox(session, member.signer.address)
        return not outbox.in_state(IntentState.QUEUED, *IN_FLIGHT, limit=1)


def _await(is_done: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not is_done():
        assert time.monotonic() < deadline, "the chain stands still"
        time.sleep(PAUSE_S)


def _send_raw(net: Consortium, writes: int) -> None:
    terms = _from_b(net.terms())
    calls, rpc, own = Calls(), Rpc(net.chain.url), net.b.signer.address
    nonce = quantity(rpc.call("eth_getTransactionCount", own, "latest"))
    hashes: list[str] = []
    for first in range(0, writes, BATCH_MAX):
        size = min(BATCH_MAX, writes - first)
        signed = [_signed(net, nonce + first + n, calls.attest(random_id(), terms)) for n in range(size)]
        _checked(rpc.batch([("eth_sendRawTransaction", ["0x" + one.raw.hex()]) for one in signed]))
        hashes += ["0x" + one.hash.hex() for one in signed]
    _await_count(rpc, own, nonce + writes)
    receipts = _checked(rpc.batch([("eth_getTransactionReceipt", [one]) for one in hashes]))
    assert all(quantity(receipt["status"]) == 1 for receipt in receipts)


def _await_count(rpc: Rpc, account: str, count: int) -> None:
    _await(lambda: quantity(rpc.call("eth_getTransactionCount", account, "latest")) >= count)


def _waited_rate(net: Consortium, count: int) -> float:
    web3 = Web3(Web3.HTTPProvider(net.chain.url))
    contract = web3.eth.contract(
        to_checksum_address(net.deployment.contract), abi=json.loads(ARTIFACT.read_text())["abi"]
    )
    terms = _from_b(net.terms())
    values = (
        terms.issuer,
        terms.recipient,
        terms.method,
        terms.legal_basis,
        terms.verified_on,
        terms.decide_by,
    )
    account = net.b.signer._account  # noqa: SLF001  web3.py signs with the account itself
    started = time.perf_counter()
    for _ in watched(range(count), count, "ledger: sent one by one"):
        nonce = web3.eth.get_transaction_count(account.address)
        fees = {"maxFeePerGas": 0, "maxPriorityFeePerGas": 0, "gas": 300_000, "nonce": nonce}
        call = contract.functions.attest(random_id(), values).build_transaction(
            {"from": account.address, **fees}
        )
        sent = web3.eth.send_raw_transaction(account.sign_transaction(call).raw_transaction)
        assert web3.eth.wait_for_transaction_receipt(sent)["status"] == 1
    return count / (time.perf_counter() - started)


def _signed(net: Consortium, nonce: int, call: Any) -> Any:
    chain_id, contract = net.deployment.chain_id, net.deployment.contract
    return net.b.signer.sign(Transaction(chain_id, nonce, 0, call.gas, contract, call.data))


def _checked(answers: Sequence[Any]) -> Sequence[Any]:
    for answer in answers:
        if isinstance(answer, Refused):
            raise answer
    return answers


def _from_b(terms: Terms) -> Terms:
    return Terms(2, 1, terms.method, terms.legal_basis, terms.verified_on, terms.decide_by)


def fill_chain(net: Consortium, member: SimMember, events: int, *, per_block: int = 150) -> None:
    """Put that many attestations on the chain, a batch per block, and wait until all are mined."""
    calls, rpc = Calls(), Rpc(net.chain.url, timeout_s=60)
    nonce = quantity(rpc.call("eth_getTransactionCount", member.signer.address, "latest"))
    terms, made = _from_b(net.terms()), 0
    progress = Progress("ledger: events put on the chain", events)
    while made < events:
        size = min(per_block, events - made)
        signed = _signed(net, nonce, calls.attest_many([(random_id(), terms) for _ in range(size)]))
        _checked(rpc.batch([("eth_sendRawTransaction", ["0x" + signed.raw.hex()])]))
        made, nonce = made + size, nonce + 1
        progress.advance(size)
    _await_count(rpc, member.signer.address, nonce)
