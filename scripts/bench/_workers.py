"""Spread a benchmark's jobs over a bounded number of processes, and show how far they are."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Iterator, Sequence
from typing import Final, TypeVar

import cv2

from scripts.bench._progress import watched

PROCESSES: Final = min(2, os.cpu_count() or 1)
"""As many as the machine that the published figures come from has cores; more only if asked for."""

Job = TypeVar("Job")
Result = TypeVar("Result")


def spread(
    work: Callable[[Job], Result],
    jobs: Sequence[Job],
    *,
    processes: int,
    what: str,
    prepare: Callable[[], object] | None = None,
) -> Iterator[Result]:
    """Results in any order; with one process, everything happens in this one.

    Args:
        work: what to do with a job; importable, as are jobs and results, because they cross processes.
        jobs: what is left to do.
        processes: how many work side by side, each on one thread.
        what: the jobs in the plural, for the progress line.
        prepare: called once in each process, to load models; importable, too.
    """
    if not jobs:
        return
    count = max(1, min(processes, len(jobs)))
    if count == 1:
        _start(prepare)
        yield from watched(map(work, jobs), len(jobs), what)
        return
    # Spawned, not forked: threads of models loaded before do not survive a fork.
    with multiprocessing.get_context("spawn").Pool(count, _start, (prepare,)) as pool:
        yield from watched(pool.imap_unordered(work, jobs), len(jobs), what)


def _start(prepare: Callable[[], object] | None) -> None:
    cv2.setNumThreads(1)
    if prepare:
        prepare()
