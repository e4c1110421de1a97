"""Turn a range as read into what the index keeps of it. Pure.

Decodes and folds in one loop: a node that catches up passes here once per event.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from node.chain.decoder import decode_log
from node.domain.history import fold_words
from node.domain.ledger import Position
from node.store.chain_index import Tip

if TYPE_CHECKING:
    from collections.abc import Sequence

    from node.chain.plan import Block
    from node.chain.reader import Reading
    from node.store.bulk import Row
    from node.store.projection import Located


@dataclass(frozen=True, slots=True)
class Digest:
    """One range, ready to be written.

    Attributes:
        events: in order.
        blocks: rows of `BlockRow`.
        logs: rows of `RawLogRow`.
        tip: where the index stands afterwards.
    """

    events: Sequence[Located]
    blocks: Sequence[Row]
    logs: Sequence[Row]
    tip: Tip


def digest(reading: Reading, tip: Tip) -> Digest:
    """Decode and fold a range on top of the tip that it continues.

    Raises:
        Corrupt: a log that is no event of the contract (`chain.undecodable_log`).
    """
    head, count = tip.history_head, tip.history_count
    events: list[Located] = []
    after: dict[int, tuple[bytes, int]] = {}
    for log in reading.logs:
        block = reading.blocks[log.block_number]
        event, kind, words = decode_log(log.topics, log.data)
        head, count = fold_words(head, kind, block.time, words), count + 1
        after[log.block_number] = head, count
        events.append((Position(log.block_number, log.log_index, block.time), event))
    blocks = [block_row(reading.blocks[number], *at, is_marker=False) for number, at in after.items()]
    last = reading.last
    if last.number not in after:
        blocks.append(block_row(last, head, count, is_marker=True))
    new_tip = Tip(last.number, last.hash, last.time, head, count)
    return Digest(events, blocks, [log[1:] for log in reading.logs], new_tip)


def block_row(block: Block, head: bytes, count: int, *, is_marker: bool) -> Row:
    """A block's row, values in the order of `BlockRow`."""
    return (block.number, block.hash, block.parent_hash, block.time, head, count, is_marker)
