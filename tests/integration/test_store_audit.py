"""Audit searches: by member, method, state and day, on each kind of database, and what they cost."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import text

from node.domain.events import AttestationState, Attested, Decided, ReasonClass, Revoked, Terms
from node.domain.ledger import AttestationFilter, Position
from node.store.database import open_engine, snapshot, transaction, upgrade
from node.store.ledger import LedgerView
from node.store.projection import project, take_back
from node.store.tables.chain import BlockRow

pytestmark = pytest.mark.integration

DAY_S = 86_400
START = 1_800_000_000 // DAY_S * DAY_S
EACH_DAY = 50
DAYS = 40
NOW = START + DAYS * DAY_S


def _id(number: int) -> bytes:
    return number.to_bytes(32, "big")


def _terms(number: int, at: int) -> Terms:
    return Terms(1 + number % 4, 5 + number % 3, b"met" + bytes([number % 5]), 0, 20_000, at + 3 * DAY_S)


def _events(day: int, at: int) -> list[Any]:
    """A day: fifty attested; of these twenty decided and five withdrawn."""
    ids = range(day * EACH_DAY, (day + 1) * EACH_DAY)
    made: list[Any] = [Attested(_id(n), 1 + n % 4, 5 + n % 3, _terms(n, at)) for n in ids]
    made += [Decided(_id(n), 5 + n % 3, _id(n)) for n in ids[:20]]
    return made + [Revoked(_id(n), 1 + n % 4, ReasonClass.ENDED) for n in ids[:5]]


@pytest.fixture(name="engine")
def _engine(new_database) -> Any:
    url = new_database("node")
    upgrade(url)
    engine = open_engine(url)
    with transaction(engine) as session:
        for day in range(DAYS):
            height, at = 1 + day, START + day * DAY_S
            columns = {"parent_hash": _id(day), "history_head": b"", "history_count": 0, "is_marker": False}
            session.add(BlockRow(number=height, hash=_id(height), time=at, **columns))
            session.flush()
            located = enumerate(_events(day, at))
            project(session, [(Position(height, place, at), event) for place, event in located])
    yield engine
    engine.dispose()


def _numbers(engine, *, order: dict[str, Any] | None = None, **wanted: Any) -> list[int]:
    order = order or {}
    with snapshot(engine) as session:
        found = LedgerView(session).attestations(AttestationFilter(**wanted), limit=10_000, **order)
    return [int.from_bytes(entry.attestation_id, "big") for entry in found]


ALL = range(EACH_DAY * DAYS)


@pytest.mark.parametrize(
    ("wanted", "belongs"),
    [
        ({"issuer": 2}, lambda n: n % 4 == 1),
        ({"recipient": 5}, lambda n: n % 3 == 0),
        ({"issuer": 2, "recipient": 5}, lambda n: n % 4 == 1 and n % 3 == 0),
        ({"method": b"met\x03"}, lambda n: n % 5 == 3),
        ({"since": START + 3 * DAY_S, "until": START + 4 * DAY_S}, lambda n: n // EACH_DAY == 3),
        ({"since": NOW}, lambda _: False),
        ({"until": START}, lambda _: False),
        ({"state": (AttestationState.REVOKED, NOW)}, lambda n: n % EACH_DAY < 5),
        ({"state": (AttestationState.DECIDED, NOW)}, lambda n: 5 <= n % EACH_DAY < 20),
        (
            {"state": (AttestationState.PENDING, NOW)},
            lambda n: n % EACH_DAY >= 20 and START + n // EACH_DAY * DAY_S + 3 * DAY_S >= NOW,
        ),
        (
            {"state": (AttestationState.LAPSED, NOW)},
            lambda n: n % EACH_DAY >= 20 and START + n // EACH_DAY * DAY_S + 3 * DAY_S < NOW,
        ),
    ],
    ids=lambda value: "-".join(map(str, value)) if isinstance(value, dict) else "",
)
def test_a_search_finds_exactly_what_belongs_in_the_order_of_the_history(engine, wanted, belongs):
    assert _numbers(engine, **wanted) == [n for n in ALL if belongs(n)]


def test_pages_follow_each_other_without_gap(engine):
    seen: list[int] = []
    after = None
    with snapshot(engine) as session:
        view = LedgerView(session)
        while page := view.attestations(AttestationFilter(issuer=2), after=after, limit=33):
            seen += [int.from_bytes(entry.attestation_id, "big") for entry in page]
            after = view.trail(page[-1].attestation_id)[0][1]
    assert seen == [n for n in ALL if n % 4 == 1]


COMBINED = [
    ({"issuer": 2, "recipient": 5}, lambda n: n % 4 == 1 and n % 3 == 0),
    ({"issuer": 2, "method": b"met\x03"}, lambda n: n % 4 == 1 and n % 5 == 3),
    ({"issuer": 2, "state": (AttestationState.REVOKED, NOW)}, lambda n: n % 4 == 1 and n % EACH_DAY < 5),
    (
        {"method": b"met\x03", "since": START + DAY_S, "until": START + 3 * DAY_S},
        lambda n: n % 5 == 3 and n // EACH_DAY in {1, 2},
    ),
    ({"issuer": 9, "state": (AttestationState.REVOKED, NOW)}, lambda _: False),
    ({"issuer": 2, "method": b"none"}, lambda _: False),
    ({}, lambda _: True),
]


@pytest.mark.parametrize(("wanted", "belongs"), COMBINED)
def test_a_combined_search_gives_all_of_it_in_bounded_pages(engine, monkeypatch, wanted, belongs):
    monkeypatch.setattr("node.store.attestations.EXAMINED_MAX", 60)
    seen: list[int] = []
    after, pages = None, 0
    with snapshot(engine) as session:
        view = LedgerView(session)
        while pages == 0 or after is not None:
            page, after = view.search(AttestationFilter(**wanted), after=after, limit=7)
            seen += [int.from_bytes(entry.attestation_id, "big") for entry in page]
            pages += 1
            assert pages < 1000
    assert seen == [n for n in ALL if belongs(n)]


def test_the_newest_come_first_where_asked(engine):
    assert _numbers(engine, order={"newest_first": True})[:3] == [ALL[-1], ALL[-2], ALL[-3]]


def test_volumes_and_withdrawals_are_counted(engine):
    with snapshot(engine) as session:
        view = LedgerView(session)
        volumes, withdrawals = view.volumes(), view.withdrawals()
        one_day = view.volumes(since=START, until=START + DAY_S)
    assert sum(one.attested for one in volumes) == EACH_DAY * DAYS
    assert sum(one.decided for one in volumes) == 20 * DAYS
    assert sum(one.revoked for one in volumes) == 5 * DAYS
    assert sum(one.attested for one in one_day) == EACH_DAY
    assert [(one.reason, one.revoked_at, one.decided_at) for one in withdrawals[:2]] == [
        (ReasonClass.ENDED, START, START)
    ] * 2
    assert len(withdrawals) == 5 * DAYS


def test_a_roll_back_undoes_decisions_and_withdrawals(engine):
    with transaction(engine) as session:
        late = Revoked(_id(7), 1, ReasonClass.ERROR)
        columns = {"parent_hash": b"", "history_head": b"", "history_count": 0, "is_marker": False}
        session.add(BlockRow(number=DAYS + 1, hash=b"late", time=NOW, **columns))
        session.flush()
        project(session, [(Position(DAYS + 1, 0, NOW), late)])
    assert 7 in _numbers(engine, state=(AttestationState.REVOKED, NOW))
    with transaction(engine) as session:
        take_back(session, above=DAYS)
    assert 7 not in _numbers(engine, state=(AttestationState.REVOKED, NOW))
    assert 7 in _numbers(engine, state=(AttestationState.DECIDED, NOW))


@pytest.mark.parametrize(
    ("wanted", "index"),
    [
        ({"issuer": 2}, "ix_attestations_issuer"),
        ({"recipient": 5}, "ix_attestations_recipient"),
        ({"method": b"met\x03"}, "ix_attestations_method"),
        ({"state": (AttestationState.REVOKED, NOW)}, "ix_attestations_revoked"),
        ({"state": (AttestationState.DECIDED, NOW)}, "ix_attestations_decided"),
        ({"state": (AttestationState.PENDING, NOW)}, "ix_attestations_open"),
    ],
)
def test_on_sqlite_a_search_walks_its_index_and_sorts_nothing(tmp_path, wanted, index):
    url = f"sqlite:///{tmp_path / 'node.db'}"
    upgrade(url)
    engine = open_engine(url)
    plans: list[str] = []
    with transaction(engine) as session:
        session.add(
            BlockRow(
                number=1,
                hash=b"1",
                time=NOW,
                parent_hash=b"",
                history_head=b"",
                history_count=0,
                is_marker=False,
            )
        )
        session.flush()
        view = LedgerView(session)
        original = session.execute

        def explain(statement: Any) -> Any:
            compiled = statement.compile(engine, compile_kwargs={"literal_binds": True})
            plans.extend(row[3] for row in original(text("EXPLAIN QUERY PLAN " + str(compiled))))
            return original(statement)

        session.execute = explain
        view.attestations(AttestationFilter(**wanted))
    engine.dispose()
    assert any(index in step for step in plans), plans
    assert not any("TEMP B-TREE" in step for step in plans), plans
