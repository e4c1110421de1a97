"""What audit searches cost: by member, day, method and state, and one attestation's trail.

The history is made up and written by the projection that the indexer uses, without a chain: a million
attestations would take a development chain an hour. Measured at a tenth of the history and at all of it, with
answers of the same size, so that a cost which grows with the history shows.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from functools import partial
from itertools import islice
from pathlib import Path
from statistics import quantiles
from tempfile import TemporaryDirectory

from sqlalchemy import Engine, text

from node.domain.events import AttestationState, Attested, Decided, HistoryEvent, ReasonClass, Revoked, Terms
from node.domain.ledger import AttestationFilter, Position
from node.store.database import open_engine, snapshot, transaction, upgrade
from node.store.ledger import LedgerView
from node.store.projection import project
from node.store.tables.chain import BlockRow
from scripts.bench._progress import Progress, watched
from scripts.bench._report import Metric
from tests.sim.postgres import Postgres

MEMBERS = 20
METHODS = [b"m" + bytes([1, 1, number]) for number in range(6)]
ATTEST, DECIDE = 0.6, 0.3
"""Shares of events; the rest revokes."""

PER_BLOCK = 20
BLOCK_S = 600
START = 1_800_000_000
CHUNK_BLOCKS = 500
DAY_S = 86_400
TRAILS = 5
"""Trails per round of searches: what an auditor opens most."""
PAGE = 200

Search = Callable[[LedgerView], object]


def measure_audit(database: str, events: int, rounds: int) -> list[Metric]:
    """One database, "sqlite" or "postgres", at a tenth and at the whole of the history."""
    if database == "postgres":
        with Postgres(durable=True) as server:
            return _measure(database, server.empty_database(), events, rounds)
    with TemporaryDirectory() as folder:
        return _measure(database, f"sqlite:///{Path(folder) / 'audit.db'}", events, rounds)


def _measure(name: str, url: str, events: int, rounds: int) -> list[Metric]:
    upgrade(url)
    engine = open_engine(url)
    blocks = _history(random.Random(1))
    progress = Progress(f"ledger: events written to {name}", events)
    last = _fill(engine, blocks, events // 10, progress)
    small, _ = _times_ms(engine, last, rounds)
    last = _fill(engine, blocks, events - events // 10, progress)
    large, median = _times_ms(engine, last, rounds)
    engine.dispose()
    of = f"{events:,} events, pages of {PAGE}"
    return [
        Metric(f"ledger.audit_p95_ms_{name}", large, "ms", "<= 50", of),
        Metric(f"ledger.audit_median_ms_{name}", median, "ms", None, of),
        Metric(
            f"ledger.audit_p95_ms_{name}_tenth", small, "ms", None, f"the same at {events // 10:,} events"
        ),
        Metric(
            f"ledger.audit_growth_{name}", large / small, "ratio", None, "the same at a tenth of the history"
        ),
    ]


def _history(rng: random.Random) -> Iterator[tuple[int, int, list[HistoryEvent]]]:
    """Blocks without end: (height, time, events)."""
    pending: list[tuple[bytes, Terms]] = []
    decided: list[tuple[bytes, Terms]] = []
    height = 0
    while True:
        height += 1
        at = START + height * BLOCK_S
        yield height, at, [_event(rng, at, pending, decided) for _ in range(PER_BLOCK)]


def _event(
    rng: random.Random, at: int, pending: list[tuple[bytes, Terms]], decided: list[tuple[bytes, Terms]]
) -> HistoryEvent:
    choice = rng.random()
    if choice < ATTEST or len(pending) < PER_BLOCK or (not decided and choice >= ATTEST + DECIDE):
        issuer, recipient = rng.sample(range(1, MEMBERS + 1), 2)
        terms = Terms(issuer, recipient, rng.choice(METHODS), 0, at // DAY_S, at + 3 * DAY_S)
        pending.append((rng.randbytes(32), terms))
        return Attested(pending[-1][0], issuer, recipient, terms)
    if choice < ATTEST + DECIDE:
        attestation_id, terms = pending.pop(rng.randrange(max(0, len(pending) - 500), len(pending)))
        decided.append((attestation_id, terms))
        return Decided(attestation_id, terms.recipient, rng.randbytes(32))
    attestation_id, terms = decided.pop(rng.randrange(len(decided)))
    return Revoked(attestation_id, terms.issuer, rng.choice(list(ReasonClass)))


def _fill(
    engine: Engine, blocks: Iterator[tuple[int, int, list[HistoryEvent]]], events: int, progress: Progress
) -> int:
    """Add so many events; returns the last second."""
    left, at = events // PER_BLOCK, 0
    while left:
        chunk = list(islice(blocks, min(left, CHUNK_BLOCKS)))
        left -= len(chunk)
        at = chunk[-1][1]
        with transaction(engine) as session:
            session.add_all(_row(height, second) for height, second, _ in chunk)
            session.flush()
            project(
                session,
                [
                    (Position(height, place, second), event)
                    for height, second, inside in chunk
                    for place, event in enumerate(inside)
                ],
            )
        progress.advance(len(chunk) * PER_BLOCK)
    with transaction(engine) as session:
        session.execute(text("ANALYZE"))
    return at


def _row(height: int, second: int) -> BlockRow:
    return BlockRow(
        number=height,
        hash=height.to_bytes(32, "big"),
        parent_hash=(height - 1).to_bytes(32, "big"),
        time=second,
        history_head=bytes(27),
        history_count=height * PER_BLOCK,
        is_marker=False,
    )


def _filters(rng: random.Random, now: int) -> dict[str, AttestationFilter]:
    """What an auditor asks for, one filter at a time and together."""
    day = rng.randrange(START, now) // DAY_S * DAY_S
    member, method = rng.randint(1, MEMBERS), rng.choice(METHODS)
    wanted = AttestationFilter
    states = {
        f"state {state.name.lower()}": wanted(state=(state, now))
        for state in AttestationState
        if state is not AttestationState.NONE
    }
    return {
        "issuer": wanted(issuer=member),
        "recipient": wanted(recipient=member),
        "method": wanted(method=method),
        "day": wanted(since=day, until=day + DAY_S),
        "member on a day": wanted(issuer=member, since=day, until=day + DAY_S),
        "two members": wanted(issuer=member, recipient=member % MEMBERS + 1),
        "member and method": wanted(recipient=member, method=method),
        "member and state": wanted(issuer=member, state=(AttestationState.REVOKED, now)),
        "member and a method that nobody uses": wanted(issuer=member, method=b"none"),
        **states,
    }


def _searches(rng: random.Random, now: int, some_id: bytes, place: Position) -> list[Search]:
    """First pages and later ones of every filter, as the API asks for them; trails; a day's volumes."""
    day = rng.randrange(START, now) // DAY_S * DAY_S
    filters = list(_filters(rng, now).values())
    return [
        *(partial(LedgerView.search, wanted=wanted) for wanted in filters),
        *(partial(LedgerView.search, wanted=wanted, after=place) for wanted in filters),
        *[lambda view: (view.attestation(some_id), view.trail(some_id))] * TRAILS,
        lambda view: view.volumes(since=day, until=day + DAY_S),
    ]


def _times_ms(engine: Engine, now: int, rounds: int) -> tuple[float, float]:
    """(95th percentile, median) over every kind of search."""
    rng = random.Random(2)
    times: list[float] = []
    for _ in watched(range(rounds), rounds, "ledger: rounds of searches"):
        with snapshot(engine) as session:
            second = rng.randrange(START, now)
            some = LedgerView(session).attestations(AttestationFilter(since=second), limit=1) or LedgerView(
                session
            ).attestations(limit=1)
            place = LedgerView(session).trail(some[0].attestation_id)[0][1]
        for search in _searches(rng, now, some[0].attestation_id, place):
            started = time.perf_counter()
            with snapshot(engine) as session:
                search(LedgerView(session))
            times.append((time.perf_counter() - started) * 1000)
    return quantiles(times, n=20)[-1], quantiles(times, n=2)[0]
