"""How much a node does at once: threads, places and connections follow from one number.

A unit of work holds one connection, a thread at most one unit, and a request one thread: so as many
connections as threads are enough, and nobody ever waits for one. Decides the proportions, not the number.
"""

from __future__ import annotations

import os
from dataclasses import dataclass

REQUESTS_PER_PROCESSOR = 8
"""Requests mostly wait: for the disk, the chain, another member. More threads than this only take turns at
Python's one lock."""

FEWEST_REQUESTS = 16
"""On a machine with one or two processors."""

SPARE_THREADS = 4
"""For what needs no place: health, scripts and pictures of pages, and dependencies of uploads."""

REQUESTS_PER_JOB = 4
FEWEST_JOBS, MOST_JOBS = 4, 9
"""Jobs at a time; there are nine, most of them short. A long one must not hold up the heartbeat."""


@dataclass(frozen=True, slots=True)
class Sizes:
    """What one node may do at once.

    Attributes:
        requests: requests being answered; others wait at the door (`node.api.admission`).
        jobs: jobs running.
        engines: verifications being judged.
    """

    requests: int
    jobs: int
    engines: int

    @property
    def threads(self) -> int:
        """Threads that serve requests."""
        return self.requests + SPARE_THREADS

    @property
    def connections(self) -> int:
        """Database connections: one for every thread that can hold a unit of work."""
        return self.threads + self.jobs + self.engines


def sizes(concurrency: int, *, engines: int) -> Sizes:
    """Derive everything.

    Args:
        concurrency: requests at a time; 0 = as many as suit this machine.
        engines: `engine_workers`.
    """
    requests = concurrency or max(FEWEST_REQUESTS, REQUESTS_PER_PROCESSOR * (os.cpu_count() or 1))
    jobs = min(max(FEWEST_JOBS, requests // REQUESTS_PER_JOB), MOST_JOBS)
    return Sizes(requests, jobs, max(1, engines))
