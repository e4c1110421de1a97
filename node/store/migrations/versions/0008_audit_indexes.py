"""Indexes for audit: by member, method, state and day, each in the order of the history."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

PLACE = ["block_number", "log_index"]
STATES = {
    "ix_attestations_open": "decided_in IS NULL AND revoked_in IS NULL",
    "ix_attestations_decided": "decided_in IS NOT NULL AND revoked_in IS NULL",
    "ix_attestations_revoked": "revoked_in IS NOT NULL",
}


def upgrade() -> None:
    """Create what this revision adds."""
    for name in ("issuer", "recipient", "decided_in", "revoked_in"):
        op.drop_index(f"ix_attestations_{name}", "attestations")
    for name in ("issuer", "recipient", "method"):
        op.create_index(f"ix_attestations_{name}", "attestations", [name, *PLACE])
    for name, condition in STATES.items():
        where = sa.text(condition)
        op.create_index(name, "attestations", PLACE, sqlite_where=where, postgresql_where=where)
    op.create_index("ix_blocks_time", "blocks", ["time"])


def downgrade() -> None:
    """Put the former ones back."""
    op.drop_index("ix_blocks_time", "blocks")
    for name in (*STATES, "ix_attestations_issuer", "ix_attestations_recipient", "ix_attestations_method"):
        op.drop_index(name, "attestations")
    for name in ("issuer", "recipient"):
        op.create_index(f"ix_attestations_{name}", "attestations", [name, "at"])
    for name in ("decided_in", "revoked_in"):
        op.create_index(f"ix_attestations_{name}", "attestations", [name])
