"""What fault runs have in common: how long they are, what holds at the end, and where they are kept.

`make soak` sets RIREKI_SOAK to run them in full and RIREKI_FAULTS_RECORD to keep one JSON line per run, from
which `scripts/faults_report.py` makes docs/measured/faults.md.
"""

from __future__ import annotations

import json
import os
import time
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from node.domain.events import Anchored, Attested, Decided, HistoryEvent, Revoked
from node.store.database import snapshot
from tests.sim.consortium import Consortium, SimMember

SOAK = bool(os.environ.get("RIREKI_SOAK"))
OPERATIONS = 2_000 if SOAK else 120
"""Writes per run, at least."""

FIRST_SEED = int(os.environ.get("RIREKI_FAULT_SEED", "0"))
"""Another one gives other depths, other dice."""

ALL = 10**6
_RECORD = "RIREKI_FAULTS_RECORD"


def recorded(net: Consortium) -> Counter[HistoryEvent]:
    """Every attestation, anchor, decision and revocation on the chain, as B reads it, with how often."""
    net.b.ledger.sync()
    with snapshot(net.b.engine) as session:
        history = net.b.ledger.within(session).history(limit=ALL)
    events = [entry.event for entry in history]
    return Counter(event for event in events if isinstance(event, Attested | Anchored | Decided | Revoked))


def assert_equal_to_the_chain(net: Consortium, *members: SimMember) -> None:
    """Each member's index has the contract's running hash, and rebuilt from its logs says the same."""
    head, count = net.a.ledger.head()
    entries = []
    for member in members:
        status = member.ledger.sync()
        assert (status.head, status.events) == (head, count)
        member.ledger.indexer.rebuild()
        with snapshot(member.engine) as session:
            entries.append(member.ledger.within(session).attestations(limit=ALL))
    assert all(one == entries[0] for one in entries)


def note_run(
    kind: str,
    request: pytest.FixtureRequest,
    began: float,
    *,
    operations: int,
    faults: Mapping[str, int],
    **more: Any,
) -> None:
    """Keep what a run did, if a file for it is named. A run that fails is not noted: its test fails."""
    if _RECORD not in os.environ:
        return
    run = {
        "kind": kind,
        "database": "PostgreSQL" if "postgresql" in request.node.name else "SQLite",
        "at": time.strftime("%Y-%m-%d %H:%M", time.gmtime()),
        "operations": operations,
        "faults": dict(faults),
        "seconds": round(time.monotonic() - began, 1),
        **more,
    }
    with Path(os.environ[_RECORD]).open("a") as file:
        file.write(json.dumps(run, ensure_ascii=False) + "\n")
