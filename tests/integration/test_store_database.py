"""Transactions on each kind of database: all or nothing, no lost update, failures with names."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from node.errors import Corrupt, Unavailable
from node.store import database
from node.store.database import open_engine, snapshot, transaction, upgrade
from node.store.tables.outbox import NonceRow

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


def test_a_snapshot_keeps_nothing(engine):
    with snapshot(engine) as session:
        session.execute(ADD, {"sender": "a"})
    assert _count(engine) == 0


def test_a_snapshot_does_not_wait_for_a_writer(engine):
    with transaction(engine) as session:
        session.execute(ADD, {"sender": "a"})
        assert _count(engine) == 0


def test_a_writer_that_waits_too_long_is_told_so(tmp_path, monkeypatch):
    monkeypatch.setattr(database, "BUSY_TIMEOUT_MS", 50)
    url = f"sqlite:///{tmp_path / 'node.db'}"
    upgrade(url)
    engine = open_engine(url)
    with pytest.raises(Unavailable) as caught, transaction(engine), transaction(engine):
        pass
    assert caught.value.code == "store.busy"
    engine.dispose()


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
