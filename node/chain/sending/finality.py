"""From mined to final: what a fork threw out goes out again, what lies deep enough is no longer watched.

A transaction is final when no fork reaches it any more and the index shows its events. One that the index
lacks either lost its block while this node was down, or a receipt lied.
"""

from __future__ import annotations

from collections.abc import Sequence

from node.chain.rpc import octets, quantity
from node.chain.sending.account import Account
from node.chain.sending.proof import compare_with_index, contradicted
from node.store.database import snapshot, transaction


def watch_blocks(account: Account) -> None:
    """Compare the blocks that hold own transactions with chain and index, and move those transactions.

    Raises:
        Unavailable: the chain or database is away.
        Corrupt: a receipt said otherwise than the index (`chain.receipt_mismatch`).
    """
    head = quantity(account.rpc.call("eth_blockNumber"))
    final = head - account.rules.finality_blocks
    with snapshot(account.engine) as session:
        recent = account.outbox(session).recent_blocks(above=final)
    proof = compare_with_index(account, final)
    gone = _replaced(account, [*recent, *proof.missing])
    if any(block_hash not in gone for _, block_hash in proof.missing):
        raise contradicted()
    now = account.now()
    with transaction(account.engine) as session:
        outbox = account.outbox(session)
        if gone:
            outbox.unmine(gone, head=head, now=now)
        outbox.finalise(up_to=proof.up_to, now=now)


def _replaced(account: Account, blocks: Sequence[tuple[int, bytes]]) -> list[bytes]:
    headers = account.rpc.batch([("eth_getBlockByNumber", [hex(number), False]) for number, _ in blocks])
    return [
        block_hash
        for (_, block_hash), header in zip(blocks, headers, strict=True)
        if not isinstance(header, dict) or octets(header.get("hash")) != block_hash
    ]
