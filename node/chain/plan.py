"""Where the indexer reads next, and where a fork left it.

Pure: numbers and hashes in, numbers and hashes out. Spec: `eth_getLogs` of Hyperledger Besu, which answers
at most `--rpc-max-logs-range` blocks (5000) and makes a range past the head an error.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

RANGE_MAX_BLOCKS = 5000
"""Besu's default `--rpc-max-logs-range`."""

FIRST_BLOCKS = 32
"""Blocks in the first range of a catch-up, while nothing is known of their contents: at 1,250 events in a
full block of 30 million gas, 25 MB of JSON at worst."""

LOGS_WANTED = 4_000
"""Logs per range: large enough that round trips do not count, some 10 MB with everything made of them."""

GROWTH = 4
"""Most by which a range grows: a quiet stretch may be followed by a busy one."""


@dataclass(frozen=True, slots=True)
class Block:
    """A block header, as far as the indexer needs it."""

    number: int
    hash: bytes
    parent_hash: bytes
    time: int


@dataclass(frozen=True, slots=True)
class BlockRange:
    """Blocks `first` to `last`, both included."""

    first: int
    last: int

    def __len__(self) -> int:
        """How many blocks."""
        return self.last - self.first + 1

    def halved(self) -> BlockRange | None:
        """The lower half, or None when there is nothing left to halve."""
        if len(self) == 1:
            return None
        return BlockRange(self.first, self.first + len(self) // 2 - 1)


def next_range(tip: int, head: int, *, limit: int = RANGE_MAX_BLOCKS) -> BlockRange | None:
    """Plan the next read.

    Args:
        tip: last indexed block.
        head: the chain's head, just read; never read past it.
        limit: most blocks at once.

    Returns:
        The range, or None when the index is level with the head (or ahead of a chain that shrank).
    """
    if tip >= head:
        return None
    return BlockRange(tip + 1, min(tip + limit, head))


def next_limit(blocks: int, logs: int, *, most: int) -> int:
    """How many blocks to read next, so that memory stays level however busy the chain is.

    Args:
        blocks: in the range just read.
        logs: found in it.
        most: what the chain node gives at once.
    """
    fitting = blocks * LOGS_WANTED // max(logs, 1)
    return max(1, min(fitting, blocks * GROWTH, most))


def find_fork(kept: Iterable[tuple[int, bytes]], canonical: Mapping[int, bytes | None]) -> int | None:
    """Find the highest kept block that still stands.

    Args:
        kept: (number, hash) of indexed blocks.
        canonical: the chain's hash at those numbers now; None where it is shorter.

    Returns:
        Its number, or None when none of them stands.
    """
    standing = (number for number, block_hash in kept if canonical.get(number) == block_hash)
    return max(standing, default=None)
