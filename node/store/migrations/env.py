"""Alembic's entry: runs revisions on the connection that `node.store.database.migrate` hands over.

Decides nothing about tables; `node.store.tables` is the metadata that a new revision is compared with.
"""

from __future__ import annotations

from alembic import context
from sqlmodel import SQLModel

from node.store.tables import load_tables

load_tables()
context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=SQLModel.metadata,
    render_as_batch=True,  # SQLite cannot ALTER most things; batch mode copies the table
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
