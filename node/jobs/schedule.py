"""What a node does by itself, and how often: one scheduler, one use case per job.

A job that fails is tried again at its next turn; its code is logged when it first fails and when it recovers,
not every second in between. Jobs are idempotent, never overlap themselves and never pile up.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler

from node.bootstrap import Node
from node.domain.ledger import Position
from node.errors import Corrupt, NodeError

FORK_BLOCKS = 64
"""Deepest fork that the index takes back by itself (`node.chain.indexer`)."""

HEARTBEAT_EVERY_S = 30.0
"""Half the default staleness limit, so that a monitor sees a dead scheduler before customers do."""

FORGET_EVERY_S = 3600.0
"""What is forgotten is counted in days."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Job:
    """One thing done regularly.

    Attributes:
        name: for the log.
        every_s: seconds from one start to the next.
        run: calls one use case.
    """

    name: str
    every_s: float
    run: Callable[[Node], object]


def issuer_jobs(node: Node) -> tuple[Job, ...]:
    """What every node does for the chain, and an issuer for its records."""
    settings = node.settings
    return (
        Job("index", settings.poll_interval_s, lambda n: n.ledger.sync()),
        Job("outbox", settings.poll_interval_s, _SendOutbox()),
        Job("anchor", settings.anchor_interval_s, lambda n: n.issuing.anchor_pending()),
        Job("forget expired", FORGET_EVERY_S, lambda n: n.issuing.forget_expired()),
    )


def reuse_jobs(node: Node) -> tuple[Job, ...]:
    """What follows reuses at issuers and recipients; each picks up from the stored state."""
    poll_s = node.settings.poll_interval_s
    return (
        Job("settle releases", poll_s, lambda n: n.reusing.settle_releases()),
        Job("resume reuses", poll_s, lambda n: n.reusing.resume_reuses()),
        Job("deliver openings", poll_s, lambda n: n.reusing.deliver_openings()),
        Job("open reviews", poll_s, _FollowRevocations()),
        Job("heartbeat", HEARTBEAT_EVERY_S, _beat),
    )


@dataclass
class _SendOutbox:
    """The first time the chain answers, asks after everything that an earlier process left under way."""

    reconciled: bool = False

    def __call__(self, node: Node) -> None:
        if not self.reconciled:
            node.ledger.reconcile()
            self.reconciled = True
        node.ledger.flush()


@dataclass
class _FollowRevocations:
    """Reads on from where it was, from the start after a restart; opening a case twice changes nothing."""

    last: Position | None = None

    def __call__(self, node: Node) -> None:
        self.last = node.reusing.open_reviews(self._behind_forks())

    def _behind_forks(self) -> Position | None:
        """Far enough back that a reorganisation since then cannot have moved a revocation before it."""
        if self.last is None:
            return None
        return replace(self.last, block_number=self.last.block_number - FORK_BLOCKS)


def _beat(node: Node) -> None:
    """Show a monitor of the log that the scheduler lives, and how fresh its view of the chain is."""
    status = node.ledger.status()
    age_s = node.clock.now() - status.checked_at if status.checked_at else None
    _log.info("alive: block %d, %d events, confirmed %s s ago", status.block_number, status.events, age_s)


def start_jobs(node: Node, jobs: tuple[Job, ...], *, at_once: int) -> BackgroundScheduler:
    """Start all jobs; the first run of each is at once. The caller shuts the scheduler down.

    Args:
        node: what they work for.
        jobs: what to do.
        at_once: threads; a job that finds none waits for one.
    """
    # In UTC: intervals need no local time, and TZ may say what the library cannot read ("JST-9").
    scheduler = BackgroundScheduler(
        timezone=UTC,
        executors={"default": ThreadPoolExecutor(at_once)},
        job_defaults={"max_instances": 1, "coalesce": True, "misfire_grace_time": None},
    )
    # It would log every skipped turn of a long index run.
    logging.getLogger("apscheduler").setLevel(logging.ERROR)
    for job in jobs:
        scheduler.add_job(
            _Guarded(node, job),
            "interval",
            seconds=job.every_s,
            id=job.name,
            next_run_time=datetime.now(UTC),
        )
    scheduler.start()
    return scheduler


@dataclass
class _Guarded:
    """The border of a job: an error ends this turn, not the scheduler."""

    node: Node
    job: Job
    failing: str | None = field(default=None)

    def __call__(self) -> None:
        try:
            self.job.run(self.node)
        except NodeError as error:
            self._note(error.code, error)
        except Exception as error:  # noqa: BLE001  the job's border; a bug must be seen and the job goes on
            self._note(type(error).__name__, error)
        else:
            self._note(None, None)

    def _note(self, code: str | None, error: Exception | None) -> None:
        if code == self.failing:
            return
        self.failing = code
        if code is None:
            _log.info("job %s works again", self.job.name)
        elif isinstance(error, Corrupt):
            _log.critical("job %s: %s; %s", self.job.name, error, error.hint)
        elif isinstance(error, NodeError):
            _log.warning("job %s: %s; %s", self.job.name, error, error.hint)
        else:
            _log.error("job %s failed", self.job.name, exc_info=error)
