"""The node's now.

Everything that asks for the time is given one of these; nothing calls the system clock by itself.
"""

from __future__ import annotations

import time
from threading import Lock
from typing import TYPE_CHECKING

from node.errors import Unavailable
from node.unit_of_work import is_in_unit

if TYPE_CHECKING:
    from collections.abc import Callable

FRESH_S = 1.0
"""How long a chain reading is kept: the block time of the chains it is for."""


class SystemClock:
    """The machine's clock; production."""

    def now(self) -> int:
        """Seconds since 1970."""
        return int(time.time())


class ChainClock:
    """The time of the chain's pending block; for tests and demonstrations that move chain time forward.

    Keeps the difference to the system clock, so that it goes on when the chain is away: a demonstration may
    stop its chain and must still be able to verify customers.
    """

    def __init__(self, pending_time: Callable[[], int]) -> None:
        """`pending_time` asks the chain: seconds since 1970, or raises Unavailable."""
        self._pending_time = pending_time
        self._lock = Lock()
        self._ahead: int | None = None
        self._read_at = 0.0

    def now(self) -> int:
        """Seconds since 1970. Raises Unavailable if the chain has never answered."""
        with self._lock:
            # Inside a unit of work nobody may ask the chain: what was read before it goes on.
            if not is_in_unit() and self._is_old():
                self._ahead = self._read()
                self._read_at = time.monotonic()
            if self._ahead is None:
                hint = "try again once the chain answers"
                raise Unavailable("chain.unreachable", "the chain's time is not known yet", hint=hint)
            return int(time.time()) + self._ahead

    def _is_old(self) -> bool:
        return self._ahead is None or time.monotonic() - self._read_at >= FRESH_S

    def _read(self) -> int:
        try:
            return self._pending_time() - int(time.time())
        except Unavailable:
            if self._ahead is None:
                raise
            return self._ahead
