"""What the indexer has seen: blocks, raw logs, its cursor, and the reorganisations it met.

Only blocks with logs and the ends of indexed ranges are kept ("markers"). That is enough: two chains that
share a block share everything below it, so the highest kept block whose hash still stands is where a fork
left ours. Parent hashes are checked where a range begins, against the tip.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Index, text
from sqlmodel import Field, SQLModel

_IS_MARKER = text("is_marker")


class BlockRow(SQLModel, table=True):
    """One kept block, with the contract's running hash as it stood at the block's end."""

    __tablename__ = "blocks"
    __table_args__ = (
        Index("ix_blocks_marker", "number", sqlite_where=_IS_MARKER, postgresql_where=_IS_MARKER),
    )

    number: int = Field(primary_key=True, sa_type=BigInteger, sa_column_kwargs={"autoincrement": False})
    hash: bytes = Field(unique=True)
    parent_hash: bytes
    time: int = Field(sa_type=BigInteger, index=True)
    history_head: bytes
    history_count: int = Field(sa_type=BigInteger)
    is_marker: bool


class RawLogRow(SQLModel, table=True):
    """One log of the contract, as the chain gave it; projections can be rebuilt from these."""

    __tablename__ = "raw_logs"

    block_hash: bytes = Field(primary_key=True, foreign_key="blocks.hash", ondelete="CASCADE")
    log_index: int = Field(primary_key=True)
    tx_hash: bytes
    topics: bytes
    """32 bytes each, one after the other."""
    data: bytes


class CursorRow(SQLModel, table=True):
    """How far the index has come, and whether that was the chain's head when last looked."""

    __tablename__ = "chain_cursor"

    contract: str = Field(primary_key=True)
    chain_id: int = Field(sa_type=BigInteger)
    number: int = Field(sa_type=BigInteger)
    hash: bytes
    time: int = Field(sa_type=BigInteger)
    chain_head: int = Field(sa_type=BigInteger)
    checked_at: int = Field(sa_type=BigInteger)
    """When the index was last level with the chain's head, by the node's clock; 0 = never."""


class ReorgRow(SQLModel, table=True):
    """One roll-back, kept for audit."""

    __tablename__ = "reorgs"

    reorg_id: int | None = Field(default=None, primary_key=True)
    noticed_at: int = Field(sa_type=BigInteger)
    fork_number: int = Field(sa_type=BigInteger)
    fork_hash: bytes
    dropped_number: int = Field(sa_type=BigInteger)
    dropped_hash: bytes
    dropped_events: int
