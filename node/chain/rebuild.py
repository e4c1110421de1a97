"""Make every projection anew from the raw logs.

Reads no chain; the running hash proves that nothing is missing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from node.chain.decoder import decode_log
from node.domain.history import EMPTY_HEAD, fold_words
from node.domain.ledger import Position
from node.errors import Corrupt
from node.store.chain_index import ChainIndex
from node.store.projection import Located, drop_projections, project

if TYPE_CHECKING:
    from sqlmodel import Session


CHUNK = 2000
"""Events per insert; bounds memory to a few megabytes."""

HISTORY_MISMATCH = "chain.history_mismatch"


def rebuild(session: Session, contract: str) -> int:
    """Replay the raw logs into empty projections.

    Returns:
        How many events were replayed.

    Raises:
        Corrupt: the raw logs do not give the running hash that was checked when they were read
            (`chain.history_mismatch`), or hold what is no event (`chain.undecodable_log`); roll back then.
    """
    index = ChainIndex(session, contract)
    drop_projections(session)
    head, count = EMPTY_HEAD, 0
    chunk: list[Located] = []
    for block, log in index.logs():
        event, kind, words = decode_log(log.topics, log.data)
        head, count = fold_words(head, kind, block.time, words), count + 1
        chunk.append((Position(block.number, log.log_index, block.time), event))
        if len(chunk) == CHUNK:
            project(session, chunk)
            chunk = []
    project(session, chunk)
    tip = index.tip()
    if tip is not None and (head, count) != (tip.history_head, tip.history_count):
        raise mismatch()
    return count


def mismatch() -> Corrupt:
    """Events and the contract's running hash disagree."""
    hint = "do not rely on this node's view; compare with another chain node, then: rireki db reindex"
    message = "the events do not give the contract's history hash"
    return Corrupt(HISTORY_MISMATCH, message, hint=hint)
