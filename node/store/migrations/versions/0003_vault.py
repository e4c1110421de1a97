"""Wrapped data keys and the places of encrypted files."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create what this revision adds."""
    op.create_table(
        "vault_keys",
        sa.Column("record_id", sa.String(), nullable=False),
        sa.Column("evidence_key_id", sa.String(), nullable=False),
        sa.Column("wrapped_key", sa.LargeBinary(), nullable=True),
        sa.Column("erased_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("record_id"),
    )
    op.create_table(
        "vault_objects",
        sa.Column("record_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("location", sa.String(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["record_id"],
            ["vault_keys.record_id"],
        ),
        sa.PrimaryKeyConstraint("record_id", "name"),
        sa.UniqueConstraint("location"),
    )


def downgrade() -> None:
    """Drop it again."""
    op.drop_table("vault_objects")
    op.drop_table("vault_keys")
