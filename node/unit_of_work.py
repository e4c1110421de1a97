"""One unit of work at a time: what a thread or task may not do while it holds a database connection.

A use case that opens a second unit inside its first one needs two connections. With enough customers at once
every connection is held by somebody who waits for another, and nobody moves. A call to the chain or to
another member inside a unit holds the connection, and on SQLite the writers' turn, for as long as somebody
else's computer pleases. Both are refused here, always and everywhere: they are bugs, not a caller's mistakes.

Decides nothing else. `node.store.database` opens units; `node.chain.rpc` and `node.exchange.client` refuse to
run inside one.
"""

from __future__ import annotations

import logging
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_log = logging.getLogger(__name__)

_held: ContextVar[str | None] = ContextVar("rireki_unit_of_work", default=None)
"""Kind of the unit that this thread or task holds; a new thread holds none."""


class UnitOfWorkError(RuntimeError):
    """Raised when code does inside a unit of work what belongs before or behind it: a bug of the node's."""


@contextmanager
def unit_of_work(kind: str) -> Iterator[None]:
    """Hold the one unit of this thread or task. Raises UnitOfWorkError if it holds one already."""
    require_no_unit(f"a {kind} was opened")
    token = _held.set(kind)
    try:
        yield
    finally:
        _held.reset(token)


def is_in_unit() -> bool:
    """Whether this thread or task holds a unit of work."""
    return _held.get() is not None


def require_no_unit(what: str) -> None:
    """Refuse what must not happen inside a unit of work.

    Args:
        what: for the log, a clause in the past tense: "the chain was asked".

    Raises:
        UnitOfWorkError: this thread or task holds a unit.
    """
    held = _held.get()
    if held is None:
        return
    message = f"{what} inside a {held} of the same thread"
    _log.critical("bug: %s", message)  # also where somebody's border swallows the error
    raise UnitOfWorkError(message)
