"""When a case's evidence was destroyed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create what this revision adds."""
    op.add_column("cases", sa.Column("erased_at", sa.BigInteger(), nullable=True))


def downgrade() -> None:
    """Put the former ones back."""
    with op.batch_alter_table("cases") as table:
        table.drop_column("erased_at")
