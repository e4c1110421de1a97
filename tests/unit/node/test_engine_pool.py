"""Who gets the next engine: people before cases, each in their order; few people wait, and not for long."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import ExitStack

import pytest

from node import engine_pool
from node.engine_pool import PEOPLE_PER_ENGINE, EnginePool
from node.errors import Unavailable
from tests.sim.patience import DEADLINE_S

pytestmark = pytest.mark.unit


class Borrowers:
    """Threads that want an engine; those who have one, in the order in which they got it."""

    def __init__(self, pool: EnginePool[object]) -> None:
        self.pool, self.got, self._threads = pool, [], []

    def come(self, name: str, lend: Callable[[], object], line: object) -> None:
        """One more, waiting behind those who came before."""
        before = len(line)
        thread = threading.Thread(target=self._borrow, args=(name, lend))
        self._threads.append(thread)
        thread.start()
        with self.pool._changed:
            assert self.pool._changed.wait_for(lambda: len(line) > before, DEADLINE_S)

    def leave(self) -> None:
        """Until all had theirs."""
        for thread in self._threads:
            thread.join(DEADLINE_S)

    def _borrow(self, name: str, lend: Callable[[], object]) -> None:
        with lend():
            self.got.append(name)


def test_people_come_before_cases_and_each_in_their_order():
    pool = EnginePool(object, 1)
    borrowers = Borrowers(pool)
    with pool.for_case():
        for name in ("case 1", "case 2"):
            borrowers.come(name, pool.for_case, pool._cases)
        for name in ("person 1", "person 2"):
            borrowers.come(name, pool.for_person, pool._people)
    borrowers.leave()
    assert borrowers.got == ["person 1", "person 2", "case 1", "case 2"]


def test_a_person_too_many_is_told_at_once():
    pool = EnginePool(object, 1)
    borrowers = Borrowers(pool)
    with pool.for_case():
        for number in range(PEOPLE_PER_ENGINE):
            borrowers.come(str(number), pool.for_person, pool._people)
        with pytest.raises(Unavailable) as caught, pool.for_person():
            pass
    borrowers.leave()
    assert caught.value.code == "engine.busy"
    assert len(borrowers.got) == PEOPLE_PER_ENGINE


def test_a_person_is_told_when_it_takes_too_long_and_leaves_the_line(monkeypatch):
    monkeypatch.setattr(engine_pool, "PERSON_WAITS_S", 0)
    pool = EnginePool(object, 1)
    with pool.for_case(), pytest.raises(Unavailable) as caught, pool.for_person():
        pass
    assert caught.value.code == "engine.busy"
    with pool.for_person() as engine:
        assert engine is not None


def test_an_engine_is_loaded_once_and_lent_to_one_at_a_time():
    pool, loaded = EnginePool(object, 2), []
    with ExitStack() as held:
        loaded += [held.enter_context(pool.for_case()) for _ in range(2)]
        assert loaded[0] is not loaded[1]
    with pool.for_person() as again:
        assert again in loaded


def test_a_load_that_fails_costs_no_engine():
    answers = iter([Unavailable("model.missing", "no model"), "engine"])

    def load() -> object:
        answer = next(answers)
        if isinstance(answer, Unavailable):
            raise answer
        return answer

    pool = EnginePool(load, 1)
    with pytest.raises(Unavailable), pool.for_person():
        pass
    with pool.for_person() as engine:
        assert engine == "engine"


def test_a_node_without_engines_says_so():
    with pytest.raises(Unavailable) as caught, EnginePool(object, 0).for_case():
        pass
    assert caught.value.code == "engine.none"
