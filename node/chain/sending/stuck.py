"""What keeps transactions waiting, and how to free them: a missing nonce, a low fee, a forgetful chain node.

A nonce that nothing holds blocks all above it: it is filled with a transfer of nothing to oneself. Where gas
costs, a transaction that does not move is offered again under the same nonce for a higher fee, and whichever
of the two is mined counts.
"""

from __future__ import annotations

from collections.abc import Sequence

from node.chain.nonces import GAS_SELF_SEND, missing_nonces, raised_fee
from node.chain.rpc import Refused, quantity
from node.chain.sending.account import Account, send_call
from node.domain.ledger import IntentState
from node.store.database import snapshot
from node.store.outbox import IN_FLIGHT
from node.store.tables.outbox import OutboxRow

FORGET = "anvil_removePoolTransactions"
"""Under load a development chain may park a transaction whose turn it is and never look at it again (anvil
1.7.1; seen in one of four runs of 250 at once). Told to forget the account's transactions, it takes the same
bytes anew. Other nodes do not know the method and need not."""


def free(account: Account, stuck: Sequence[OutboxRow], *, parked: bool) -> None:
    """Remove what keeps transactions waiting.

    Args:
        account: who sends.
        stuck: rows sent again without a receipt so far.
        parked: whether the chain node holds some of them and does not mine them.
    """
    count = quantity(account.rpc.call("eth_getTransactionCount", account.signer.address, "latest"))
    with snapshot(account.engine) as session:
        outbox = account.outbox(session)
        held, rows = outbox.nonces_from(count), outbox.in_state(*IN_FLIGHT)
    if missing := missing_nonces(count, held):
        _fill(account, missing)
        return
    outbid(account, [row for row in stuck if account.now() - row.created_at >= account.rules.stuck_after_s])
    if parked:
        _wake(account, rows)


def outbid(account: Account, rows: Sequence[OutboxRow]) -> None:
    """Offer more for transactions that do not move; the old bytes keep their chance."""
    cap = account.rules.fee_cap_per_gas
    if not rows or not cap:
        return
    block = account.rpc.call("eth_getBlockByNumber", "latest", False)
    base_fee = quantity(block.get("baseFeePerGas") or "0x0")
    for row in rows:
        fee = raised_fee(row.fee_per_gas or 0, base_fee, cap)
        if fee is not None:
            _replace(account, row, fee)


def _fill(account: Account, nonces: Sequence[int]) -> None:
    fee = max(account.rules.fee_per_gas, account.rules.fee_cap_per_gas)
    own = account.signer.address
    signed = [account.sign_content(nonce, fee, to=own, data=b"", gas=GAS_SELF_SEND).raw for nonce in nonces]
    account.rpc.batch([send_call(raw) for raw in signed])


def _replace(account: Account, row: OutboxRow, fee: int) -> None:
    assert row.nonce is not None, "a sent row has its nonce"
    signed = account.sign(row, row.nonce, fee)
    columns = {
        "raw_tx": signed.raw,
        "tx_hash": signed.hash,
        "fee_per_gas": fee,
        "replaced_hashes": (row.replaced_hashes or b"") + (row.tx_hash or b""),
    }
    account.settle([(row, IntentState.SIGNED, columns)])


def _wake(account: Account, rows: Sequence[OutboxRow]) -> None:
    """Have the chain node forget what it holds without mining it, and send all of it again."""
    (answer,) = account.rpc.batch([(FORGET, [account.signer.address])])
    if not isinstance(answer, Refused):
        account.rpc.batch([send_call(row.raw_tx) for row in rows])
