"""Run a private PostgreSQL for tests and benchmarks: a server of its own, started and stopped here.

A real PostgreSQL 15 or newer from the Debian packages, in a temporary folder, reached by a Unix socket only,
so that it takes no port and nothing else on the machine sees it. PostgreSQL refuses to run as root; started
by root it runs as `postgres` or `nobody`. Databases are copies of one migrated template, and are emptied and
lent again, because a test wants a fresh one within milliseconds.

    with Postgres() as server:
        engine = open_engine(server.database())
"""

from __future__ import annotations

import itertools
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path
from typing import Any, Self
from urllib.parse import quote

import psycopg
from sqlalchemy.engine import make_url

from node.store.database import upgrade
from tests.sim.patience import DEADLINE_S, eventually

OWNER = "rireki"
TEMPLATE = "migrated"

_INSTALLED = Path("/usr/lib/postgresql")
_ACCOUNTS = ("postgres", "nobody")

_MEMORY = "/dev/shm"  # noqa: S108  a folder of an unguessable name, mode 0700, is made in it
"""Where Linux keeps files in memory: a cluster is some 40 MB in 1,000 files."""

_TABLES = """
    SELECT tablename FROM pg_tables
    WHERE schemaname = 'public' AND tablename <> 'alembic_version'
"""

_QUICK = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")
"""A test's database need not survive a power cut; the node under test may be killed all the same."""


class PostgresUnavailableError(RuntimeError):
    """PostgreSQL is not installed, or did not start; the message says what to do."""


def server_binaries() -> Path:
    """Find the newest installed server's folder.

    Raises:
        PostgresUnavailableError: none is installed.
    """
    found = [path.parent for path in _INSTALLED.glob("*/bin/postgres")]
    on_path = shutil.which("postgres")
    found += [Path(on_path).parent] if on_path else []
    if not found:
        raise PostgresUnavailableError("PostgreSQL is not installed; run: apt-get install postgresql")
    return max(found, key=_version)


class Postgres:
    """A running server; a context manager that ends exactly its own process.

    Args:
        durable: keep PostgreSQL's own promises about power cuts (benchmarks); tests do without.
    """

    def __init__(self, *, durable: bool = False) -> None:
        self._settings = () if durable else _QUICK
        self._folder: Path | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._numbers = itertools.count(1)
        self._spare: list[str] = []

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        """Make a cluster, start it, wait until it answers.

        Raises:
            PostgresUnavailableError: not installed, or it did not start.
        """
        binaries = server_binaries()
        in_memory = self._settings and os.access(_MEMORY, os.W_OK)
        self._folder = Path(tempfile.mkdtemp(prefix="rireki-pg-", dir=_MEMORY if in_memory else None))
        account = _account()
        if account:
            os.chown(self._folder, account["user"], account["group"])
        try:
            self._make_cluster(binaries, account)
            self._launch(binaries, account)
            self._wait()
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Disconnect everybody, end the process, remove the folder."""
        if self._process is not None:
            self._process.send_signal(signal.SIGINT)  # PostgreSQL's "fast shutdown"
            try:
                self._process.wait(DEADLINE_S)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
            self._process = None
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)
            self._folder = None

    def url(self, database: str) -> str:
        """URL of a database of this server, as the node's settings take it."""
        return f"postgresql://{OWNER}@/{database}?host={quote(str(self._folder), safe='')}"

    def database(self) -> str:
        """Make a migrated, empty database; returns its URL."""
        return self._spare.pop() if self._spare else self._create(f"TEMPLATE {TEMPLATE}")

    def empty_database(self) -> str:
        """Make a database without tables; returns its URL."""
        return self._create("")

    def give_back(self, url: str) -> None:
        """Empty a database that is no longer used; `database` lends it again. Quicker than a new one."""
        name = make_url(url).database
        self._admin("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", name)
        with psycopg.connect(self.url(name)) as connection:
            connection.execute("SET session_replication_role = replica")  # no foreign keys meanwhile
            for (table,) in connection.execute(_TABLES).fetchall():
                connection.execute(f'DELETE FROM "{table}"')  # noqa: S608  the server's own list
        self._spare.append(url)

    def drop(self, url: str) -> None:
        """Remove a database, whoever is connected to it."""
        self._admin(f"DROP DATABASE {make_url(url).database} WITH (FORCE)")

    def _create(self, how: str) -> str:
        name = f"node_{next(self._numbers)}"
        if how and not self._has(TEMPLATE):
            self._admin(f"CREATE DATABASE {TEMPLATE}")
            upgrade(self.url(TEMPLATE))
        self._admin(f"CREATE DATABASE {name} {how}")
        return self.url(name)

    def _has(self, database: str) -> bool:
        return bool(self._admin("SELECT 1 FROM pg_database WHERE datname = %s", database))

    def _admin(self, sql: str, *values: str) -> list[Any]:
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            cursor = connection.execute(sql.encode(), values or None)
            return cursor.fetchall() if cursor.description else []

    def _make_cluster(self, binaries: Path, account: dict[str, Any]) -> None:
        command = [str(binaries / "initdb"), "-D", str(self._data), "-U", OWNER, "-A", "trust", "-N"]
        command += ["-E", "UTF8", "--locale=C"]
        made = subprocess.run(command, capture_output=True, text=True, check=False, cwd="/", **account)
        if made.returncode:
            raise PostgresUnavailableError(f"initdb failed: {made.stderr.strip()[-300:]}")

    def _launch(self, binaries: Path, account: dict[str, Any]) -> None:
        assert self._folder is not None
        command = [str(binaries / "postgres"), "-D", str(self._data)]
        for setting in (*self._settings, "listen_addresses=", f"unix_socket_directories={self._folder}"):
            command += ["-c", setting]
        with (self._folder / "log").open("wb") as log:
            self._process = subprocess.Popen(
                command, stdout=log, stderr=subprocess.STDOUT, cwd="/", **account
            )

    def _wait(self) -> None:
        eventually(self._answers, describe=self._last_words)

    def _answers(self) -> bool:
        assert self._process is not None
        if self._process.poll() is not None:
            raise PostgresUnavailableError(f"PostgreSQL did not start: {self._last_words()}")
        try:
            self._admin("SELECT 1")
        except psycopg.OperationalError:
            return False
        return True

    def _last_words(self) -> str:
        assert self._folder is not None
        return (self._folder / "log").read_text(errors="replace").strip()[-300:]

    @property
    def _data(self) -> Path:
        assert self._folder is not None, "the server runs"
        return self._folder / "data"


def _account() -> dict[str, Any]:
    """Whom to run as, in `subprocess`'s words; nothing when this process is not root."""
    if os.geteuid() != 0:
        return {}
    for name in _ACCOUNTS:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
    raise PostgresUnavailableError("PostgreSQL does not run as root; make an account named postgres")


def _version(binaries: Path) -> int:
    name = binaries.parent.name
    return int(name) if name.isdigit() else 0
