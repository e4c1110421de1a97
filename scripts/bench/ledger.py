"""The ledger's speed: sending, catching up, audit searches, memory. Real anvil, SQLite and PostgreSQL.

Every comparison runs in the same run on the same chain. Full size takes some minutes; `--events` makes it
smaller while developing.
"""

from __future__ import annotations

import sys

from scripts.bench._ledger_audit import measure_audit
from scripts.bench._ledger_index import measure_indexing
from scripts.bench._ledger_send import measure_sending
from scripts.bench._report import arguments, publish

PARTS = {"send", "index", "audit"}


def main() -> int:
    """Measure, print, and return 1 if a target was missed."""
    parser = arguments(__doc__)
    parser.add_argument(
        "--events", type=int, default=100_000, help="events to catch up with (default 100,000)"
    )
    parser.add_argument(
        "--history", type=int, default=1_000_000, help="events to search in (default 1,000,000)"
    )
    parser.add_argument("--writes", type=int, default=3_000, help="attestations to send (default 3,000)")
    parser.add_argument("--only", choices=sorted(PARTS), help="measure one part")
    options = parser.parse_args()
    wanted = {options.only} if options.only else PARTS
    metrics = measure_sending(options.writes) if "send" in wanted else []
    metrics += measure_indexing(options.events) if "index" in wanted else []
    metrics += measure_audit(options.history) if "audit" in wanted else []
    return publish("Ledger", metrics, as_json=options.json)


if __name__ == "__main__":
    sys.exit(main())
