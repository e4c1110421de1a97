"""How much a node does at once: places, threads and connections follow from one number.

A request has a place from its arrival to its answer. Threads are fewer: more of them than Python's one lock
can serve only keep each other, and the event loop, from their turn. A unit of work holds one connection and a
thread at most one unit (`node.unit_of_work`), so as many connections as threads are enough. Decides the
proportions, not the number.
"""

from __future__ import annotations

import os
from dataclasses import dataclass

REQUESTS_PER_PROCESSOR = 16
FEWEST_REQUESTS = 64
"""On a machine with up to four processors: sixty-four customers at once are served without a refusal."""

REQUESTS_PER_THREAD = 4
FEWEST_THREADS = 16
"""Most of them wait at a time: for the disk, the chain, another member."""

REQUESTS_PER_JOB = 8
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
        return max(FEWEST_THREADS, self.requests // REQUESTS_PER_THREAD)

    @property
    def connections(self) -> int:
        """Database connections: one for every thread that can hold a unit of work, and one for health."""
        return self.threads + self.jobs + self.engines + 1


def sizes(concurrency: int, *, engines: int) -> Sizes:
    """Derive everything.

    Args:
        concurrency: requests at a time; 0 = as many as suit this machine.
        engines: `engine_workers`.
    """
    requests = concurrency or max(FEWEST_REQUESTS, REQUESTS_PER_PROCESSOR * (os.cpu_count() or 1))
    jobs = min(max(FEWEST_JOBS, requests // REQUESTS_PER_JOB), MOST_JOBS)
    return Sizes(requests, jobs, max(1, engines))
