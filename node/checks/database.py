"""The database: reachable, and its schema the one of this version. Creates and migrates nothing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.engine import make_url
from sqlmodel import Session

from node.checks.finding import Finding, failed, ok, warning
from node.config import Settings
from node.errors import Unavailable
from node.store.database import MIGRATIONS, open_engine, snapshot


def schema(settings: Settings) -> list[Finding]:
    """Whether the database answers, and has every migration of this version and none of a later one."""
    engine_name = make_url(settings.database).get_backend_name()
    if not _is_made(settings):
        hint = "`rireki db upgrade` or `rireki serve` makes it."
        return [warning("store.not_made", "the SQLite file does not exist yet", hint)]
    with read_database(settings) as session:
        found = set(MigrationContext.configure(session.connection()).get_current_heads())
    scripts = ScriptDirectory(str(MIGRATIONS))
    known = {script.revision for script in scripts.walk_revisions()}
    if found == set(scripts.get_heads()):
        return [ok(f"{engine_name}, schema {', '.join(sorted(found))}")]
    if found - known:
        hint = "Install the version that wrote it; an older node must not touch it."
        return [failed("store.newer", "the database belongs to a later version", hint)]
    at = ", ".join(sorted(found)) or "empty"
    return [
        warning("store.behind", f"{engine_name}, schema {at}, not at head", "`rireki db upgrade`, or serve.")
    ]


@contextmanager
def read_database(settings: Settings) -> Iterator[Session]:
    """A read-only session. Raises Unavailable (`store.not_made`, `store.*`)."""
    if not _is_made(settings):
        raise Unavailable("store.not_made", "there is no database yet", hint="Run `rireki db upgrade`.")
    engine = open_engine(settings.database)
    try:
        with snapshot(engine) as session:
            yield session
    finally:
        engine.dispose()


def _is_made(settings: Settings) -> bool:
    """A SQLite file must be there already: opening it would make it."""
    url = make_url(settings.database)
    return url.get_backend_name() != "sqlite" or not url.database or Path(url.database).exists()
