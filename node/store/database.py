"""Open the node's database and run one transaction on it: SQLite or PostgreSQL through the same code.

Decides connection settings, when a transaction begins and ends, and which database failures the rest of the
node sees (`Unavailable`, `Corrupt`). Does not create tables: `upgrade` runs the Alembic migrations, the only
way they come to be. Specs: SQLite "Write-Ahead Logging" and "PRAGMA Statements"; PostgreSQL appendix A
(SQLSTATE codes).
"""

from __future__ import annotations

from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DatabaseError, IntegrityError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnection
from sqlmodel import Session

from node.errors import Corrupt, InvalidInput, NodeError, Unavailable
from node.store.turns import Turns, busy
from node.unit_of_work import UnitOfWorkError, unit_of_work

if TYPE_CHECKING:
    from collections.abc import Iterator

CONNECTIONS = 15
"""Of an engine whose opener names no other number: a command's, a test's."""

WRITER_WAIT_S = 10.0
"""How long a SQLite writer stands in line in this process; our choice, well above ten index transactions of
the longest kind (about 1 s)."""

BUSY_TIMEOUT_MS = 5_000
"""How long the writer whose turn it is waits for another process on the same file: a command beside the
running node. Several index transactions."""

CONNECTION_WAIT_S = 10.0
"""How long a unit of work waits for a connection. With as many connections as threads nobody does."""

CACHE_KB = 65_536
"""Pages that SQLite keeps per connection; a catch-up writes to random places of its indexes."""

CHECKPOINT_PAGES = 8_000
"""Pages of 4 kB (32 MB) in the write-ahead log before they move into the database file. With SQLite's 1,000 a
catch-up moves the same pages again and again: a tenth of its processor time, measured."""

UNIQUE_VIOLATIONS = frozenset({"23505", "SQLITE_CONSTRAINT_UNIQUE", "SQLITE_CONSTRAINT_PRIMARYKEY"})
"""PostgreSQL `unique_violation`; the SQLite extended result codes of the same meaning."""

MIGRATIONS = Path(__file__).parent / "migrations"

_READ_ONLY = "rireki_read_only"
_TURNS = "rireki_turns"
"""Execution options that an engine carries: whether it only reads; where its writers queue."""

_WRITES = ("INSERT", "UPDATE", "DELETE", "REPLACE")

_LOST_TO_ANOTHER = frozenset({"40001", "40P01", "55P03"})
"""PostgreSQL `serialization_failure`, `deadlock_detected`, `lock_not_available`: the same again may work."""


def open_engine(url: str, *, connections: int = CONNECTIONS) -> Engine:
    """Open an engine; connects on first use.

    Args:
        url: `sqlite:///PATH` (percent-encoded, without options) or `postgresql://...`; other databases are
            refused.
        connections: how many units of work may be open at once.

    Raises:
        InvalidInput: `store.bad_url`, `store.no_driver`.
    """
    parsed = _parse(url)
    pool = {
        "pool_size": connections,
        "max_overflow": 0,
        "pool_timeout": CONNECTION_WAIT_S,
        "pool_use_lifo": True,  # a quiet node keeps few connections, and their pages, warm
    }
    if parsed.get_backend_name() == "sqlite":
        engine = _open_sqlite(parsed, **pool)
    else:
        engine = _open_postgresql(parsed, **pool)
    event.listen(engine, "before_cursor_execute", _refuse_to_write)
    return engine


def upgrade(url: str) -> None:
    """Bring the schema to the newest revision; does nothing when it is there already.

    Raises:
        InvalidInput: `store.bad_url`.
        Unavailable: the database cannot be reached or is busy.
        Corrupt: `store.corrupt`.
    """
    engine = open_engine(url)
    try:
        with _translated(), engine.begin() as connection:
            migrate(connection)
    finally:
        engine.dispose()


def migrate(connection: Connection, revision: str = "head") -> None:
    """Run the migrations on an open connection, inside its transaction."""
    config = Config()
    # Alembic reads its options through configparser, to which % is an interpolation.
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, revision)


@contextmanager
def transaction(engine: Engine) -> Iterator[Session]:
    """One unit of work: commits when the block ends, rolls back when it raises.

    On SQLite writers queue, and the one whose turn it is takes the write lock at once: two never deadlock
    half-way. A block holds one connection and must not ask for a second, nor call the network
    (`node.unit_of_work`).

    Raises:
        Unavailable: `store.busy`, `store.unreachable`, or `store.conflict` when another writer took the same
        unique key. Corrupt: `store.corrupt`.
    """
    with (
        unit_of_work("transaction"),
        _turn(engine),
        _translated(),
        Session(engine, expire_on_commit=False) as session,
        session.begin(),
    ):
        session.connection()
        yield session


@contextmanager
def snapshot(engine: Engine) -> Iterator[Session]:
    """A unit of work that only reads: one state of the database, and no writer waits for it or is waited for.

    Raises:
        Unavailable, Corrupt: as `transaction`.
    """
    reading = engine.execution_options(**_reading(engine))
    with unit_of_work("snapshot"), _translated(), Session(reading) as session:
        session.connection()
        yield session


def _turn(engine: Engine) -> AbstractContextManager[None]:
    """Taken before a connection is, so that whoever waits holds none."""
    turns: Turns | None = engine.get_execution_options().get(_TURNS)
    return nullcontext() if turns is None else turns.turn()


def _reading(engine: Engine) -> dict[str, Any]:
    # SQLite keeps one state through a transaction by itself; PostgreSQL from "repeatable read" on.
    if engine.dialect.name == "sqlite":
        return {_READ_ONLY: True}
    return {_READ_ONLY: True, "isolation_level": "REPEATABLE READ", "postgresql_readonly": True}


def _parse(url: str) -> URL:
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise _bad_url() from error
    if parsed.get_backend_name() not in {"sqlite", "postgresql"}:
        raise _bad_url()
    # Of the text: an option without a value ("/srv/a?b/node.db") is dropped from the parsed URL.
    if parsed.get_backend_name() == "sqlite" and "?" in url:
        hint = "Write a question mark of the path as %3F."
        raise InvalidInput("store.bad_url", "a SQLite URL takes no options here", hint=hint)
    return parsed


def _bad_url() -> InvalidInput:
    hint = "use sqlite:///PATH or postgresql://user@host/database"
    return InvalidInput("store.bad_url", "the database URL is not one the node understands", hint=hint)


def _open_postgresql(url: URL, **pool: Any) -> Engine:
    try:
        return create_engine(url.set(drivername="postgresql+psycopg"), pool_pre_ping=True, **pool)
    except ImportError as error:
        hint = "Install it: pip install 'rireki[postgres]'."
        raise InvalidInput("store.no_driver", "the PostgreSQL driver is not installed", hint=hint) from error


def _open_sqlite(url: URL, **pool: Any) -> Engine:
    if not url.database or url.database == ":memory:":
        raise InvalidInput("store.bad_url", "an in-memory database would lose history", hint="name a file")
    engine = create_engine(
        url.set(drivername="sqlite+pysqlite"), execution_options={_TURNS: Turns(WRITER_WAIT_S)}, **pool
    )
    event.listen(engine, "connect", _configure_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _configure_sqlite(connection: Any, _record: object) -> None:
    # The driver must not open transactions by itself: `_begin_sqlite` chooses the lock.
    connection.isolation_level = None
    for pragma in (
        f"busy_timeout={BUSY_TIMEOUT_MS}",
        "journal_mode=WAL",
        "synchronous=FULL",  # a commit survives power loss: the outbox relies on it
        f"cache_size=-{CACHE_KB}",
        f"wal_autocheckpoint={CHECKPOINT_PAGES}",
        "foreign_keys=ON",
        "secure_delete=ON",  # a destroyed data key must not linger in a free page
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    reads_only = connection.get_execution_options().get(_READ_ONLY, False)
    connection.exec_driver_sql("BEGIN" if reads_only else "BEGIN IMMEDIATE")


def _refuse_to_write(
    connection: Connection, _cursor: Any, statement: str, _parameters: Any, _context: Any, _many: bool
) -> None:
    """A snapshot that wrote would lose it, and on SQLite wait for the writers' lock out of turn."""
    reads_only = connection.get_execution_options().get(_READ_ONLY, False)
    if reads_only and statement.lstrip()[:7].upper().startswith(_WRITES):
        raise UnitOfWorkError("a snapshot was asked to write")


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except NoConnection as error:
        raise busy() from error
    except (DatabaseError, InterfaceError) as error:
        known = _meaning(error)
        if known is None:
            raise
        raise known from error


def _meaning(error: DatabaseError | InterfaceError) -> NodeError | None:
    """What a driver's error means to the node; None for a bug in our SQL, which must crash loudly."""
    name = getattr(error.orig, "sqlstate", None) or getattr(error.orig, "sqlite_errorname", None) or ""
    if isinstance(error, IntegrityError):
        hint = "repeat the call: the other writer's row will be seen"
        taken = Unavailable("store.conflict", "another writer recorded the same key first", hint=hint)
        return taken if name in UNIQUE_VIOLATIONS else None
    if name.startswith(("SQLITE_NOTADB", "SQLITE_CORRUPT")):
        return Corrupt(
            "store.corrupt", "the database file is damaged", hint="restore a backup, then re-index"
        )
    if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")) or name in _LOST_TO_ANOTHER:
        return busy()
    if isinstance(error, OperationalError | InterfaceError) and "no such table" not in str(error.orig):
        return Unavailable(
            "store.unreachable", "the database cannot be used now", hint="check database_url and disk"
        )
    return None
