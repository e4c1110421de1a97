"""The regulator's page shows the visit that ended last, also when several ended within one second."""

from __future__ import annotations

import secrets
from contextlib import contextmanager
from types import SimpleNamespace

import pytest

from node.domain.ledger import IndexStatus
from node.store.database import open_engine, snapshot, transaction, upgrade
from node.store.unit import Unit
from node.store.vault import EncryptedFiles, Vault
from node.usecases.check_completeness import CheckCompleteness, LastCheck

pytestmark = pytest.mark.integration

NOW = 1_700_000_000
VISITORS = tuple(f"visitor {number}" for number in range(8))


@pytest.fixture
def exchange(tmp_path):
    """Of a regulator whose history is empty and whose clock stands still."""
    url = f"sqlite:///{tmp_path}/node.db"
    upgrade(url)
    engine, files = open_engine(url), EncryptedFiles(str(tmp_path / "vault"))
    clock = SimpleNamespace(now=lambda: NOW)

    def unit(session):
        return Unit(session, Vault(session, files, bytes(32), now=clock.now), clock=clock)

    @contextmanager
    def reading():
        with snapshot(engine) as session:
            yield unit(session)

    @contextmanager
    def writing():
        with transaction(engine) as session:
            yield unit(session)

    status = IndexStatus(0, NOW, 0, NOW, 0, b"")
    history = SimpleNamespace(sync=lambda: status, head=lambda: (b"", 0))
    yield SimpleNamespace(
        snapshot=reading, transaction=writing, history=history, clock=clock, randomness=secrets.token_bytes
    )
    engine.dispose()


def test_of_visits_within_one_second_the_last_is_shown(exchange):
    for visitor in VISITORS:
        CheckCompleteness(exchange)(by=visitor)
        assert LastCheck(exchange)()["checked_by"] == visitor
