"""What the sender needs to know of forks and of replaced transactions."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create what this revision adds."""
    with op.batch_alter_table("outbox") as outbox:
        outbox.add_column(sa.Column("forked_at", sa.BigInteger(), nullable=True))
        outbox.add_column(sa.Column("fee_per_gas", sa.BigInteger(), nullable=True))
        outbox.add_column(sa.Column("replaced_hashes", sa.LargeBinary(), nullable=True))


def downgrade() -> None:
    """Drop it again."""
    with op.batch_alter_table("outbox") as outbox:
        outbox.drop_column("replaced_hashes")
        outbox.drop_column("fee_per_gas")
        outbox.drop_column("forked_at")
