"""Started cases wait here for an engine, in the order in which they came.

Decides whose turn it is. A case that needs the node's own card reader waits while another has it; one whose
card lies on a relay, or that reads no card, goes ahead meanwhile. What it holds of a case is its id and what
the customer typed: evidence stays in the vault until an engine is free. A restart keeps the line, except for
cases whose typed secrets were lost with the memory.
"""

from __future__ import annotations

import itertools
import logging
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass

from node.domain.case import Case
from node.domain.methods import IMAGE_FACE
from node.local_reader import LocalReader
from node.relay.tickets import Relays
from node.usecases.issuing import Issuing
from node.usecases.verify_case import TypedSecrets

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a case stands in the line.

    Attributes:
        place: 1 is next.
        waiting: how many cases are in the line.
    """

    place: int
    waiting: int


@dataclass(frozen=True, slots=True)
class _Waiting:
    case_id: str
    typed: TypedSecrets
    reads_card: bool


class VerificationQueue:
    """The line and the workers that serve it."""

    def __init__(self, issuing: Issuing, relays: Relays, reader: LocalReader, *, workers: int) -> None:
        """Begin with an empty line.

        Args:
            issuing: starts and runs a verification.
            relays: cases whose card is elsewhere.
            reader: the node's own.
            workers: verifications at a time.
        """
        self._issuing, self._relays, self._size = issuing, relays, max(1, workers)
        self._threads = ThreadPoolExecutor(self._size, thread_name_prefix="verify")
        self._lock = threading.Lock()
        self._line: list[_Waiting] = []
        self._judged = 0
        self._at_reader: str | None = None
        self._turns = itertools.count(1)
        reader.when_free = self._reader_is_free

    def start(self, case_id: str, typed: TypedSecrets) -> Case:
        """Start a case's verification and put it in the line.

        Raises:
            InvalidInput: as `node.usecases.verify_case.StartVerification`.
        """
        started = self._issuing.start_verification(
            case_id, typed_document=typed.document is not None, turn=self._turn(typed)
        )
        self._add(started, typed)
        return started

    def resume(self) -> None:
        """After a restart: the line as it was."""
        for case in self._issuing.resume_cases():
            self._turns = itertools.count((case.turn or 0) + 1)
            self._add(case, TypedSecrets())

    def place_of(self, case_id: str) -> Place | None:
        """The case's place; None when it does not wait."""
        with self._lock:
            ids = [one.case_id for one in self._line]
        return Place(ids.index(case_id) + 1, len(ids)) if case_id in ids else None

    def prepare(self, action: Callable[[], object]) -> None:
        """Do something in a worker, before the cases that come later."""
        self._threads.submit(action)

    def close(self) -> None:
        """Take no further case; those in the line go on after the next start."""
        with self._lock:
            self._line.clear()
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _turn(self, typed: TypedSecrets) -> int | None:
        """Number by which a restart finds the case's place again; None where it takes an engine at once."""
        with self._lock:
            is_served_at_once = not self._line and self._judged < self._size and self._at_reader is None
            return None if is_served_at_once or not typed.is_empty else next(self._turns)

    def _add(self, case: Case, typed: TypedSecrets) -> None:
        with self._lock:
            self._line.append(_Waiting(case.case_id, typed, reads_card=case.method != IMAGE_FACE))
        self._look()

    def _look(self) -> None:
        with suppress(RuntimeError):  # the node is stopping
            self._threads.submit(self._serve)

    def _serve(self) -> None:
        while (one := self._take()) is not None:
            try:
                self._issuing.run_verification(one.case_id, one.typed)
            except Exception:  # noqa: BLE001  the worker's border: one case must not end the line
                _log.exception("case %s: what came of it could not be noted", one.case_id)
            finally:
                self._leave(one)

    def _take(self) -> _Waiting | None:
        """The first in the line that can be judged now."""
        with self._lock:
            for number, one in enumerate(self._line):
                needs_reader = one.reads_card and self._relays.card_source(one.case_id) is None
                if needs_reader and self._at_reader is not None:
                    continue
                if needs_reader:
                    self._at_reader = one.case_id
                self._judged += 1
                return self._line.pop(number)
        return None

    def _leave(self, one: _Waiting) -> None:
        with self._lock:
            self._judged -= 1
            had_reader = self._at_reader == one.case_id
        if had_reader:  # it never came to its card
            self._reader_is_free()

    def _reader_is_free(self) -> None:
        with self._lock:
            self._at_reader = None
        self._look()
