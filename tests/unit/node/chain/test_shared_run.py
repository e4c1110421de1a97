"""One run serves all who asked before it began, and nobody who came later."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from node.chain.shared_run import SharedRun
from node.unit_of_work import UnitOfWorkError, unit_of_work
from tests.sim.patience import eventually

pytestmark = pytest.mark.unit

MANY = 16


class Work:
    """Counts its runs; each waits until a test lets it go on."""

    def __init__(self) -> None:
        self.runs, self.fails = 0, False
        self.begun, self.may_end = threading.Semaphore(0), threading.Semaphore(0)

    def __call__(self) -> int:
        self.runs += 1
        number = self.runs
        self.begun.release()
        self.may_end.acquire()
        if self.fails:
            raise ValueError(number)
        return number


def _wait_for(shared: SharedRun[int], waiting: int) -> None:
    """Until so many stand by."""
    eventually(lambda: len(shared._changed._waiters) >= waiting, every_s=0.001)  # type: ignore[attr-defined]


def test_whoever_comes_during_a_run_shares_the_next():
    work = Work()
    shared = SharedRun(work)
    with ThreadPoolExecutor(MANY + 1) as pool:
        first = pool.submit(shared)
        work.begun.acquire()
        later = [pool.submit(shared) for _ in range(MANY)]
        _wait_for(shared, MANY)
        work.may_end.release(2)
        assert first.result() == 1
        assert {one.result() for one in later} == {2}
    assert work.runs == 2


def test_a_failure_is_told_to_all_who_waited_and_the_next_run_is_a_new_one():
    work = Work()
    work.fails = True
    shared = SharedRun(work)
    with ThreadPoolExecutor(MANY + 1) as pool:
        first = pool.submit(shared)
        work.begun.acquire()
        later = [pool.submit(shared) for _ in range(MANY)]
        _wait_for(shared, MANY)
        work.may_end.release(2)
        assert isinstance(first.exception(), ValueError)
        assert all(isinstance(one.exception(), ValueError) for one in later)
    work.fails = False
    work.may_end.release()
    assert shared() == 3


def test_one_after_the_other_each_has_a_run_of_its_own():
    work = Work()
    work.may_end.release(3)
    shared = SharedRun(work)
    assert [shared() for _ in range(3)] == [1, 2, 3]


def test_inside_a_unit_of_work_nobody_waits_for_the_chain(unit_errors):
    shared = SharedRun(lambda: 1)
    with unit_of_work("transaction"), pytest.raises(UnitOfWorkError):
        shared()
    unit_errors.clear()
