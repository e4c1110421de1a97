"""Indexes for lists of cases and reuses that are given page by page, oldest first."""

from __future__ import annotations

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

BY_STATE = ("cases", "reuses", "review_cases")
BY_TIME = ("reuses", "review_cases")


def upgrade() -> None:
    """Create what this revision adds."""
    for table in BY_STATE:
        op.drop_index(f"ix_{table}_state", table)
        op.create_index(f"ix_{table}_state", table, ["state", "created_at"])
    for table in BY_TIME:
        op.create_index(f"ix_{table}_created_at", table, ["created_at"])


def downgrade() -> None:
    """Put the former ones back."""
    for table in BY_TIME:
        op.drop_index(f"ix_{table}_created_at", table)
    for table in BY_STATE:
        op.drop_index(f"ix_{table}_state", table)
        op.create_index(f"ix_{table}_state", table, ["state"])
