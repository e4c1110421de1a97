"""Whether a fork happened lately, so that a refusal may rest on something that is still on its way back.

A fork takes other members' transactions out too, and brings them back in another order. A call that was good
when it was made then meets a chain that lacks what it rests on, although this transaction itself was never
thrown out. So every refusal waits while any fork that this node can know of is young.
"""

from __future__ import annotations

from node.chain.rpc import octets
from node.chain.sending.account import Account
from node.store.chain_index import ChainIndex
from node.store.database import snapshot


def young_fork(account: Account, head: int) -> int | None:
    """Height at which the latest fork was noticed, if it is no deeper than `finality_blocks`.

    Three things tell: own transactions that lost their block, a roll-back of the index, and the index's last
    block when the chain does not have it any more. Call after the refusal was read: a fork between that and
    an earlier look would go unseen.

    Args:
        account: who sends.
        head: the chain's height.

    Raises:
        Unavailable: the chain or database is away.
    """
    with snapshot(account.engine) as session:
        index = ChainIndex(session, account.contract)
        tip = index.tip()
        noticed = (account.outbox(session).latest_fork(), index.latest_fork())
    latest = max((height for height in noticed if height is not None), default=None)
    if tip is not None and not _holds(account, tip.number, tip.hash):
        return head
    return latest if latest is not None and head <= latest + account.rules.finality_blocks else None


def _holds(account: Account, number: int, block_hash: bytes) -> bool:
    header = account.rpc.call("eth_getBlockByNumber", hex(number), False)
    return isinstance(header, dict) and octets(header.get("hash")) == block_hash
