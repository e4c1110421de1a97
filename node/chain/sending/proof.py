"""Whether what receipts said is what the index, proven complete by the running hash, shows.

A receipt is one chain node's word. Before a transaction counts as final, its events must be in the index; one
that was told to have failed must have left none. Decides nothing else. Source: `historyHead` in
contracts/src/interfaces/IIdentityHistory.sol.
"""

from __future__ import annotations

from node.chain.sending.account import Account
from node.domain.ledger import IntentState
from node.errors import Corrupt
from node.store.chain_index import ChainIndex
from node.store.database import snapshot


def proven_up_to(account: Account, final: int) -> int:
    """Height up to which mined transactions may be called final: no deeper than the index goes.

    Args:
        account: who sends.
        final: height that no fork reaches any more.

    Raises:
        Corrupt: a receipt told otherwise than the index (`chain.receipt_mismatch`).
    """
    with snapshot(account.engine) as session:
        outbox, index = account.outbox(session), ChainIndex(session, account.contract)
        tip = index.tip()
        proven = min(final, tip.number if tip else -1)
        claims = outbox.claims(above=proven - account.rules.finality_blocks, up_to=proven)
        logged = index.transactions_in({block_hash for _, _, block_hash in claims})
    for state, tx_hash, _ in claims:
        if (tx_hash in logged) != (state != IntentState.FAILED):
            raise _mismatch()
    return proven


def _mismatch() -> Corrupt:
    hint = "do not rely on this chain node; compare with another one"
    message = "a receipt says otherwise than the contract's proven history"
    return Corrupt("chain.receipt_mismatch", message, hint=hint)
