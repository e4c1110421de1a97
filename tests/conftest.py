"""Rules for every test: each carries a marker that says what it needs. And both kinds of database."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import settings

from tests.sim.patience import TEST_S, patient_s
from tests.sim.postgres import Postgres
from tests.sim.sqlite import migrated
from verifier.errors import Unavailable

# The same examples in every run, and no time limit: what passes here passes on the integration server.
# `--hypothesis-profile=default` looks for new ones.
settings.register_profile("suite", derandomize=True, deadline=None)
settings.load_profile("suite")

pytest_plugins = ["tests.run.progress", "tests.run.order"]

NewDatabase = Callable[[str], str]
"""Name -> URL of a database of its own; the same name gives the same database."""

KINDS = frozenset({"unit", "ports", "properties", "contracts", "integration", "pcsc", "browser"})


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    _require_kinds(items)
    _require_lasting_names(items)
    if config.getoption("timeout", default=None) is None:
        for item in items:
            item.add_marker(pytest.mark.timeout(_limit_s(item)), append=False)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_setup() -> Iterator[None]:
    """A fixture that may not start pcscd here leaves its tests out, and says why."""
    with _left_out_without_pcscd():
        return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call() -> Iterator[None]:
    """So does a test that starts its own."""
    with _left_out_without_pcscd():
        return (yield)


@contextmanager
def _left_out_without_pcscd() -> Iterator[None]:
    try:
        yield
    except Unavailable as error:
        if error.code != "card.pcscd_needs_root":
            raise
        pytest.skip(f"not performed: {error.message}; {error.hint}")


def _limit_s(item: pytest.Item) -> float:
    """Seconds after which a test counts as hanging; one that is longer by nature says so."""
    own = item.get_closest_marker("timeout")
    return TEST_S if own is None else max(TEST_S, patient_s(own.args[0]))


def _require_kinds(items: list[pytest.Item]) -> None:
    unmarked = [item.nodeid for item in items if not KINDS & {mark.name for mark in item.iter_markers()}]
    if unmarked:
        raise pytest.UsageError(f"tests without a kind marker ({', '.join(sorted(KINDS))}): {unmarked[:5]}")


def _require_lasting_names(items: list[pytest.Item]) -> None:
    """Workers must find the same tests, and a failed one must be found again by its name."""
    passing = [item.nodeid for item in items if " at 0x" in item.nodeid]
    if passing:
        raise pytest.UsageError(f"tests named by an address in memory (use ids=): {passing[:5]}")


@pytest.fixture(autouse=True, name="unit_errors")
def _unit_errors() -> Iterator[list[str]]:
    """Units of work inside units of work: none in any test, also where a border swallowed the error.

    A test that provokes one on purpose takes this list and empties it.
    """
    found: list[str] = []

    class Listener(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            found.append(record.getMessage())

    listener, log = Listener(logging.CRITICAL), logging.getLogger("node.unit_of_work")
    log.addHandler(listener)
    yield found
    log.removeHandler(listener)
    assert not found, found


@pytest.fixture(scope="session", name="postgres")
def _postgres() -> Iterator[Postgres]:
    """One server for all tests, started when the first one asks."""
    with Postgres() as server:
        yield server


@pytest.fixture(name="new_database", params=["sqlite", "postgresql"])
def _new_database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[NewDatabase]:
    """Databases for a test that runs on each kind, migrated."""
    if request.param == "sqlite":
        yield lambda name: migrated(tmp_path / f"{name}.db")
        return
    server: Postgres = request.getfixturevalue("postgres")
    made: dict[str, str] = {}

    def find_or_make(name: str) -> str:
        if name not in made:
            made[name] = server.database()
        return made[name]

    yield find_or_make
    for url in made.values():
        server.give_back(url)
