"""One run for everybody who waits for it.

Many customers ask at once that the node read up to the chain's head, or send what is queued. One after the
other would do the same work again and again while the last one waits for all; together they need two runs:
the one under way, which may have begun too early for who came later, and the next.
"""

from __future__ import annotations

from threading import Condition
from typing import TYPE_CHECKING, Generic, TypeVar, cast

from node.unit_of_work import require_no_unit

if TYPE_CHECKING:
    from collections.abc import Callable

Result = TypeVar("Result")


class SharedRun(Generic[Result]):
    """Work of which one run at a time serves all who asked before it began."""

    def __init__(self, work: Callable[[], Result]) -> None:
        """Bind; `work` is idempotent and may raise."""
        self._work = work
        self._changed = Condition()
        self._begun = self._ended = 0
        self._result: Result | None = None
        self._error: BaseException | None = None

    def __call__(self) -> Result:
        """Give the result of a run that began after this call, or raise what it raised.

        Raises:
            UnitOfWorkError: called inside a unit of work, which would hold a connection meanwhile.
        """
        require_no_unit("the chain was waited for")
        with self._changed:
            mine = self._begun + 1
            while self._begun > self._ended and self._ended < mine:
                self._changed.wait()
            if self._ended >= mine:
                return self._outcome()
            self._begun += 1
        self._run()
        return self._outcome()

    def _run(self) -> None:
        result: Result | None = None
        error: BaseException | None = None
        try:
            result = self._work()
        except BaseException as raised:  # noqa: BLE001  everybody who waits is told
            error = raised
        finally:
            with self._changed:
                self._result, self._error = result, error
                self._ended += 1
                self._changed.notify_all()

    def _outcome(self) -> Result:
        with self._changed:
            if self._error is not None:
                raise self._error
            return cast("Result", self._result)
