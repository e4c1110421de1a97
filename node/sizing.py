"""How much a node does at once: places, threads and connections follow from one number.

A request mostly waits: for the chain, for another member, for its turn to write. So there are many more
places than processors, and fewer connections than places: a unit of work holds one connection for some
milliseconds, asks for no second one and waits for nobody outside (`node.unit_of_work`), so whoever waits
for a connection soon has it. Decides the proportions, not the number.
"""

from __future__ import annotations

import os
from dataclasses import dataclass

REQUESTS_PER_PROCESSOR = 16
FEWEST_REQUESTS = 64
"""On a machine with up to four processors: sixty-four customers at once are served without a refusal."""

SPARE_THREADS = 4
"""For what needs no place: health, scripts and pictures of pages, and dependencies of uploads."""

REQUESTS_PER_JOB = 8
FEWEST_JOBS, MOST_JOBS = 4, 9
"""Jobs at a time; there are nine, most of them short. A long one must not hold up the heartbeat."""

REQUESTS_PER_CONNECTION = 4
FEWEST_CONNECTIONS = 8
"""Three nodes of the default size fit into one PostgreSQL server of the default size (100 connections)."""


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
        """Database connections, shared by all threads."""
        serving = max(FEWEST_CONNECTIONS, self.requests // REQUESTS_PER_CONNECTION)
        return serving + self.jobs + self.engines


def sizes(concurrency: int, *, engines: int) -> Sizes:
    """Derive everything.

    Args:
        concurrency: requests at a time; 0 = as many as suit this machine.
        engines: `engine_workers`.
    """
    requests = concurrency or max(FEWEST_REQUESTS, REQUESTS_PER_PROCESSOR * (os.cpu_count() or 1))
    jobs = min(max(FEWEST_JOBS, requests // REQUESTS_PER_JOB), MOST_JOBS)
    return Sizes(requests, jobs, max(1, engines))
