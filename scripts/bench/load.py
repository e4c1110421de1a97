"""Many customers at once: reuses and first verifications, on SQLite and on PostgreSQL.

Nodes are processes as an operator starts them; customers are threads of this process, which use nothing but
the pages and the API. What was lost or done twice is read from the chain, not asked of a node.

    python -m scripts.bench.load --page docs/measured/load.md    # everything, on an idle machine
    python -m scripts.bench.load --quick --json
"""

from __future__ import annotations

import argparse
import random
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from scripts.bench._load_chain import doubled, lost
from scripts.bench._load_first import Engines, measure_first
from scripts.bench._load_metrics import metrics_of
from scripts.bench._load_nodes import LoadNetwork, spent
from scripts.bench._load_page import write_tables
from scripts.bench._load_reuse import Round, enrol_all
from scripts.bench._load_rows import Row, as_markdown
from scripts.bench._progress import say
from scripts.bench._report import arguments, publish
from tests.integration.reuse_network import Customer
from tests.sim.patience import let_pass
from tests.sim.postgres import Postgres

SIZES = (1, 4, 16, 64)
REUSES_EACH = 4
BURST = 500
REST_S = 60.0
"""After a burst, before the node is measured again."""

ALONE = 1
ALONE_REUSES = 8

QUICK_SIZES = (4, 16)
QUICK_REUSES = 2

PARTS = ("reuse", "first")

TERMINATED = 128 + signal.SIGTERM
"""Exit status, as a shell gives it."""

FIRST, QUICK_FIRST = 30, 8
"""First verifications at once."""

JUDGE_S, QUICK_JUDGE_S = 7.0, 1.0
"""Of a scripted judgement; the real one takes 7 s of a core."""

PACE = {"anchor_interval_s": 2, "poll_interval_s": 1}
"""Leaves are anchored sooner than by default, so that customers need not wait ten minutes for their first."""

DATABASES = ("SQLite", "PostgreSQL")


def main() -> int:
    """Measure, print, and return 1 if a target was missed."""
    options = _options().parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(TERMINATED))  # on the way out nodes and servers stop
    rows: list[Row] = []
    parts = {options.part} if options.part else set(PARTS)
    for database in options.database or DATABASES:
        if "reuse" in parts:
            rows += _reuses(database, options)
        if "first" in parts:
            rows += _first(database, options)
    if options.page:
        write_tables(options.page, rows)
    if not options.json:
        print(as_markdown(rows))
    return publish("Many customers at once", metrics_of(rows, quick=options.quick), as_json=options.json)


def _options() -> argparse.ArgumentParser:
    parser = arguments(__doc__)
    parser.add_argument("--database", action="append", choices=DATABASES, help="only this one; repeatable")
    parser.add_argument(
        "--at-once", type=int, action="append", metavar="N", help="sizes instead of 1 4 16 64"
    )
    parser.add_argument("--part", choices=PARTS, help="measure one part")
    parser.add_argument("--first", type=int, help=f"first verifications at once (default {FIRST})")
    parser.add_argument("--judge-s", type=float, help=f"of a scripted judgement (default {JUDGE_S:g})")
    parser.add_argument("--reuses", type=int, help=f"of each customer (default {REUSES_EACH})")
    parser.add_argument("--burst", type=int, default=BURST, help="customers in the burst; 0 for none (500)")
    parser.add_argument(
        "--rate", type=float, help="customers arrive at random, so many a second, instead of all at once"
    )
    parser.add_argument("--page", type=Path, help="write the tables into this page, between its marks")
    return parser


def _reuses(database: str, options: argparse.Namespace) -> list[Row]:
    sizes = options.at_once or (QUICK_SIZES if options.quick else SIZES)
    reuses = options.reuses or (QUICK_REUSES if options.quick else REUSES_EACH)
    burst = 0 if options.quick else options.burst
    with _network(database) as network:
        customers = enrol_all(network, max(sum(sizes), burst) + ALONE)
        say(f"{database}: {len(customers)} customers enrolled")
        bench = _Bench(database, network, options.rate)
        rows, first = [], ALONE
        for size in sizes:
            rows.append(bench.measure("reuse", customers[first : first + size], reuses))
            first += size
        return rows + (_burst(bench, customers, burst) if burst else [])


def _first(database: str, options: argparse.Namespace) -> list[Row]:
    """Scripted engines, then real ones; the quick form leaves the real ones out."""
    at_once = options.first or (QUICK_FIRST if options.quick else FIRST)
    judge_s = options.judge_s or (QUICK_JUDGE_S if options.quick else JUDGE_S)
    scripted = Engines(judge_s, read_s=judge_s * 2 / JUDGE_S)
    rows = []
    for engines in (scripted,) if options.quick else (scripted, Engines()):
        with _database(database) as url_of, TemporaryDirectory() as folder:
            more = {"database_url": url_of("a")} if url_of else {}
            rows.append(measure_first(database, Path(folder), engines, at_once, **more))
            say(" | ".join(rows[-1].cells()))
    return rows


def _burst(bench: _Bench, customers: Sequence[Customer], size: int) -> list[Row]:
    """The node alone, then everybody at once, then the node alone again, a minute later."""
    alone = customers[:ALONE]
    before = bench.measure("reuse, before", alone, ALONE_REUSES)
    crowd = bench.measure("reuse, burst", customers[ALONE : ALONE + size], 1, may_give_up=True)
    let_pass(REST_S)
    return [before, crowd, bench.measure("reuse, after", alone, ALONE_REUSES)]


class _Bench:
    """Measures rounds on one network."""

    def __init__(self, database: str, network: LoadNetwork, rate: float | None) -> None:
        self._database, self._network, self._rate = database, network, rate

    def measure(
        self, what: str, customers: Sequence[Customer], reuses: int, *, may_give_up: bool = False
    ) -> Row:
        """One round, and what the chain says of it."""
        network, chain = self._network, self._network.ledger
        since, before = chain.height(), network.usage()
        arrivals = _arrivals(len(customers), self._rate)
        attempts, seconds = Round(network, customers, reuses, arrivals).run()
        after, recorded = network.usage(), chain.recorded(since=since)
        row = Row(
            self._database,
            what,
            len(customers),
            attempts,
            seconds,
            lost=lost(attempts, recorded),
            doubled=doubled(attempts, recorded),
            cpu_s=spent(before, after),
            memory_mb=[one.peak_mb for one in after],
            may_give_up=may_give_up,
        )
        say(" | ".join(row.cells()))
        return row


def _arrivals(customers: int, rate: float | None) -> list[float] | None:
    """Seconds after the start, of a Poisson process with this rate."""
    if rate is None:
        return None
    draw, now, starts = random.Random(customers), 0.0, []
    for _ in range(customers):
        now += draw.expovariate(rate)
        starts.append(now)
    return starts


@contextmanager
def _network(database: str) -> Iterator[LoadNetwork]:
    with (
        _database(database) as url_of,
        TemporaryDirectory() as folder,
        LoadNetwork(Path(folder), pace=PACE, database=url_of) as network,
    ):
        yield network


@contextmanager
def _database(kind: str) -> Iterator[Callable[[str], str] | None]:
    """Member -> URL; None for SQLite in each member's folder."""
    if kind == "SQLite":
        yield None
        return
    with Postgres(durable=True) as server:
        yield lambda _member: server.database()


if __name__ == "__main__":
    sys.exit(main())
