"""Tables of the verification side. Nothing personal: that lies in the vault."""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, BigInteger, Column, Index
from sqlmodel import Field, SQLModel


def _json(*, nullable: bool = False) -> Any:
    # none_as_null: an absent value is SQL NULL, not the JSON text "null".
    return Field(default=None, sa_column=Column(JSON(none_as_null=True), nullable=nullable))


def _time(*, index: bool = False) -> Any:
    return Field(sa_type=BigInteger, index=index)


def _maybe_time() -> Any:
    return Field(default=None, sa_type=BigInteger)


class CaseRow(SQLModel, table=True):
    """Mirrors `node.domain.case.Case`."""

    __tablename__ = "cases"
    # Lists by state, oldest first, page by page.
    __table_args__ = (Index("ix_cases_state", "state", "created_at"),)

    case_id: str = Field(primary_key=True)
    method: str
    state: str
    challenge: dict[str, Any] = _json()
    challenged_at: int = _time()
    opened_by: str
    created_at: int = _time(index=True)
    surface_file: str | None = None
    surface_images: int
    clip_file: str | None = None
    clip_frames: int
    tilt_challenge: dict[str, Any] | None = _json(nullable=True)
    tilt_file: str | None = None
    tilt_frames: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    facts_file: str | None = None
    turn: int | None = None
    stage: str | None = None
    stages: list[dict[str, Any]] = _json()
    checks: list[dict[str, Any]] = _json()
    codes: list[str] = _json()
    last_error: dict[str, str] | None = _json(nullable=True)
    review: dict[str, Any] | None = _json(nullable=True)
    record_id: str | None = Field(default=None, unique=True)
    decided_at: int | None = _maybe_time()
    erased_at: int | None = _maybe_time()


class RecordEntryRow(SQLModel, table=True):
    """Mirrors `node.domain.register.RecordEntry`."""

    __tablename__ = "records"

    record_id: str = Field(primary_key=True)
    case_id: str = Field(unique=True)
    method: str
    verified_at: int = _time()
    digest: str
    state: str = Field(index=True)
    created_at: int = _time(index=True)
    closed_at: int | None = _maybe_time()
    closed_reason: str | None = None


class LeafRow(SQLModel, table=True):
    """Mirrors `node.domain.register.Leaf`."""

    __tablename__ = "leaves"

    leaf_id: str = Field(primary_key=True)
    record_id: str = Field(index=True, foreign_key="records.record_id")
    number: int
    created_at: int = _time()
    batch_id: str | None = Field(default=None, index=True)
    proof: list[str] = _json()


class AnchorBatchRow(SQLModel, table=True):
    """Mirrors `node.domain.register.AnchorBatch`."""

    __tablename__ = "anchor_batches"

    batch_id: str = Field(primary_key=True)
    intent_id: str = Field(unique=True)
    size: int
    state: str = Field(index=True)
    created_at: int = _time()
    anchored_at: int | None = _maybe_time()
    tx_hash: str | None = None


class BindingRow(SQLModel, table=True):
    """Mirrors `node.domain.binding.Binding`."""

    __tablename__ = "bindings"

    binding_id: str = Field(primary_key=True)
    record_id: str = Field(unique=True, foreign_key="records.record_id")
    user_handle: str = Field(unique=True)
    jwk: dict[str, str] = _json()
    sign_count: int = Field(sa_type=BigInteger)
    created_at: int = _time()


class CeremonyRow(SQLModel, table=True):
    """Mirrors `node.domain.session.Ceremony`."""

    __tablename__ = "ceremonies"

    ceremony_id: str = Field(primary_key=True)
    purpose: str
    subject: str
    challenge: str
    created_at: int = _time()
    expires_at: int = _time(index=True)
    used_at: int | None = _maybe_time()


class CustomerSessionRow(SQLModel, table=True):
    """Mirrors `node.domain.session.CustomerSession`."""

    __tablename__ = "customer_sessions"

    session_id: str = Field(primary_key=True)
    binding_id: str = Field(index=True)
    created_at: int = _time()
    expires_at: int = _time(index=True)
    ended_at: int | None = _maybe_time()


class LinkRow(SQLModel, table=True):
    """Mirrors `node.domain.link.Link`."""

    __tablename__ = "links"

    link_id: str = Field(primary_key=True)
    purpose: str
    subject: str
    created_at: int = _time()
    expires_at: int = _time(index=True)
    used_at: int | None = _maybe_time()
