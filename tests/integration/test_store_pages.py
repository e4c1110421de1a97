"""Long lists page by page, on each kind of database: nothing twice, nothing left out, by an index."""

from __future__ import annotations

from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import text
from sqlmodel import Session

from node.domain.review import ReviewCase, ReviewState
from node.errors import InvalidInput
from node.store.database import open_engine, transaction, upgrade
from node.store.repository import TableRepository
from node.store.tables.reuse import ReviewCaseRow

pytestmark = pytest.mark.integration

CASES = 25


@pytest.fixture(name="engine")
def _engine(new_database) -> Any:
    url = new_database("node")
    upgrade(url)
    engine = open_engine(url)
    with _cases(engine) as cases:
        for number in range(CASES):
            cases.add(_case(number))
    yield engine
    engine.dispose()


@contextmanager
def _cases(engine):
    with transaction(engine) as session:
        yield _repository(session)


def _repository(session: Session) -> TableRepository[ReviewCase]:
    return TableRepository(session, ReviewCaseRow, ReviewCase, kind="review")


def _case(number: int) -> ReviewCase:
    """Several at the same second, ids in no order of time, every third one closed."""
    return ReviewCase(
        case_id=f"{number * 7 % CASES:04d}",
        attestation_id=f"{number:064x}",
        reuse_id=f"r{number}",
        reason="ended",
        revoked_at=1,
        created_at=number // 4,
        state=(ReviewState.CLOSED if number % 3 == 0 else ReviewState.OPEN).value,
    )


@pytest.mark.parametrize("wanted", [{}, {"state": "open"}, {"state": "closed"}])
@pytest.mark.parametrize("limit", [1, 4, CASES])
def test_the_pages_together_are_the_whole_list_in_order(engine, wanted, limit):
    with _cases(engine) as cases:
        whole = list(cases.find(**wanted))
        seen: list[ReviewCase] = []
        while page := cases.page(after=seen[-1].case_id if seen else None, limit=limit, **wanted):
            assert len(page) <= limit
            seen += page
    assert seen == whole
    assert whole == sorted(whole, key=lambda case: (case.created_at, case.case_id))


def test_a_page_behind_an_unknown_id_is_refused(engine):
    with _cases(engine) as cases, pytest.raises(InvalidInput) as caught:
        cases.page(after="nobody", limit=1)
    assert caught.value.code == "review.unknown"


def test_a_page_of_one_state_is_read_by_its_index(tmp_path):
    url = f"sqlite:///{tmp_path / 'plan.db'}"
    upgrade(url)
    engine = open_engine(url)
    query = "SELECT * FROM review_cases WHERE state = 'open' AND (created_at, case_id) > (1, '') "
    with engine.connect() as connection:
        plan = str(connection.execute(text(f"EXPLAIN QUERY PLAN {query} ORDER BY created_at LIMIT 2")).all())
    engine.dispose()
    assert "ix_review_cases_state (state=? AND created_at" in plan
