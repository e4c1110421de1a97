"""What the node wants the chain to record: written before anything is sent."""

from __future__ import annotations

from sqlalchemy import BigInteger, Index, UniqueConstraint
from sqlmodel import Field, SQLModel


class OutboxRow(SQLModel, table=True):
    """One intent and what became of it; states are `node.domain.intents.IntentState`."""

    __tablename__ = "outbox"
    __table_args__ = (
        # Two processes may race; the database, not a lock, is what forbids one nonce for two transactions.
        UniqueConstraint("sender", "nonce", name="uq_outbox_sender_nonce"),
        Index("ix_outbox_work", "sender", "state", "seq"),
    )

    seq: int | None = Field(default=None, primary_key=True)
    intent_id: str = Field(unique=True)
    sender: str
    method: str
    contract: str
    calldata: bytes
    gas: int
    state: str
    nonce: int | None = Field(default=None, sa_type=BigInteger)
    raw_tx: bytes | None = None
    tx_hash: bytes | None = None
    block_number: int | None = Field(default=None, sa_type=BigInteger)
    block_hash: bytes | None = None
    forked_at: int | None = Field(default=None, sa_type=BigInteger)
    """The chain's height when a fork last threw it out of its block."""
    fee_per_gas: int | None = Field(default=None, sa_type=BigInteger)
    """What `raw_tx` offers, wei."""
    replaced_hashes: bytes | None = None
    """Hashes of earlier bytes under the same nonce, one after the other: any of them may be mined instead."""
    code: str | None = None
    """Why it failed: a contract refusal's code."""
    created_at: int = Field(sa_type=BigInteger)
    updated_at: int = Field(sa_type=BigInteger)


class NonceRow(SQLModel, table=True):
    """The next nonce of one account; moved under a row lock."""

    __tablename__ = "nonces"

    sender: str = Field(primary_key=True)
    next_nonce: int = Field(sa_type=BigInteger)
