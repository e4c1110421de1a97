"""The reuse journey on both sides, and what the regulator keeps."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create what this revision adds."""
    op.create_table(
        "disclosure_answers",
        sa.Column("answer_id", sa.String(), nullable=False),
        sa.Column("attestation_id", sa.String(), nullable=False),
        sa.Column("regulator_id", sa.Integer(), nullable=False),
        sa.Column("case_number", sa.String(), nullable=False),
        sa.Column("auditors", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("answer_id"),
    )
    op.create_index(
        op.f("ix_disclosure_answers_attestation_id"), "disclosure_answers", ["attestation_id"], unique=False
    )
    op.create_table(
        "disclosures",
        sa.Column("disclosure_id", sa.String(), nullable=False),
        sa.Column("attestation_id", sa.String(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("case_number", sa.String(), nullable=False),
        sa.Column("requested_by", sa.String(), nullable=False),
        sa.Column("requested_key", sa.String(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("approved_by", sa.String(), nullable=True),
        sa.Column("approved_at", sa.BigInteger(), nullable=True),
        sa.Column("answered_at", sa.BigInteger(), nullable=True),
        sa.Column("findings", sa.JSON(none_as_null=True), nullable=False),
        sa.PrimaryKeyConstraint("disclosure_id"),
    )
    op.create_index(op.f("ix_disclosures_attestation_id"), "disclosures", ["attestation_id"], unique=False)
    op.create_table(
        "issued_attestations",
        sa.Column("attestation_id", sa.String(), nullable=False),
        sa.Column("request_id", sa.String(), nullable=False),
        sa.Column("record_id", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("recipient_id", sa.Integer(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("attributes", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("consent_digest", sa.String(), nullable=False),
        sa.Column("code_digest", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("intent_id", sa.String(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("decide_by", sa.BigInteger(), nullable=False),
        sa.Column("attested_at", sa.BigInteger(), nullable=True),
        sa.Column("redeemed_at", sa.BigInteger(), nullable=True),
        sa.Column("failure", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("attestation_id"),
        sa.UniqueConstraint("code_digest"),
        sa.UniqueConstraint("consent_digest"),
        sa.UniqueConstraint("intent_id"),
        sa.UniqueConstraint("record_id", "version"),
        sa.UniqueConstraint("request_id"),
    )
    op.create_index(
        op.f("ix_issued_attestations_record_id"), "issued_attestations", ["record_id"], unique=False
    )
    op.create_index(op.f("ix_issued_attestations_state"), "issued_attestations", ["state"], unique=False)
    op.create_table(
        "opening_deliveries",
        sa.Column("delivery_id", sa.String(), nullable=False),
        sa.Column("attestation_id", sa.String(), nullable=False),
        sa.Column("reuse_id", sa.String(), nullable=False),
        sa.Column("regulator_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_try_at", sa.BigInteger(), nullable=False),
        sa.Column("delivered_at", sa.BigInteger(), nullable=True),
        sa.Column("last_error", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("delivery_id"),
    )
    op.create_index(
        op.f("ix_opening_deliveries_attestation_id"), "opening_deliveries", ["attestation_id"], unique=False
    )
    op.create_index(op.f("ix_opening_deliveries_reuse_id"), "opening_deliveries", ["reuse_id"], unique=False)
    op.create_index(op.f("ix_opening_deliveries_state"), "opening_deliveries", ["state"], unique=False)
    op.create_table(
        "openings",
        sa.Column("attestation_id", sa.String(), nullable=False),
        sa.Column("recipient_id", sa.Integer(), nullable=False),
        sa.Column("accepted", sa.Boolean(), nullable=False),
        sa.Column("codes", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("document", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("received_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("attestation_id"),
    )
    op.create_index(op.f("ix_openings_recipient_id"), "openings", ["recipient_id"], unique=False)
    op.create_table(
        "pushed_requests",
        sa.Column("request_id", sa.String(), nullable=False),
        sa.Column("recipient_id", sa.Integer(), nullable=False),
        sa.Column("details", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("redirect_uri", sa.String(), nullable=False),
        sa.Column("oauth_state", sa.String(), nullable=False),
        sa.Column("code_challenge", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("pushed_at", sa.BigInteger(), nullable=False),
        sa.Column("sign_by", sa.BigInteger(), nullable=False),
        sa.Column("browser_digest", sa.String(), nullable=True),
        sa.Column("receipt", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("record_id", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("request_id"),
    )
    op.create_index(op.f("ix_pushed_requests_pushed_at"), "pushed_requests", ["pushed_at"], unique=False)
    op.create_table(
        "reuses",
        sa.Column("reuse_id", sa.String(), nullable=False),
        sa.Column("issuer_id", sa.Integer(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("legal_basis", sa.String(), nullable=False),
        sa.Column("rebind", sa.String(), nullable=False),
        sa.Column("is_drawn", sa.Boolean(), nullable=False),
        sa.Column("start_digest", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("created_by", sa.String(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("browser_digest", sa.String(), nullable=True),
        sa.Column("oauth_state", sa.String(), nullable=True),
        sa.Column("request", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("attestation_id", sa.String(), nullable=True),
        sa.Column("challenge", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("checks", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("codes", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("intent_id", sa.String(), nullable=True),
        sa.Column("decision_tx", sa.String(), nullable=True),
        sa.Column("decided_at", sa.BigInteger(), nullable=True),
        sa.Column("record_id", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("reuse_id"),
        sa.UniqueConstraint("attestation_id"),
        sa.UniqueConstraint("intent_id"),
        sa.UniqueConstraint("oauth_state"),
        sa.UniqueConstraint("start_digest"),
    )
    op.create_index(op.f("ix_reuses_browser_digest"), "reuses", ["browser_digest"], unique=False)
    op.create_index(op.f("ix_reuses_state"), "reuses", ["state"], unique=False)
    op.create_table(
        "review_cases",
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("attestation_id", sa.String(), nullable=False),
        sa.Column("reuse_id", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("revoked_at", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("closed_by", sa.String(), nullable=True),
        sa.Column("closed_at", sa.BigInteger(), nullable=True),
        sa.Column("note", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("case_id"),
        sa.UniqueConstraint("attestation_id"),
    )
    op.create_index(op.f("ix_review_cases_state"), "review_cases", ["state"], unique=False)
    op.create_table(
        "seen_tokens",
        sa.Column("token", sa.String(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("token"),
    )
    op.create_index(op.f("ix_seen_tokens_expires_at"), "seen_tokens", ["expires_at"], unique=False)


def downgrade() -> None:
    """Drop it again."""
    op.drop_index(op.f("ix_seen_tokens_expires_at"), table_name="seen_tokens")
    op.drop_table("seen_tokens")
    op.drop_index(op.f("ix_review_cases_state"), table_name="review_cases")
    op.drop_table("review_cases")
    op.drop_index(op.f("ix_reuses_state"), table_name="reuses")
    op.drop_index(op.f("ix_reuses_browser_digest"), table_name="reuses")
    op.drop_table("reuses")
    op.drop_index(op.f("ix_pushed_requests_pushed_at"), table_name="pushed_requests")
    op.drop_table("pushed_requests")
    op.drop_index(op.f("ix_openings_recipient_id"), table_name="openings")
    op.drop_table("openings")
    op.drop_index(op.f("ix_opening_deliveries_state"), table_name="opening_deliveries")
    op.drop_index(op.f("ix_opening_deliveries_reuse_id"), table_name="opening_deliveries")
    op.drop_index(op.f("ix_opening_deliveries_attestation_id"), table_name="opening_deliveries")
    op.drop_table("opening_deliveries")
    op.drop_index(op.f("ix_issued_attestations_state"), table_name="issued_attestations")
    op.drop_index(op.f("ix_issued_attestations_record_id"), table_name="issued_attestations")
    op.drop_table("issued_attestations")
    op.drop_index(op.f("ix_disclosures_attestation_id"), table_name="disclosures")
    op.drop_table("disclosures")
    op.drop_index(op.f("ix_disclosure_answers_attestation_id"), table_name="disclosure_answers")
    op.drop_table("disclosure_answers")
