"""Cases, records, leaves, passkeys and sessions."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create what this revision adds."""
    op.create_table(
        "cases",
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("method", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("challenge", sa.JSON(), nullable=False),
        sa.Column("challenged_at", sa.BigInteger(), nullable=False),
        sa.Column("opened_by", sa.String(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("surface_file", sa.String(), nullable=True),
        sa.Column("surface_images", sa.Integer(), nullable=False),
        sa.Column("clip_file", sa.String(), nullable=True),
        sa.Column("clip_frames", sa.Integer(), nullable=False),
        sa.Column("facts_file", sa.String(), nullable=True),
        sa.Column("stage", sa.String(), nullable=True),
        sa.Column("stages", sa.JSON(), nullable=False),
        sa.Column("checks", sa.JSON(), nullable=False),
        sa.Column("codes", sa.JSON(), nullable=False),
        sa.Column("last_error", sa.JSON(), nullable=True),
        sa.Column("review", sa.JSON(), nullable=True),
        sa.Column("record_id", sa.String(), nullable=True),
        sa.Column("decided_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("case_id"),
        sa.UniqueConstraint("record_id"),
    )
    op.create_table(
        "records",
        sa.Column("record_id", sa.String(), nullable=False),
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("method", sa.String(), nullable=False),
        sa.Column("verified_at", sa.BigInteger(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("closed_at", sa.BigInteger(), nullable=True),
        sa.Column("closed_reason", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("record_id"),
        sa.UniqueConstraint("case_id"),
    )
    op.create_table(
        "leaves",
        sa.Column("leaf_id", sa.String(), nullable=False),
        sa.Column("record_id", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("batch_id", sa.String(), nullable=True),
        sa.Column("proof", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["record_id"],
            ["records.record_id"],
        ),
        sa.PrimaryKeyConstraint("leaf_id"),
    )
    op.create_table(
        "anchor_batches",
        sa.Column("batch_id", sa.String(), nullable=False),
        sa.Column("intent_id", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("anchored_at", sa.BigInteger(), nullable=True),
        sa.Column("tx_hash", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("batch_id"),
        sa.UniqueConstraint("intent_id"),
    )
    op.create_table(
        "bindings",
        sa.Column("binding_id", sa.String(), nullable=False),
        sa.Column("record_id", sa.String(), nullable=False),
        sa.Column("user_handle", sa.String(), nullable=False),
        sa.Column("jwk", sa.JSON(), nullable=False),
        sa.Column("sign_count", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["record_id"],
            ["records.record_id"],
        ),
        sa.PrimaryKeyConstraint("binding_id"),
        sa.UniqueConstraint("record_id"),
        sa.UniqueConstraint("user_handle"),
    )
    op.create_table(
        "ceremonies",
        sa.Column("ceremony_id", sa.String(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("challenge", sa.String(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("used_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("ceremony_id"),
    )
    op.create_table(
        "customer_sessions",
        sa.Column("session_id", sa.String(), nullable=False),
        sa.Column("binding_id", sa.String(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("session_id"),
    )
    op.create_table(
        "links",
        sa.Column("link_id", sa.String(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("used_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("link_id"),
    )
    op.create_index("ix_anchor_batches_state", "anchor_batches", ["state"], unique=False)
    op.create_index("ix_cases_created_at", "cases", ["created_at"], unique=False)
    op.create_index("ix_cases_state", "cases", ["state"], unique=False)
    op.create_index("ix_ceremonies_expires_at", "ceremonies", ["expires_at"], unique=False)
    op.create_index("ix_customer_sessions_binding_id", "customer_sessions", ["binding_id"], unique=False)
    op.create_index("ix_customer_sessions_expires_at", "customer_sessions", ["expires_at"], unique=False)
    op.create_index("ix_links_expires_at", "links", ["expires_at"], unique=False)
    op.create_index("ix_records_created_at", "records", ["created_at"], unique=False)
    op.create_index("ix_records_state", "records", ["state"], unique=False)
    op.create_index("ix_leaves_batch_id", "leaves", ["batch_id"], unique=False)
    op.create_index("ix_leaves_record_id", "leaves", ["record_id"], unique=False)


def downgrade() -> None:
    """Drop it again."""
    op.drop_table("links")
    op.drop_table("customer_sessions")
    op.drop_table("ceremonies")
    op.drop_table("bindings")
    op.drop_table("anchor_batches")
    op.drop_table("leaves")
    op.drop_table("records")
    op.drop_table("cases")
