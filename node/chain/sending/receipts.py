"""From sent to mined: read receipts and decide what each says about its intent.

A revert may rest on what a fork threw out and what is still on its way back (another member's transaction):
it queues again instead of failing, as long as the fork is young.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from node.chain.refusals import UNEXPLAINED, explain
from node.chain.rpc import Refused, octets, quantity
from node.chain.sending.account import UNSIGNED, Account, as_hex, hashes
from node.chain.sending.forks import young_fork
from node.domain.ledger import IntentState
from node.store.outbox import Move
from node.store.tables.outbox import OutboxRow


def mined(account: Account, rows: Sequence[OutboxRow]) -> list[Move]:
    """Moves of the rows of which a receipt exists, under whichever of their hashes.

    Only nonces below the account's transaction count can have one: one call spares hundreds while the chain
    has not made its next block.
    """
    if not rows:
        return []
    spent = mined_count(account)
    lookups = [(row, tx_hash) for row in rows if (row.nonce or 0) < spent for tx_hash in hashes(row)]
    receipts = account.rpc.batch([("eth_getTransactionReceipt", [as_hex(sent)]) for _, sent in lookups])
    return [
        _outcome(account, row, tx_hash, receipt)
        for (row, tx_hash), receipt in zip(lookups, receipts, strict=True)
        if isinstance(receipt, dict)
    ]


def mined_count(account: Account) -> int:
    """The account's transactions in blocks: every nonce below is spent."""
    return quantity(account.rpc.call("eth_getTransactionCount", account.signer.address, "latest"))


def _outcome(account: Account, row: OutboxRow, tx_hash: bytes, receipt: dict[str, Any]) -> Move:
    place = _place(row, tx_hash, receipt)
    if quantity(receipt.get("status")) == 1:
        return row, IntentState.MINED, place
    fork = young_fork(account, quantity(receipt.get("blockNumber")))
    if fork is not None:
        return row, IntentState.QUEUED, UNSIGNED | {"forked_at": fork}
    return row, IntentState.FAILED, place | {"code": _why_reverted(account, row, receipt)}


def _place(row: OutboxRow, tx_hash: bytes, receipt: dict[str, Any]) -> dict[str, object]:
    place: dict[str, object] = {
        "block_number": quantity(receipt.get("blockNumber")),
        "block_hash": octets(receipt.get("blockHash")),
        "tx_hash": tx_hash,
    }
    if tx_hash != row.tx_hash:  # earlier bytes won; the newer ones keep their place for a fork's sake
        place["replaced_hashes"] = (row.replaced_hashes or b"") + (row.tx_hash or b"")
    return place


def _why_reverted(account: Account, row: OutboxRow, receipt: dict[str, Any]) -> str:
    """Ask again, on the state the block left: nearly always the same refusal."""
    (answer,) = account.rpc.batch([("eth_call", [account.call_of(row), receipt["blockNumber"]])])
    return explain(answer.data, account.artifact).code if isinstance(answer, Refused) else UNEXPLAINED
