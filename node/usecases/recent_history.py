"""What the explorer draws: the last month day by day, and how long after decisions revocations came.

From the chain's index alone, which no member can alter.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from node.domain.days import date_of, first_second, jst_day
from node.domain.delays import count_spans
from node.domain.ids import JstDay
from node.domain.ledger import Volume
from node.usecases.reuse_ports import Exchange

DAYS = 30
"""A month of columns still fits a phone."""


@dataclass(frozen=True)
class RecentHistory:
    """Counts per day in Japan, and delays of revocations."""

    exchange: Exchange

    def __call__(self) -> dict[str, Any]:
        """Give `days` ("day", and of what was attested on it: attested, decided, revoked) and `spans`."""
        today = jst_day(self.exchange.clock.now())
        with self.exchange.snapshot() as unit:
            days = [
                _day(JstDay(day), unit.ledger.volumes(since=_first(day), until=_first(day + 1)))
                for day in range(today - DAYS + 1, today + 1)
            ]
            delays = [
                one.revoked_at - one.decided_at
                for one in unit.ledger.withdrawals()
                if one.decided_at is not None
            ]
        return {"days": days, "spans": count_spans(delays)}


def _first(day: int) -> int:
    return first_second(date_of(JstDay(day)))


def _day(day: JstDay, volumes: Iterable[Volume]) -> dict[str, Any]:
    counts = [(one.attested, one.decided, one.revoked) for one in volumes]
    attested, decided, revoked = (sum(column) for column in zip((0, 0, 0), *counts, strict=True))
    return {"day": date_of(day).isoformat(), "attested": attested, "decided": decided, "revoked": revoked}
