"""Tables of the reuse journey, both sides, and of the regulator. No personal data: that lies in the vault."""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, BigInteger, Column, Index, UniqueConstraint
from sqlmodel import Field, SQLModel


def _json(*, nullable: bool = False) -> Any:
    # none_as_null: an absent value is SQL NULL, not the JSON text "null".
    return Field(sa_column=Column(JSON(none_as_null=True), nullable=nullable))


class PushedRequestRow(SQLModel, table=True):
    """Mirrors `node.domain.attestation.PushedRequest`."""

    __tablename__ = "pushed_requests"

    request_id: str = Field(primary_key=True)
    recipient_id: int
    details: dict[str, Any] = _json()
    digest: str
    redirect_uri: str
    oauth_state: str
    code_challenge: str
    state: str
    pushed_at: int = Field(index=True, sa_type=BigInteger)
    sign_by: int = Field(sa_type=BigInteger)
    browser_digest: str | None = None
    receipt: dict[str, Any] | None = _json(nullable=True)
    record_id: str | None = None


class IssuedAttestationRow(SQLModel, table=True):
    """Mirrors `node.domain.attestation.Attestation`; the ledger's `attestations` say what the chain does."""

    __tablename__ = "issued_attestations"
    # Two consents at the same moment must not use up the same salted version.
    __table_args__ = (UniqueConstraint("record_id", "version"),)

    attestation_id: str = Field(primary_key=True)
    request_id: str = Field(unique=True)
    record_id: str = Field(index=True)
    version: int
    recipient_id: int
    purpose: str
    attributes: list[str] = _json()
    consent_digest: str = Field(unique=True)
    code_digest: str = Field(unique=True)
    state: str = Field(index=True)
    intent_id: str = Field(unique=True)
    created_at: int = Field(sa_type=BigInteger)
    decide_by: int = Field(sa_type=BigInteger)
    attested_at: int | None = Field(default=None, sa_type=BigInteger)
    redeemed_at: int | None = Field(default=None, sa_type=BigInteger)
    failure: str | None = None


class SeenTokenRow(SQLModel, table=True):
    """Mirrors `node.domain.attestation.SeenToken`."""

    __tablename__ = "seen_tokens"

    token: str = Field(primary_key=True)
    expires_at: int = Field(index=True, sa_type=BigInteger)


class ReuseRow(SQLModel, table=True):
    """Mirrors `node.domain.reuse.Reuse`."""

    __tablename__ = "reuses"
    # Lists by state, oldest first, page by page.
    __table_args__ = (Index("ix_reuses_state", "state", "created_at"),)

    reuse_id: str = Field(primary_key=True)
    issuer_id: int
    purpose: str
    legal_basis: str
    rebind: str
    is_drawn: bool
    start_digest: str = Field(unique=True)
    state: str
    created_by: str
    created_at: int = Field(index=True, sa_type=BigInteger)
    browser_digest: str | None = Field(default=None, index=True)
    oauth_state: str | None = Field(default=None, unique=True)
    request: dict[str, Any] | None = _json(nullable=True)
    attestation_id: str | None = Field(default=None, unique=True)
    challenge: dict[str, Any] | None = _json(nullable=True)
    checks: list[dict[str, Any]] = _json()
    codes: list[str] = _json()
    intent_id: str | None = Field(default=None, unique=True)
    decision_tx: str | None = None
    decided_at: int | None = Field(default=None, sa_type=BigInteger)
    record_id: str | None = None


class ReviewCaseRow(SQLModel, table=True):
    """Mirrors `node.domain.review.ReviewCase`."""

    __tablename__ = "review_cases"
    # Lists by state, oldest first, page by page.
    __table_args__ = (Index("ix_review_cases_state", "state", "created_at"),)

    case_id: str = Field(primary_key=True)
    attestation_id: str = Field(unique=True)
    reuse_id: str
    reason: str
    revoked_at: int = Field(sa_type=BigInteger)
    created_at: int = Field(index=True, sa_type=BigInteger)
    state: str
    closed_by: str | None = None
    closed_at: int | None = Field(default=None, sa_type=BigInteger)
    note: str


class OpeningDeliveryRow(SQLModel, table=True):
    """Mirrors `node.domain.opening.OpeningDelivery`."""

    __tablename__ = "opening_deliveries"

    delivery_id: str = Field(primary_key=True)
    attestation_id: str = Field(index=True)
    reuse_id: str = Field(index=True)
    regulator_id: int
    state: str = Field(index=True)
    created_at: int = Field(sa_type=BigInteger)
    attempts: int
    next_try_at: int = Field(sa_type=BigInteger)
    delivered_at: int | None = Field(default=None, sa_type=BigInteger)
    last_error: str | None = None


class OpeningRow(SQLModel, table=True):
    """Mirrors `node.domain.opening.Opening`."""

    __tablename__ = "openings"

    attestation_id: str = Field(primary_key=True)
    recipient_id: int = Field(index=True)
    accepted: bool
    codes: list[str] = _json()
    document: dict[str, Any] = _json()
    received_at: int = Field(sa_type=BigInteger)


class DisclosureRow(SQLModel, table=True):
    """Mirrors `node.domain.disclosure.Disclosure`."""

    __tablename__ = "disclosures"

    disclosure_id: str = Field(primary_key=True)
    attestation_id: str = Field(index=True)
    member_id: int
    case_number: str
    requested_by: str
    requested_key: str
    created_at: int = Field(sa_type=BigInteger)
    state: str
    approved_by: str | None = None
    approved_at: int | None = Field(default=None, sa_type=BigInteger)
    answered_at: int | None = Field(default=None, sa_type=BigInteger)
    findings: dict[str, Any] = _json()


class DisclosureAnswerRow(SQLModel, table=True):
    """Mirrors `node.domain.disclosure.DisclosureAnswer`."""

    __tablename__ = "disclosure_answers"

    answer_id: str = Field(primary_key=True)
    attestation_id: str = Field(index=True)
    regulator_id: int
    case_number: str
    auditors: list[str] = _json()
    created_at: int = Field(sa_type=BigInteger)
