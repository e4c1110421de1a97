"""The ledger's speed: sending, catching up, audit searches, memory. Real anvil, SQLite and PostgreSQL.

Every comparison runs in the same run on the same chain. A ratio of the quick form is noisier than that of the
full one, and searches in a short history are faster; published figures come from the full form.

Examples: python -m scripts.bench.ledger --quick
          python -m scripts.bench.ledger --only audit --history 100000 --json
"""

from __future__ import annotations

import sys
from functools import partial

from scripts.bench._ledger_audit import measure_audit
from scripts.bench._ledger_index import measure_indexing
from scripts.bench._ledger_send import measure_sending
from scripts.bench._report import Arguments, Found, attempt, publish

PARTS = ("send", "index", "audit")


def main() -> int:
    """Measure, print, and return the exit status."""
    parser = Arguments(__doc__)
    parser.add_size("--writes", "attestations to send", full=3_000, quick=500)
    parser.add_size("--waited", "attestations that web3.py sends one by one, one a second", full=20, quick=4)
    parser.add_size("--events", "events to catch up with", full=100_000, quick=10_000)
    parser.add_size("--history", "events to search in", full=1_000_000, quick=40_000)
    parser.add_size("--rounds", "rounds of sending and of catching up; the best counts", full=3, quick=2)
    parser.add_size("--searches", "rounds of 30 audit searches", full=20, quick=10)
    parser.add_argument("--only", choices=PARTS, help="measure one part")
    given = parser.given()
    wanted = (given.only,) if given.only else PARTS
    found: Found = []
    if "send" in wanted:
        found += attempt("ledger sending", lambda: measure_sending(given.writes, given.waited, given.rounds))
    if "index" in wanted:
        found += attempt("ledger catching up", lambda: measure_indexing(given.events, given.rounds))
    if "audit" in wanted:
        for database in ("sqlite", "postgres"):
            search = partial(measure_audit, database, given.history, given.searches)
            found += attempt(f"ledger audit on {database}", search)
    return publish("Ledger", found, as_json=given.json)


if __name__ == "__main__":
    sys.exit(main())
