"""Transactions on each kind of database: all or nothing, no lost update, failures with names."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from node.errors import Corrupt, Unavailable
from node.store import database
from node.store.database import open_engine, snapshot, transaction, upgrade
from node.store.tables.outbox import NonceRow
from node.unit_of_work import UnitOfWorkError
from tests.integration.reuse_network import eventually

pytestmark = pytest.mark.integration


@pytest.fixture(name="engine")
def _engine(new_database) -> Any:
    url = new_database("node")
    upgrade(url)
    engine = open_engine(url)
    yield engine
    engine.dispose()


ADD = text("INSERT INTO nonces (sender, next_nonce) VALUES (:sender, 0)")
COUNT = text("SELECT count(*) FROM nonces")
RAISE = text("UPDATE nonces SET next_nonce = next_nonce + 1 WHERE sender = :sender")


def _elsewhere(work: Callable[[], Any]) -> Any:
    """In a thread of its own, as another customer's request."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(work).result()


def _write(engine: Any, sender: str = "a") -> None:
    with transaction(engine) as session:
        session.execute(ADD, {"sender": sender})


def _failure(work: Callable[[], Any]) -> Any:
    try:
        work()
    except Unavailable as error:
        return error
    return None


def _add_and_fail(session: Session) -> None:
    session.execute(ADD, {"sender": "a"})
    raise RuntimeError


def _count(engine) -> int:
    with snapshot(engine) as session:
        return session.execute(COUNT).scalar_one()


def test_a_transaction_is_kept_when_its_block_ends(engine):
    with transaction(engine) as session:
        session.execute(ADD, {"sender": "a"})
    assert _count(engine) == 1


def test_a_transaction_is_undone_when_its_block_raises(engine):
    with pytest.raises(RuntimeError), transaction(engine) as session:
        _add_and_fail(session)
    assert _count(engine) == 0


def _write_to(session: Session) -> None:
    session.execute(ADD, {"sender": "a"})


def test_a_snapshot_refuses_to_write(engine):
    with pytest.raises(UnitOfWorkError), snapshot(engine) as session:
        _write_to(session)
    assert _count(engine) == 0


def test_a_snapshot_shows_one_state_whatever_is_written_meanwhile(engine):
    with snapshot(engine) as session:
        before = session.execute(COUNT).scalar_one()
        _elsewhere(lambda: _write(engine))
        assert session.execute(COUNT).scalar_one() == before
    assert _count(engine) == before + 1


def test_a_snapshot_does_not_wait_for_a_writer(engine):
    with transaction(engine) as session:
        _write_to(session)
        assert _elsewhere(lambda: _count(engine)) == 0


@pytest.mark.parametrize("outer", [transaction, snapshot])
@pytest.mark.parametrize("inner", [transaction, snapshot])
def test_a_second_unit_of_work_in_the_same_thread_is_an_error(engine, outer, inner, unit_errors):
    with pytest.raises(UnitOfWorkError), outer(engine), inner(engine):
        pass
    assert len(unit_errors) == 1
    unit_errors.clear()
    _write(engine)  # and nothing is left locked by it


def test_whoever_waits_for_the_writers_turn_holds_no_connection(tmp_path):
    url = f"sqlite:///{tmp_path / 'node.db'}"
    upgrade(url)
    engine = open_engine(url, connections=2)
    with transaction(engine):
        waiting = [threading.Thread(target=_write, args=(engine, str(n))) for n in range(8)]
        for thread in waiting:
            thread.start()
        turns = engine.get_execution_options()["rireki_turns"]
        eventually(lambda: turns.waiting == len(waiting))
        assert _elsewhere(lambda: _count(engine)) == 0
    for thread in waiting:
        thread.join()
    assert _count(engine) == len(waiting)
    engine.dispose()


@pytest.mark.parametrize("where", ["this process", "another process"])
def test_a_writer_that_waits_too_long_is_told_so(tmp_path, monkeypatch, where):
    monkeypatch.setattr(database, "BUSY_TIMEOUT_MS", 50)
    monkeypatch.setattr(database, "WRITER_WAIT_S", 0.05)
    url = f"sqlite:///{tmp_path / 'node.db'}"
    upgrade(url)
    engine = open_engine(url)
    # Another process stands in another line: to SQLite, another engine is just that.
    other = engine if where == "this process" else open_engine(url)
    with transaction(engine):
        error = _elsewhere(lambda: _failure(lambda: _write(other)))
    assert error.code == "store.busy"
    engine.dispose()
    other.dispose()


def test_no_connection_in_time_is_a_busy_database(new_database, monkeypatch):
    monkeypatch.setattr(database, "CONNECTION_WAIT_S", 0.05)
    url = new_database("small")
    upgrade(url)
    engine = open_engine(url, connections=1)
    with snapshot(engine):
        error = _elsewhere(lambda: _failure(lambda: _count(engine)))
    assert error.code == "store.busy"
    engine.dispose()


def test_the_loser_of_a_deadlock_is_told_to_try_again(postgres):
    url = postgres.database()
    upgrade(url)
    engine = open_engine(url)
    for sender in "ab":
        _write(engine, sender)
    both = threading.Barrier(2)

    def cross(first: str, second: str) -> None:
        with transaction(engine) as session:
            session.execute(RAISE, {"sender": first})
            both.wait()
            session.execute(RAISE, {"sender": second})

    with ThreadPoolExecutor(2) as pool:
        ends = [pool.submit(_failure, partial(cross, *pair)) for pair in ("ab", "ba")]
        codes = [getattr(end.result(), "code", None) for end in ends]
    assert sorted(codes, key=str) == [None, "store.busy"]
    engine.dispose()
    postgres.give_back(url)


def test_a_taken_unique_key_is_a_conflict(engine):
    with transaction(engine) as session:
        session.execute(ADD, {"sender": "a"})
    with pytest.raises(Unavailable) as caught, transaction(engine) as session:
        session.execute(ADD, {"sender": "a"})
    assert caught.value.code == "store.conflict"


def test_concurrent_writers_lose_no_update(engine):
    with transaction(engine) as session:
        session.execute(ADD, {"sender": "a"})

    def add_many() -> None:
        for _ in range(25):
            with transaction(engine) as session:
                row = session.get(NonceRow, "a", with_for_update=True)
                row.next_nonce += 1

    threads = [threading.Thread(target=add_many) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with snapshot(engine) as session:
        assert session.execute(text("SELECT next_nonce FROM nonces")).scalar_one() == 100


LOG = text("INSERT INTO raw_logs (block_hash, log_index, tx_hash, topics, data) VALUES (:b, 0, :b, :b, :b)")


def test_foreign_keys_are_enforced(engine):
    with pytest.raises(IntegrityError), transaction(engine) as session:
        session.execute(LOG, {"b": b"no such block"})


def test_sqlite_is_set_to_survive_power_cuts_and_to_forget_what_is_erased(tmp_path):
    engine = open_engine(f"sqlite:///{tmp_path / 'node.db'}")
    with snapshot(engine) as session:
        assert session.execute(text("PRAGMA foreign_keys")).scalar_one() == 1
        assert session.execute(text("PRAGMA journal_mode")).scalar_one() == "wal"
        assert session.execute(text("PRAGMA secure_delete")).scalar_one() == 1
        assert session.execute(text("PRAGMA synchronous")).scalar_one() == 2
    engine.dispose()


def test_a_damaged_file_is_corrupt(tmp_path):
    (tmp_path / "node.db").write_bytes(b"this is no database" * 100)
    with pytest.raises(Corrupt) as caught:
        upgrade(f"sqlite:///{tmp_path / 'node.db'}")
    assert caught.value.code == "store.corrupt"
