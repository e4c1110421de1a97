"""What the jobs do for the chain, with a ledger that only notes what it is asked."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import pytest

from node.errors import Unavailable
from node.jobs.schedule import Job, issuer_jobs

pytestmark = pytest.mark.unit


@dataclass
class NotedLedger:
    """Answers nothing; fails `away` times first."""

    away: int = 0
    asked: list[str] = field(default_factory=list)

    def reconcile(self) -> None:
        self.asked.append("reconcile")
        if self.away:
            self.away -= 1
            raise Unavailable("chain.unreachable", "away")

    def flush(self) -> None:
        self.asked.append("flush")


def _outbox_job(ledger: NotedLedger) -> Any:
    settings = SimpleNamespace(poll_interval_s=1.0, anchor_interval_s=1.0)
    node = SimpleNamespace(settings=settings, ledger=ledger)
    jobs: dict[str, Job] = {job.name: job for job in issuer_jobs(node)}
    return lambda: jobs["outbox"].run(node)


def test_the_outbox_is_reconciled_once_and_then_flushed():
    ledger = NotedLedger()
    run = _outbox_job(ledger)
    for _ in range(3):
        run()
    assert ledger.asked == ["reconcile", "flush", "flush", "flush"]


def test_reconciling_waits_for_the_chain():
    ledger = NotedLedger(away=2)
    run = _outbox_job(ledger)
    for _ in range(2):
        with pytest.raises(Unavailable):
            run()
    run()
    run()
    assert ledger.asked == ["reconcile", "reconcile", "reconcile", "flush", "flush"]
