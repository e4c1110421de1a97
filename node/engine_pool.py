"""The node's engines, lent to one thread at a time: models must not be used by two at once.

Decides who gets the next free one: people who look at a page before cases that wait in line, each in the
order in which they came. People wait only a little, and few of them, because every one holds a request thread
that uploads need as well.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Generic, TypeVar

from node.errors import Unavailable

T = TypeVar("T")

PERSON_WAITS_S = 20.0
"""The longest judgement of a clip (7 s of a core), then all who are before one (`PEOPLE_PER_ENGINE`), and a
third to spare: whoever is let into the line is served, and who is not is told at once."""

PEOPLE_PER_ENGINE = 4
"""At about 2 s a reading, they take 8 s."""


class EnginePool(Generic[T]):
    """At most `size` engines, each loaded when it is first needed."""

    def __init__(self, load: Callable[[], T], size: int) -> None:
        """Hold none yet. A load that fails costs no engine."""
        self._load, self._size = load, size
        self._free: list[T | None] = [None] * size
        self._changed = threading.Condition()
        self._people: deque[object] = deque()
        self._cases: deque[object] = deque()

    @contextmanager
    def for_case(self) -> Iterator[T]:
        """An engine for a worker, however long that takes. Raises Unavailable ("engine.none")."""
        with self._lent(self._cases, None) as engine:
            yield engine

    @contextmanager
    def for_person(self) -> Iterator[T]:
        """An engine for somebody who waits for the answer.

        Raises:
            Unavailable: "engine.none", "engine.busy".
        """
        with self._lent(self._people, PERSON_WAITS_S) as engine:
            yield engine

    @contextmanager
    def _lent(self, line: deque[object], within_s: float | None) -> Iterator[T]:
        engine = self._take(line, within_s)
        try:
            engine = self._load() if engine is None else engine
            yield engine
        finally:
            with self._changed:
                self._free.append(engine)
                self._changed.notify_all()

    def _take(self, line: deque[object], within_s: float | None) -> T | None:
        me = object()
        with self._changed:
            self._refuse_too_many(line)
            line.append(me)
            try:
                if not self._changed.wait_for(lambda: self._is_next(me), within_s):
                    raise _busy()
                return self._free.pop()
            finally:
                line.remove(me)
                self._changed.notify_all()

    def _refuse_too_many(self, line: deque[object]) -> None:
        if not self._size:
            raise Unavailable(
                "engine.none", "this node has no engine", hint="set engine_workers to 1 or more"
            )
        if line is self._people and len(line) >= PEOPLE_PER_ENGINE * self._size:
            raise _busy()

    def _is_next(self, me: object) -> bool:
        """The first few, people before cases, as many as engines are free."""
        ahead = [*self._people, *self._cases].index(me)
        return ahead < len(self._free)


def _busy() -> Unavailable:
    return Unavailable("engine.busy", "other customers are being served", hint="Try again in a few seconds.")
