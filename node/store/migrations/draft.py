"""Print a draft revision: the difference between the SQLModel classes and the migrated schema.

Run as `python -m node.store.migrations.draft "subject"`. Works on a throw-away SQLite file; writes nothing
else.
"""

from __future__ import annotations

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from alembic.autogenerate import produce_migrations, render_python_code
from alembic.migration import MigrationContext
from sqlmodel import SQLModel

from node.store.database import migrate, open_engine
from node.store.tables import load_tables


def draft() -> str:
    """Render the body of the revision's `upgrade` and `downgrade`."""
    load_tables()
    with TemporaryDirectory() as folder:
        engine = open_engine(f"sqlite:///{Path(folder) / 'draft.db'}")
        with engine.begin() as connection:
            migrate(connection)
        with engine.connect() as connection:
            context = MigrationContext.configure(connection, opts={"compare_type": True})
            script = produce_migrations(context, SQLModel.metadata)
        engine.dispose()
    assert script.upgrade_ops is not None
    assert script.downgrade_ops is not None
    return "\n\n".join(render_python_code(part) for part in (script.upgrade_ops, script.downgrade_ops))


if __name__ == "__main__":
    sys.stdout.write(draft() + "\n")
