"""What the regulator's overview costs, in SQLite's own steps: the same whatever lies before its month."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import event

from node.domain.events import Attested, Decided, ReasonClass, Revoked, Terms
from node.domain.ledger import AttestationFilter, IndexStatus, Position
from node.store.database import open_engine, snapshot, transaction, upgrade
from node.store.projection import project
from node.store.tables.chain import BlockRow
from node.store.tables.reuse import OpeningRow
from node.store.unit import Unit
from node.store.vault import EncryptedFiles, Vault
from node.usecases.audit_history import ShowStanding, SummariseHistory
from node.usecases.check_completeness import CompareHead, LastCheck
from node.usecases.recent_history import DAYS, RecentHistory

pytestmark = pytest.mark.integration

DAY_S = 86_400
EACH_DAY = 20
START = 1_700_000_000 // DAY_S * DAY_S
STEPS = 10
"""Every so many instructions SQLite tells."""


def _id(number: int) -> bytes:
    return number.to_bytes(32, "big")


def _day(day: int) -> list[Any]:
    ids = range(day * EACH_DAY, (day + 1) * EACH_DAY)
    terms = Terms(1, 2, b"meth", 6, 20_000, START + (day + 3) * DAY_S)
    return [
        *(Attested(_id(n), 1, 2, terms) for n in ids),
        *(Decided(_id(n), 2, _id(n)) for n in ids),
        *(Revoked(_id(n), 1, ReasonClass.ENDED) for n in ids[:5]),
    ]


@contextmanager
def _regulator(folder, days: int) -> Iterator[tuple[SimpleNamespace, list[int]]]:
    """An exchange over so many days, the last of them today; and what counts the steps."""
    url = f"sqlite:///{folder / str(days)}.db"
    upgrade(url)
    engine = open_engine(url)
    told: list[int] = []

    @event.listens_for(engine, "connect")
    def watch(connection: Any, _record: Any) -> None:
        connection.set_progress_handler(lambda: told.append(STEPS), STEPS)

    with transaction(engine) as session:
        for day in range(days):
            at = START + (days - 1) * DAY_S - (days - 1 - day) * DAY_S
            kept = {"parent_hash": _id(day), "history_head": b"", "history_count": 0, "is_marker": False}
            session.add(BlockRow(number=1 + day, hash=_id(1 + day), time=at, **kept))
            session.flush()
            events = _day(day)
            project(session, [(Position(1 + day, n, at), one) for n, one in enumerate(events)])
            for one in events[:EACH_DAY]:
                opening = {"recipient_id": 2, "accepted": False, "codes": ["too_old"], "document": {}}
                session.add(OpeningRow(attestation_id=one.attestation_id.hex(), received_at=at, **opening))
    files, now = EncryptedFiles(f"file://{folder}/vault"), START + (days - 1) * DAY_S
    clock = SimpleNamespace(now=lambda: now)

    @contextmanager
    def units() -> Iterator[Unit]:
        with snapshot(engine) as session:
            yield Unit(session, Vault(session, files, bytes(32), now=lambda: now), clock=clock)

    status = IndexStatus(days, now, days, now, days, b"")
    history = SimpleNamespace(sync=lambda: status, status=lambda: status, head=lambda: (b"", days))
    told.clear()
    yield SimpleNamespace(snapshot=units, history=history, clock=clock), told
    engine.dispose()


def _overview(exchange: Any) -> None:
    """What the page asks."""
    for use_case in (ShowStanding, CompareHead, LastCheck, RecentHistory):
        use_case(exchange)()
    with exchange.snapshot() as unit:
        lately = AttestationFilter(since=exchange.clock.now() - DAYS * DAY_S)
        assert unit.ledger.attestations(lately, newest_first=True, limit=200)


def _steps(folder, days: int, ask: Callable[[Any], object]) -> int:
    folder.mkdir(exist_ok=True)
    with _regulator(folder, days) as (exchange, told):
        ask(exchange)
        return sum(told)


def test_a_history_ten_times_as_long_costs_the_overview_no_more(tmp_path):
    short = _steps(tmp_path / "a", 2 * DAYS, _overview)
    long = _steps(tmp_path / "b", 20 * DAYS, _overview)
    assert long < 1.1 * short


def test_the_measure_tells_what_visits_everything(tmp_path):
    short = _steps(tmp_path / "a", 2 * DAYS, lambda exchange: SummariseHistory(exchange)())
    long = _steps(tmp_path / "b", 20 * DAYS, lambda exchange: SummariseHistory(exchange)())
    assert long > 5 * short
