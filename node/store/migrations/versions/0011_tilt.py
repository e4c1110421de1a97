"""The photo method's film of the tilted card."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create what this revision adds."""
    op.add_column("cases", sa.Column("tilt_challenge", sa.JSON(), nullable=True))
    op.add_column("cases", sa.Column("tilt_file", sa.String(), nullable=True))
    op.add_column("cases", sa.Column("tilt_frames", sa.Integer(), nullable=False, server_default="0"))


def downgrade() -> None:
    """Put the former ones back."""
    with op.batch_alter_table("cases") as table:
        for name in ("tilt_challenge", "tilt_file", "tilt_frames"):
            table.drop_column(name)
