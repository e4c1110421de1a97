"""The ledger index: blocks, raw logs, cursor, reorganisations and the projections of every event."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create what this revision adds."""
    op.create_table(
        "blocks",
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("parent_hash", sa.LargeBinary(), nullable=False),
        sa.Column("time", sa.BigInteger(), nullable=False),
        sa.Column("history_head", sa.LargeBinary(), nullable=False),
        sa.Column("history_count", sa.BigInteger(), nullable=False),
        sa.Column("is_marker", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("number"),
        sa.UniqueConstraint("hash"),
    )
    op.create_index(
        "ix_blocks_marker",
        "blocks",
        ["number"],
        unique=False,
        sqlite_where=sa.text("is_marker"),
        postgresql_where=sa.text("is_marker"),
    )
    op.create_table(
        "raw_logs",
        sa.Column("block_hash", sa.LargeBinary(), nullable=False),
        sa.Column("log_index", sa.Integer(), nullable=False),
        sa.Column("tx_hash", sa.LargeBinary(), nullable=False),
        sa.Column("topics", sa.LargeBinary(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["block_hash"], ["blocks.hash"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("block_hash", "log_index"),
    )
    op.create_table(
        "chain_cursor",
        sa.Column("contract", sa.String(), nullable=False),
        sa.Column("chain_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("time", sa.BigInteger(), nullable=False),
        sa.Column("chain_head", sa.BigInteger(), nullable=False),
        sa.Column("checked_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("contract"),
    )
    op.create_table(
        "reorgs",
        sa.Column("reorg_id", sa.Integer(), nullable=False),
        sa.Column("noticed_at", sa.BigInteger(), nullable=False),
        sa.Column("fork_number", sa.BigInteger(), nullable=False),
        sa.Column("fork_hash", sa.LargeBinary(), nullable=False),
        sa.Column("dropped_number", sa.BigInteger(), nullable=False),
        sa.Column("dropped_hash", sa.LargeBinary(), nullable=False),
        sa.Column("dropped_events", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("reorg_id"),
    )
    op.create_table(
        "members",
        sa.Column("block_number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("log_index", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["block_number"], ["blocks.number"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("block_number", "log_index"),
        sa.UniqueConstraint("member_id"),
    )
    op.create_table(
        "member_statuses",
        sa.Column("block_number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("log_index", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["block_number"], ["blocks.number"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("block_number", "log_index"),
    )
    op.create_index(op.f("ix_member_statuses_member_id"), "member_statuses", ["member_id"], unique=False)
    op.create_table(
        "member_signers",
        sa.Column("block_number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("log_index", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("signer", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["block_number"], ["blocks.number"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("block_number", "log_index"),
    )
    op.create_index(op.f("ix_member_signers_member_id"), "member_signers", ["member_id"], unique=False)
    op.create_table(
        "member_keys",
        sa.Column("block_number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("log_index", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("record_key", sa.LargeBinary(), nullable=False),
        sa.Column("transfer_key", sa.LargeBinary(), nullable=False),
        sa.Column("endpoint", sa.String(), nullable=False),
        sa.Column("licence", sa.String(), nullable=False),
        sa.Column("supervisor", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["block_number"], ["blocks.number"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("block_number", "log_index"),
    )
    op.create_index(op.f("ix_member_keys_member_id"), "member_keys", ["member_id"], unique=False)
    op.create_table(
        "compromises",
        sa.Column("block_number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("log_index", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["block_number"], ["blocks.number"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("block_number", "log_index"),
    )
    op.create_index(op.f("ix_compromises_member_id"), "compromises", ["member_id"], unique=False)
    op.create_table(
        "method_rules",
        sa.Column("block_number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("log_index", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("method", sa.LargeBinary(), nullable=False),
        sa.Column("allowed_from", sa.BigInteger(), nullable=False),
        sa.Column("allowed_until", sa.BigInteger(), nullable=False),
        sa.Column("max_age_days", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["block_number"], ["blocks.number"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("block_number", "log_index"),
    )
    op.create_index(op.f("ix_method_rules_method"), "method_rules", ["method"], unique=False)
    op.create_table(
        "legal_bases",
        sa.Column("block_number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("log_index", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("bitmap", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["block_number"], ["blocks.number"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("block_number", "log_index"),
    )
    op.create_table(
        "proposals",
        sa.Column("block_number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("log_index", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("proposal_id", sa.BigInteger(), nullable=False),
        sa.Column("proposer", sa.Integer(), nullable=False),
        sa.Column("action", sa.Integer(), nullable=False),
        sa.Column("payload", sa.LargeBinary(), nullable=False),
        sa.Column("lapses_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["block_number"], ["blocks.number"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("block_number", "log_index"),
        sa.UniqueConstraint("proposal_id"),
    )
    op.create_table(
        "approvals",
        sa.Column("block_number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("log_index", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("proposal_id", sa.BigInteger(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["block_number"], ["blocks.number"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("block_number", "log_index"),
    )
    op.create_index(op.f("ix_approvals_proposal_id"), "approvals", ["proposal_id"], unique=False)
    op.create_table(
        "executions",
        sa.Column("block_number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("log_index", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("proposal_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["block_number"], ["blocks.number"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("block_number", "log_index"),
        sa.UniqueConstraint("proposal_id"),
    )
    op.create_table(
        "anchors",
        sa.Column("block_number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("log_index", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("issuer", sa.Integer(), nullable=False),
        sa.Column("root", sa.LargeBinary(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["block_number"], ["blocks.number"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("block_number", "log_index"),
    )
    op.create_index(op.f("ix_anchors_root"), "anchors", ["root"], unique=False)
    op.create_table(
        "attestations",
        sa.Column("block_number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("log_index", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("attestation_id", sa.LargeBinary(), nullable=False),
        sa.Column("issuer", sa.Integer(), nullable=False),
        sa.Column("recipient", sa.Integer(), nullable=False),
        sa.Column("method", sa.LargeBinary(), nullable=False),
        sa.Column("legal_basis", sa.Integer(), nullable=False),
        sa.Column("verified_on", sa.Integer(), nullable=False),
        sa.Column("decide_by", sa.BigInteger(), nullable=False),
        sa.Column("decided_in", sa.BigInteger(), nullable=True),
        sa.Column("revoked_in", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["block_number"], ["blocks.number"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("block_number", "log_index"),
        sa.UniqueConstraint("attestation_id"),
    )
    op.create_index("ix_attestations_decided_in", "attestations", ["decided_in"], unique=False)
    op.create_index("ix_attestations_issuer", "attestations", ["issuer", "at"], unique=False)
    op.create_index("ix_attestations_recipient", "attestations", ["recipient", "at"], unique=False)
    op.create_index("ix_attestations_revoked_in", "attestations", ["revoked_in"], unique=False)
    op.create_table(
        "decisions",
        sa.Column("block_number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("log_index", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("attestation_id", sa.LargeBinary(), nullable=False),
        sa.Column("recipient", sa.Integer(), nullable=False),
        sa.Column("commitment", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["block_number"], ["blocks.number"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("block_number", "log_index"),
        sa.UniqueConstraint("attestation_id"),
    )
    op.create_table(
        "revocations",
        sa.Column("block_number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("log_index", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("attestation_id", sa.LargeBinary(), nullable=False),
        sa.Column("issuer", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["block_number"], ["blocks.number"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("block_number", "log_index"),
        sa.UniqueConstraint("attestation_id"),
    )


def downgrade() -> None:
    """Drop it again."""
    op.drop_table("revocations")
    op.drop_table("decisions")
    op.drop_table("attestations")
    op.drop_table("anchors")
    op.drop_table("executions")
    op.drop_table("approvals")
    op.drop_table("proposals")
    op.drop_table("legal_bases")
    op.drop_table("method_rules")
    op.drop_table("compromises")
    op.drop_table("member_keys")
    op.drop_table("member_signers")
    op.drop_table("member_statuses")
    op.drop_table("members")
    op.drop_table("reorgs")
    op.drop_table("chain_cursor")
    op.drop_table("raw_logs")
    op.drop_table("blocks")
