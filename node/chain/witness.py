"""A second chain node that must tell the same story as the first.

The running hash proves that the index is what one chain node says the contract holds; a node that lies about
the contract itself, or sits on a branch of its own, only another one can show. Decides whether the two agree;
asks nothing of the index.
"""

from __future__ import annotations

from node.chain.reader import Reader
from node.chain.rpc import Rpc
from node.chain.views import Views, at_block
from node.errors import Corrupt, Unavailable
from node.store.chain_index import Tip

LAG_MAX_BLOCKS = 5
"""How far one node may be behind the other; ten seconds of QBFT blocks."""


class Witness:
    """Compares one contract's history between two chain nodes."""

    def __init__(self, first: Reader, second: Reader, views: Views) -> None:
        """Bind; `views` asks the second node."""
        self._first = first
        self._second = second
        self._views = views

    def confirm(self, tip: Tip) -> None:
        """Make sure that the second node has the same block, and the same history in it.

        Raises:
            Corrupt: it does not (`chain.nodes_disagree`).
            Unavailable: it is away, or one of them is too far behind the other (`chain.behind`,
                `chain.witness_behind`).
        """
        newest = self._second.head().number
        if newest > tip.number + LAG_MAX_BLOCKS:
            hint = "check that the chain node of rpc_url is in sync"
            raise Unavailable("chain.behind", "the chain node is behind the second one", hint=hint)
        height = min(tip.number, newest)
        if height < tip.number - LAG_MAX_BLOCKS:
            hint = "check that the chain node of rpc_witness_url is in sync"
            raise Unavailable("chain.witness_behind", "the second chain node is behind", hint=hint)
        ours = tip.hash if height == tip.number else _hash(self._first, height)
        if _hash(self._second, height) != ours:
            raise _disagree()
        if height == tip.number and self._views.history(block=at_block(tip.hash)) != (
            tip.history_head,
            tip.history_count,
        ):
            raise _disagree()


def witness(first: Rpc, second: Rpc, contract: str, views: Views) -> Witness:
    """Put a witness together from two endpoints."""
    return Witness(Reader(first, contract), Reader(second, contract), views)


def _hash(reader: Reader, height: int) -> bytes | None:
    header = reader.headers([height])[height]
    return header.hash if header else None


def _disagree() -> Corrupt:
    hint = "do not rely on this node's view; ask the consortium which chain node is right"
    return Corrupt("chain.nodes_disagree", "two chain nodes tell different histories", hint=hint)
