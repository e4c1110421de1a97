"""The indexer's own rows: kept blocks, raw logs, the cursor, the log of reorganisations. Never commits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, func, select, true, tuple_, update
from sqlmodel import col

from node.domain.history import EMPTY_HEAD
from node.domain.ledger import IndexStatus
from node.store.bulk import Row, insert_many
from node.store.tables.chain import BlockRow, CursorRow, RawLogRow, ReorgRow

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from sqlmodel import Session


FETCH_ROWS = 1000
"""Logs held in memory at a time."""


@dataclass(frozen=True, slots=True)
class Tip:
    """The last indexed block and the running hash as it stood there."""

    number: int
    hash: bytes
    time: int
    history_head: bytes
    history_count: int


class ChainIndex:
    """One contract's index, within one transaction."""

    def __init__(self, session: Session, contract: str) -> None:
        """Bind to a session."""
        self._session = session
        self._contract = contract

    def cursor(self) -> CursorRow | None:
        """Where the index stands; None before its first block."""
        return self._session.get(CursorRow, self._contract, populate_existing=True)

    def status(self) -> IndexStatus:
        """How complete the index is; one statement."""
        chosen = (
            select(CursorRow, BlockRow)
            .join(BlockRow, true())
            .where(col(CursorRow.contract) == self._contract)
        )
        newest = chosen.order_by(col(BlockRow.number).desc()).limit(1)
        found = self._session.execute(newest.execution_options(populate_existing=True)).first()
        if found is None:
            return IndexStatus(-1, 0, 0, 0, 0, EMPTY_HEAD)
        cursor, tip = found
        return IndexStatus(
            tip.number, tip.time, cursor.chain_head, cursor.checked_at, tip.history_count, tip.history_head
        )

    def start(self, cursor: CursorRow, block: Row) -> None:
        """Begin the index at a block. Fails on the unique key when another process began it first."""
        insert_many(self._session.connection(), BlockRow, [block])
        self._session.add(cursor)
        self._session.flush()

    def tip(self, *, below: int | None = None) -> Tip | None:
        """The last indexed block, or the last kept one below a height."""
        chosen = select(BlockRow) if below is None else select(BlockRow).where(col(BlockRow.number) < below)
        row = self._session.scalars(chosen.order_by(col(BlockRow.number).desc()).limit(1)).first()
        if row is None:
            return None
        return Tip(row.number, row.hash, row.time, row.history_head, row.history_count)

    def kept_blocks(self, *, below: int, limit: int) -> list[tuple[int, bytes]]:
        """(number, hash) of kept blocks at or under a height, highest first."""
        chosen = select(BlockRow.number, BlockRow.hash).where(col(BlockRow.number) <= below)  # type: ignore[call-overload]
        rows = self._session.execute(chosen.order_by(col(BlockRow.number).desc()).limit(limit))
        return [(number, block_hash) for number, block_hash in rows]

    def write(self, blocks: Sequence[Row], logs: Sequence[Row]) -> None:
        """Insert blocks and their logs, values in the order of `BlockRow` and `RawLogRow`."""
        insert_many(self._session.connection(), BlockRow, blocks)
        insert_many(self._session.connection(), RawLogRow, logs)

    def advance(self, tip: Tip, *, was: bytes, chain_head: int) -> bool:
        """Move the cursor if it still stands on block `was`; False when another process moved it."""
        moved = {"number": tip.number, "hash": tip.hash, "time": tip.time, "chain_head": chain_head}
        return self._set_cursor(moved, was=was)

    def confirm(self, *, at_hash: bytes, chain_head: int, now: int) -> bool:
        """Note that the index was level with the chain's head and complete."""
        return self._set_cursor({"checked_at": now, "chain_head": chain_head}, was=at_hash)

    def drop_markers(self, *, below: int) -> None:
        """Forget range ends that no fork can need any more."""
        stale = (col(BlockRow.is_marker), col(BlockRow.number) < below)
        self._session.execute(delete(BlockRow).where(*stale))

    def count_logs(self, *, above: int) -> int:
        """How many logs lie above a height."""
        chosen = select(func.count()).select_from(RawLogRow).join(BlockRow)
        return self._session.scalar(chosen.where(col(BlockRow.number) > above)) or 0

    def note_reorg(self, row: ReorgRow) -> None:
        """Keep a trace of a roll-back."""
        self._session.add(row)

    def transactions_in(self, block_hashes: Collection[bytes]) -> set[bytes]:
        """Transactions that logged anything in these blocks."""
        found: set[bytes] = set()
        hashes = list(block_hashes)
        for start in range(0, len(hashes), FETCH_ROWS):
            wanted = col(RawLogRow.block_hash).in_(hashes[start : start + FETCH_ROWS])
            chosen = select(RawLogRow.tx_hash).where(wanted)  # type: ignore[call-overload]
            found.update(self._session.scalars(chosen))
        return found

    def latest_fork(self) -> int | None:
        """Height from which the index was rolled back last."""
        newest = select(ReorgRow.dropped_number).order_by(col(ReorgRow.reorg_id).desc()).limit(1)  # type: ignore[call-overload]
        found: int | None = self._session.scalar(newest)
        return found

    def reorgs(self) -> Sequence[ReorgRow]:
        """Every roll-back, oldest first."""
        return self._session.scalars(select(ReorgRow).order_by(col(ReorgRow.reorg_id))).all()

    def logs(
        self, *, after: tuple[int, int] | None = None, limit: int | None = None
    ) -> Iterator[tuple[BlockRow, RawLogRow]]:
        """Kept logs with their blocks in the chain's order, from behind (block number, log index)."""
        number, log_index = col(BlockRow.number), col(RawLogRow.log_index)
        chosen = select(BlockRow, RawLogRow).join(RawLogRow, col(RawLogRow.block_hash) == col(BlockRow.hash))
        if after is not None:
            chosen = chosen.where(tuple_(number, log_index) > after)
        ordered = chosen.order_by(number, log_index).limit(limit)
        yield from self._session.execute(ordered.execution_options(yield_per=FETCH_ROWS))

    def _set_cursor(self, values: dict[str, Any], *, was: bytes) -> bool:
        chosen = (col(CursorRow.contract) == self._contract, col(CursorRow.hash) == was)
        result = self._session.execute(
            update(CursorRow).where(*chosen).values(**values).execution_options(synchronize_session=False)
        )
        return bool(result.rowcount == 1)  # type: ignore[attr-defined]
