"""Writers of one SQLite file queue here, in the process: first come, first served, and not for ever.

SQLite lets one transaction write at a time. Its own way of waiting (the busy handler) sleeps and tries again,
so that whoever came last may be first and whoever came first may never be. Decides the order and the longest
wait. Writers of other processes do not stand in this line; SQLite's handler is for them.
"""

from __future__ import annotations

from collections import deque
from contextlib import contextmanager
from threading import Event, Lock
from typing import TYPE_CHECKING

from node.errors import Unavailable

if TYPE_CHECKING:
    from collections.abc import Iterator

BUSY = "store.busy"


class Turns:
    """A fair lock with a deadline."""

    def __init__(self, wait_s: float) -> None:
        """Nobody holds it yet; `wait_s` is the longest that anybody waits."""
        self._wait_s = wait_s
        self._lock = Lock()
        self._waiting: deque[Event] = deque()
        self._taken = False

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Wait for one's turn and hold it. Raises Unavailable (`store.busy`)."""
        self._take()
        try:
            yield
        finally:
            self._pass_on()

    @property
    def waiting(self) -> int:
        """How many stand in line."""
        with self._lock:
            return len(self._waiting)

    def _take(self) -> None:
        with self._lock:
            if not self._taken:
                self._taken = True
                return
            mine = Event()
            self._waiting.append(mine)
        if mine.wait(self._wait_s):
            return
        with self._lock:
            if mine.is_set():
                return  # it came at the last moment
            self._waiting.remove(mine)
        raise busy()

    def _pass_on(self) -> None:
        with self._lock:
            if self._waiting:
                self._waiting.popleft().set()
            else:
                self._taken = False


def busy() -> Unavailable:
    """The database had no time for this one."""
    return Unavailable(BUSY, "the database is busy", hint="Try again; look for a long transaction.")
