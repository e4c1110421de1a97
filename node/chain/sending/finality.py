"""From mined to final: what a fork threw out goes out again, what lies deep enough is no longer watched."""

from __future__ import annotations

from node.chain.rpc import octets, quantity
from node.chain.sending.account import Account
from node.chain.sending.proof import proven_up_to
from node.store.database import snapshot, transaction


def watch_blocks(account: Account) -> None:
    """Compare the blocks that hold own transactions with the chain, and move those transactions.

    Raises:
        Unavailable: the chain or database is away. Corrupt: `chain.receipt_mismatch`.
    """
    head = quantity(account.rpc.call("eth_blockNumber"))
    final = head - account.rules.finality_blocks
    gone = _replaced_blocks(account, above=final)
    if gone:
        with transaction(account.engine) as session:
            account.outbox(session).unmine(gone, head=head, now=account.now())
    proven = proven_up_to(account, final)
    with transaction(account.engine) as session:
        account.outbox(session).finalise(up_to=proven, now=account.now())


def _replaced_blocks(account: Account, *, above: int) -> list[bytes]:
    with snapshot(account.engine) as session:
        blocks = account.outbox(session).recent_blocks(above=above)
    headers = account.rpc.batch([("eth_getBlockByNumber", [hex(number), False]) for number, _ in blocks])
    return [
        block_hash
        for (_, block_hash), header in zip(blocks, headers, strict=True)
        if not isinstance(header, dict) or octets(header.get("hash")) != block_hash
    ]
