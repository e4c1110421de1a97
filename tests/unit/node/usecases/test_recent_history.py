"""The explorer's month: whole days in Japan, up to today, summed over all pairs."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import pytest

from node.domain.events import Terms
from node.domain.ledger import AttestationEntry, AttestationFilter, Position, Volume
from node.usecases.recent_history import DAYS, RecentHistory

pytestmark = pytest.mark.unit

MIDNIGHT = 1_795_273_200
"""2026-11-22 00:00 in Japan."""


@dataclass
class Index:
    """Two pairs, busy on the days that begin at these seconds."""

    busy: tuple[int, ...]
    asked: list[tuple[int, int]] = field(default_factory=list)

    def volumes(self, *, since: int, until: int) -> list[Volume]:
        self.asked.append((since, until))
        return [Volume(1, 2, 3, 2, 1), Volume(2, 1, 4, 0, 0)] if since in self.busy else []

    def search(self, wanted: AttestationFilter, *, after: Position | None, limit: int) -> tuple[list, Any]:
        """Two pages: three of the one pair, then four of the other."""
        del limit
        if after is None:
            self.asked.append((wanted.since, wanted.since + 86_400))
        if wanted.since not in self.busy:
            return [], None
        if after is None:
            states = [(1, None), (1, None), (None, 1)]
            return [_entry(1, 2, *state) for state in states], Position(1, 1, 1)
        return [_entry(2, 1, None, None)] * 4, None


def _entry(issuer: int, recipient: int, decided_at: int | None, revoked_at: int | None) -> AttestationEntry:
    terms = Terms(issuer, recipient, b"meth", 0, 20_000, MIDNIGHT)
    return AttestationEntry(bytes(32), terms, MIDNIGHT, decided_at, None, revoked_at, None)


def _recent(index: Index, now: int) -> dict[str, Any]:
    @contextmanager
    def transaction():
        yield SimpleNamespace(ledger=index)

    clock = SimpleNamespace(now=lambda: now)
    return RecentHistory(SimpleNamespace(clock=clock, snapshot=transaction))()  # type: ignore[arg-type]


def test_days_are_whole_in_japan_and_end_with_today():
    index = Index(busy=(MIDNIGHT,))
    days = _recent(index, MIDNIGHT + 60)["days"]
    assert days[-1] == {"day": "2026-11-22", "attested": 7, "decided": 2, "revoked": 1}
    assert days[-2] == {"day": "2026-11-21", "attested": 0, "decided": 0, "revoked": 0}
    assert len(days) == DAYS
    assert index.asked[-1] == (MIDNIGHT, MIDNIGHT + 86_400)
    assert all(earlier[1] == later[0] for earlier, later in zip(index.asked, index.asked[1:], strict=False))


def test_a_second_before_midnight_is_still_yesterday():
    assert _recent(Index(busy=()), MIDNIGHT - 1)["days"][-1]["day"] == "2026-11-21"


def test_pairs_are_summed_over_the_month():
    index = Index(busy=(MIDNIGHT, MIDNIGHT - 86_400))
    assert _recent(index, MIDNIGHT + 60)["pairs"] == {(1, 2): 6, (2, 1): 8}
    assert _recent(Index(busy=()), MIDNIGHT)["pairs"] == {}
