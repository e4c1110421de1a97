"""Places in the line for an engine, so that a restart keeps them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create what this revision adds."""
    op.add_column("cases", sa.Column("turn", sa.Integer(), nullable=True))


def downgrade() -> None:
    """Put the former ones back."""
    with op.batch_alter_table("cases") as table:
        table.drop_column("turn")
