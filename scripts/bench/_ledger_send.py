"""How fast attestations are recorded: by the sender, as bare JSON-RPC batches, by web3.py one at a time."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from web3 import Web3

from node.chain.abi import ARTIFACT
from node.chain.calls import Calls
from node.chain.rpc import BATCH_MAX, Refused, Rpc, quantity
from node.chain.transactions import Transaction
from node.domain.events import Terms
from node.domain.ledger import IntentState
from node.store.database import snapshot, transaction
from node.store.outbox import IN_FLIGHT, Outbox
from scripts.bench._report import Metric
from tests.sim.consortium import Consortium, SimMember, random_id

WAITED = 100
"""Attestations that web3.py sends and waits for; enough for a stable rate at some 80 a second."""

ROUNDS = 2
"""Each way runs this often, in turns, and its better rate counts: the machine has other work."""


def measure_sending(writes: int) -> list[Metric]:
    """Record attestations all three ways on one chain and compare."""
    ours, raw = 0.0, 0.0
    with TemporaryDirectory() as folder, Consortium(Path(folder)) as net:
        net.enable()
        waited = _waited_rate(net)
        for number in range(ROUNDS):
            raw = max(raw, _raw_rate(net, writes))
            ours = max(ours, _our_rate(net, writes, number))
    same = "the same calls signed and sent as bare JSON-RPC batches of 100, receipts read"
    return [
        Metric("ledger.send_per_s", ours, "attestations/s"),
        Metric("ledger.send_raw_per_s", raw, "attestations/s"),
        Metric("ledger.send_wait_per_s", waited, "attestations/s"),
        Metric("ledger.send_vs_raw_ratio", ours / raw, "ratio", ">= 0.7", same),
        Metric(
            "ledger.send_vs_wait_ratio", ours / waited, "ratio", ">= 15", "web3.py, send and wait for each"
        ),
    ]


def _our_rate(net: Consortium, writes: int, number: int) -> float:
    terms = net.terms()
    started = time.perf_counter()
    with transaction(net.a.engine) as session:
        ledger = net.a.ledger.within(session)
        for count in range(writes):
            ledger.attest(f"attest-{number}-{count}", random_id(), terms=terms)
    while _unsettled(net.a):
        net.a.ledger.sender.flush()
    taken = time.perf_counter() - started
    failed = [n for n in range(writes) if not net.a.ledger.intent(f"attest-{number}-{n}").is_recorded]
    assert not failed, f"{len(failed)} attestations were not recorded"
    return writes / taken


def _unsettled(member: SimMember) -> bool:
    with snapshot(member.engine) as session:
        outbox = Outbox(session, member.signer.address)
        return bool(outbox.in_state(IntentState.QUEUED, *IN_FLIGHT, limit=1))


def _raw_rate(net: Consortium, writes: int) -> float:
    terms = _from_b(net.terms())
    calls, rpc = Calls(), Rpc(net.chain.url)
    nonce = quantity(rpc.call("eth_getTransactionCount", net.b.signer.address, "latest"))
    started = time.perf_counter()
    for first in range(0, writes, BATCH_MAX):
        size = min(BATCH_MAX, writes - first)
        signed = [_signed(net, nonce + first + n, calls.attest(random_id(), terms)) for n in range(size)]
        _checked(rpc.batch([("eth_sendRawTransaction", ["0x" + one.raw.hex()]) for one in signed]))
        _await_all(rpc, ["0x" + one.hash.hex() for one in signed])
    return writes / (time.perf_counter() - started)


def _await_all(rpc: Rpc, hashes: list[str]) -> None:
    while hashes:
        receipts = _checked(rpc.batch([("eth_getTransactionReceipt", [one]) for one in hashes]))
        assert all(quantity(receipt["status"]) == 1 for receipt in receipts if receipt is not None)
        hashes = [one for one, receipt in zip(hashes, receipts, strict=True) if receipt is None]


def _waited_rate(net: Consortium) -> float:
    web3 = Web3(Web3.HTTPProvider(net.chain.url))
    contract = web3.eth.contract(net.deployment.contract, abi=json.loads(ARTIFACT.read_text())["abi"])
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
    for _ in range(WAITED):
        nonce = web3.eth.get_transaction_count(account.address)
        fees = {"maxFeePerGas": 0, "maxPriorityFeePerGas": 0, "gas": 300_000, "nonce": nonce}
        call = contract.functions.attest(random_id(), values).build_transaction(
            {"from": account.address, **fees}
        )
        sent = web3.eth.send_raw_transaction(account.sign_transaction(call).raw_transaction)
        assert web3.eth.wait_for_transaction_receipt(sent)["status"] == 1
    return WAITED / (time.perf_counter() - started)


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
    """Put that many attestations on the chain, a batch per block, as quickly as the chain takes them."""
    calls, rpc = Calls(), Rpc(net.chain.url, timeout_s=60)
    nonce = quantity(rpc.call("eth_getTransactionCount", member.signer.address, "latest"))
    terms, made = _from_b(net.terms()), 0
    while made < events:
        size = min(per_block, events - made)
        signed = _signed(net, nonce, calls.attest_many([(random_id(), terms) for _ in range(size)]))
        _checked(rpc.batch([("eth_sendRawTransaction", ["0x" + signed.raw.hex()])]))
        made, nonce = made + size, nonce + 1
