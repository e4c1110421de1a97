"""Projections of the contract's events: one table per fact, one row per event, never changed.

Each row is keyed by its event's position and hangs on its block, so that deleting a block deletes what it
said. The current state is the newest row; the state on a date is the newest row by then. The one exception is
`attestations`, where `decided_in` and `revoked_in` say in which block the state moved on
(`node.store.projection` clears them on a roll-back), so that a search by state costs what it finds and not
what history holds.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Index, text
from sqlmodel import Field, SQLModel

OPEN = "decided_in IS NULL AND revoked_in IS NULL"
DECIDED = "decided_in IS NOT NULL AND revoked_in IS NULL"
REVOKED = "revoked_in IS NOT NULL"
"""States of an attestation as conditions; partial indexes carry the same words, or they would not be used."""


def _where(name: str, condition: str) -> Index:
    chosen = text(condition)
    return Index(name, "block_number", "log_index", sqlite_where=chosen, postgresql_where=chosen)


class EventRow(SQLModel):
    """Where and when the event happened."""

    block_number: int = Field(
        primary_key=True,
        sa_type=BigInteger,
        foreign_key="blocks.number",
        ondelete="CASCADE",
        sa_column_kwargs={"autoincrement": False},
    )
    log_index: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    at: int = Field(sa_type=BigInteger)
    """Block time, seconds since 1970."""


class MemberRow(EventRow, table=True):
    """A member as admitted."""

    __tablename__ = "members"

    member_id: int = Field(unique=True)
    role: int
    name: str


class MemberStatusRow(EventRow, table=True):
    """A member's standing from here on."""

    __tablename__ = "member_statuses"

    member_id: int = Field(index=True)
    status: int


class MemberSignerRow(EventRow, table=True):
    """The account that acts for a member from here on."""

    __tablename__ = "member_signers"

    member_id: int = Field(index=True)
    signer: str


class MemberKeysRow(EventRow, table=True):
    """A member's keys, valid from here until its next row."""

    __tablename__ = "member_keys"

    member_id: int = Field(index=True)
    digest: bytes
    record_key: bytes
    transfer_key: bytes
    endpoint: str
    licence: str
    supervisor: str


class CompromiseRow(EventRow, table=True):
    """A member disowned what its record key signed at or after `since`."""

    __tablename__ = "compromises"

    member_id: int = Field(index=True)
    since: int = Field(sa_type=BigInteger)


class MethodRuleRow(EventRow, table=True):
    """A method's rule from here on."""

    __tablename__ = "method_rules"

    method: bytes = Field(index=True)
    allowed_from: int = Field(sa_type=BigInteger)
    allowed_until: int = Field(sa_type=BigInteger)
    max_age_days: int


class LegalBasesRow(EventRow, table=True):
    """The enabled legal bases from here on."""

    __tablename__ = "legal_bases"

    bitmap: bytes
    """32 bytes, big-endian."""


class ProposalRow(EventRow, table=True):
    """An action put to the vote."""

    __tablename__ = "proposals"

    proposal_id: int = Field(unique=True, sa_type=BigInteger)
    proposer: int
    action: int
    payload: bytes
    lapses_at: int = Field(sa_type=BigInteger)


class ApprovalRow(EventRow, table=True):
    """One member's approval; the proposer's own is a row too."""

    __tablename__ = "approvals"

    proposal_id: int = Field(index=True, sa_type=BigInteger)
    member_id: int


class ExecutionRow(EventRow, table=True):
    """A vote was carried."""

    __tablename__ = "executions"

    proposal_id: int = Field(unique=True, sa_type=BigInteger)


class AnchorRow(EventRow, table=True):
    """A Merkle root over an issuer's records."""

    __tablename__ = "anchors"

    issuer: int
    root: bytes = Field(index=True)
    size: int = Field(sa_type=BigInteger)


class AttestationRow(EventRow, table=True):
    """An attestation's terms, and in which blocks it was decided and revoked."""

    __tablename__ = "attestations"
    __table_args__ = (
        # Each search ends in the order of the history, so that a page costs what it holds.
        Index("ix_attestations_issuer", "issuer", "block_number", "log_index"),
        Index("ix_attestations_recipient", "recipient", "block_number", "log_index"),
        Index("ix_attestations_method", "method", "block_number", "log_index"),
        _where("ix_attestations_open", OPEN),
        _where("ix_attestations_decided", DECIDED),
        _where("ix_attestations_revoked", REVOKED),
    )

    attestation_id: bytes = Field(unique=True)
    issuer: int
    recipient: int
    method: bytes
    legal_basis: int
    verified_on: int
    decide_by: int = Field(sa_type=BigInteger)
    decided_in: int | None = Field(default=None, sa_type=BigInteger)
    revoked_in: int | None = Field(default=None, sa_type=BigInteger)


class DecisionRow(EventRow, table=True):
    """A recipient's decision; the commitment hides which."""

    __tablename__ = "decisions"

    attestation_id: bytes = Field(unique=True)
    recipient: int
    commitment: bytes


class RevocationRow(EventRow, table=True):
    """An issuer's withdrawal."""

    __tablename__ = "revocations"

    attestation_id: bytes = Field(unique=True)
    issuer: int
    reason: int
