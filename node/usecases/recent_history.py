"""What the explorer draws of the last month: attestations day by day, and by issuer and recipient.

From the chain's index alone, which no member can alter. Costs what a month holds, not what the history does.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Any

from node.domain.days import date_of, first_second, jst_day
from node.domain.ids import JstDay
from node.domain.ledger import AttestationEntry, AttestationFilter, Position, Volume
from node.usecases.reuse_ports import Exchange, LedgerReader

DAYS = 30
"""A month of columns still fits a phone."""

PAGE = 1_000
"""Rows per query while walking over today's."""

_COUNTED = ("attested", "decided", "revoked")


@dataclass(frozen=True)
class RecentHistory:
    """Counts per day in Japan, and per pair of members."""

    exchange: Exchange

    def __call__(self) -> dict[str, Any]:
        """Give `days` ("day", and of what was attested on it: attested, decided, revoked) and `pairs`."""
        today = jst_day(self.exchange.clock.now())
        with self.exchange.snapshot() as unit:
            volumes = {
                JstDay(day): unit.ledger.volumes(since=_first(day), until=_first(day + 1))
                for day in range(today - DAYS + 1, today)
            }
            volumes[today] = _since(unit.ledger, _first(today))
        pairs: Counter[tuple[int, int]] = Counter()
        for one in chain.from_iterable(volumes.values()):
            pairs[one.issuer, one.recipient] += one.attested
        days = [_day(day, found) for day, found in volumes.items()]
        return {"days": days, "pairs": dict(sorted(pairs.items()))}


def _since(ledger: LedgerReader, second: int) -> list[Volume]:
    """Volumes of a period that goes on: without an end the database would count the whole history for it."""
    found: Counter[tuple[int, int, str]] = Counter()
    for one in _recorded_since(ledger, second):
        pair = (one.terms.issuer, one.terms.recipient)
        found[*pair, "attested"] += 1
        found[*pair, "decided"] += one.decided_at is not None
        found[*pair, "revoked"] += one.revoked_at is not None
    pairs = sorted({(issuer, recipient) for issuer, recipient, _ in found})
    return [Volume(*pair, *(found[*pair, what] for what in _COUNTED)) for pair in pairs]


def _recorded_since(ledger: LedgerReader, second: int) -> Iterator[AttestationEntry]:
    after: Position | None = None
    while True:
        page, after = ledger.search(AttestationFilter(since=second), after=after, limit=PAGE)
        yield from page
        if after is None:
            return


def _first(day: int) -> int:
    return first_second(date_of(JstDay(day)))


def _day(day: JstDay, volumes: Iterable[Volume]) -> dict[str, Any]:
    counts = [(one.attested, one.decided, one.revoked) for one in volumes]
    attested, decided, revoked = (sum(column) for column in zip((0, 0, 0), *counts, strict=True))
    return {"day": date_of(day).isoformat(), "attested": attested, "decided": decided, "revoked": revoked}
