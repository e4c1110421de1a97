"""Read and digest the next range of blocks while the present one is being written.

Decides how much is read at once and that it is one range ahead, never more, so that memory stays level. The
thread is only started when there is a next range: a node that is level with the chain reads one block at a
time and needs none. Writes nothing.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

from node.chain.digest import Digest, digest
from node.chain.plan import FIRST_BLOCKS, BlockRange, next_limit, next_range
from node.errors import Unavailable

if TYPE_CHECKING:
    from collections.abc import Generator

    from node.chain.reader import Reader, Reading
    from node.store.chain_index import Tip


@dataclass(frozen=True, slots=True)
class _Step:
    """A range to read.

    Attributes:
        planned: its blocks.
        tip: what it continues.
        most: blocks that the chain node is known to give at once.
    """

    planned: BlockRange
    tip: Tip
    most: int


class Ahead:
    """Reads one contract's history in order, from a tip to a height."""

    def __init__(self, reader: Reader, *, most: int) -> None:
        """Bind; `most` is how many blocks are ever asked for at once."""
        self._reader = reader
        self._most = most

    def digests(self, tip: Tip, head: int) -> Generator[Digest]:
        """Every range on top of `tip` up to the height `head`, each continuing the one before.

        Close it when leaving early: it waits for what is being read.

        Raises:
            Moved: the chain changed meanwhile. Unavailable, Corrupt: as `Reader.read` and `digest`.
        """
        step = _first_step(tip, head, self._most)
        if step is None:
            return
        found, step = self._take(step, head)
        with ThreadPoolExecutor(max_workers=1, thread_name_prefix="read-ahead") as pool:
            while step is not None:
                following = pool.submit(self._take, step, head)
                yield found
                found, step = following.result()
        yield found

    def _take(self, step: _Step, head: int) -> tuple[Digest, _Step | None]:
        """Read and digest a range, and plan the one behind it."""
        reading, given = self._read(step)
        found = digest(reading, step.tip)
        most = min(step.most, given) if given < len(step.planned) else step.most
        limit = next_limit(given, len(reading.logs), most=most)
        planned = next_range(found.tip.number, head, limit=limit)
        return found, _Step(planned, found.tip, most) if planned else None

    def _read(self, step: _Step) -> tuple[Reading, int]:
        """Read a range, or what lower part of it the node gives; and how many blocks that was."""
        part = step.planned
        while True:
            try:
                return self._reader.read(part, parent_hash=step.tip.hash), len(part)
            except Unavailable as error:
                smaller = part.halved()
                if smaller is None or error.code == "chain.unreachable":
                    raise
                part = smaller


def _first_step(tip: Tip, head: int, most: int) -> _Step | None:
    planned = next_range(tip.number, head, limit=min(FIRST_BLOCKS, most))
    return _Step(planned, tip, most) if planned else None
