"""Whether what receipts said is what the index, proven complete by the running hash, shows.

A receipt is one chain node's word. Before a transaction counts as final, its events must be in the index; one
that was told to have failed must have left none. Decides nothing else. Source: `historyHead` in
contracts/src/interfaces/IIdentityHistory.sol.
"""

from __future__ import annotations

from dataclasses import dataclass

from node.chain.sending.account import Account
from node.domain.ledger import IntentState
from node.errors import Corrupt
from node.store.chain_index import ChainIndex
from node.store.database import snapshot


@dataclass(frozen=True, slots=True)
class Proof:
    """What the index says of receipts.

    Attributes:
        up_to: height up to which there is proof: no deeper than the index goes, nothing that may still fall.
        missing: (number, hash) of blocks said to hold own transactions of which the index shows nothing.
    """

    up_to: int
    missing: list[tuple[int, bytes]]


def compare_with_index(account: Account, final: int) -> Proof:
    """Look for the events of every transaction that receipts settled and that is not final yet.

    Args:
        account: who sends.
        final: height that no fork reaches any more.

    Raises:
        Corrupt: a transaction that was told to have failed left events (`chain.receipt_mismatch`).
    """
    with snapshot(account.engine) as session:
        outbox, index = account.outbox(session), ChainIndex(session, account.contract)
        tip = index.tip()
        up_to = min(final, tip.number if tip else -1)
        claims = outbox.claims(above=up_to - account.rules.finality_blocks, up_to=up_to)
        logged = index.transactions_in({claim.block_hash for claim in claims})
    if any(claim.tx_hash in logged for claim in claims if claim.state == IntentState.FAILED):
        raise contradicted()
    silent = (one for one in claims if one.state != IntentState.FAILED and one.tx_hash not in logged)
    return Proof(up_to, sorted({(one.block_number, one.block_hash) for one in silent}))


def contradicted() -> Corrupt:
    """A receipt and the proven history disagree."""
    hint = "do not rely on this chain node; compare with another one"
    message = "a receipt says otherwise than the contract's proven history"
    return Corrupt("chain.receipt_mismatch", message, hint=hint)
