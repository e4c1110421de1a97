"""How a run of the demo ends: everything it started ends before it does, whatever ends it.

A signal unwinds the run, so that each part stops as it should; a second one, or an unwinding that hangs, cuts
that short. What is left then, and after SIGKILL, which nobody can handle, is ended by scripts/demo/watch.py.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any, NoReturn

from scripts.demo.watch import MARK

UNWIND_S = 30
"""Seconds an unwinding may take: three nodes, the chain and the reader stop one after the other."""

Handler = Callable[[int, FrameType | None], Any] | signal.Handlers

EXIT_BY_SIGNAL = 128
"""What shells add to the signal's number for the exit status."""


@contextmanager
def lifetime() -> Iterator[None]:
    """Run the body; afterwards nothing that it started still runs. Once per process, in its main thread."""
    folder = tempfile.mkdtemp(prefix="rireki-demo-")
    watcher = subprocess.Popen(
        [sys.executable, "-m", "scripts.demo.watch", folder], stdin=subprocess.PIPE, start_new_session=True
    )
    os.environ[MARK] = tempfile.tempdir = folder
    ending = _ending_signals()
    _listen(watcher, ending)
    try:
        yield
    finally:
        signal.alarm(0)
        _answer(ending, signal.SIG_IGN)
        _sweep(watcher)


def _ending_signals() -> list[signal.Signals]:
    """Those that end a run; not a hang-up that `nohup` told it to outlive."""
    outlives_hangup = signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
    return [signal.SIGINT, signal.SIGTERM, *([] if outlives_hangup else [signal.SIGHUP])]


def _listen(watcher: subprocess.Popen[bytes], ending: list[signal.Signals]) -> None:
    def unwind(number: int, _frame: FrameType | None) -> NoReturn:
        def cut_short(*_: object) -> NoReturn:
            _sweep(watcher)
            os._exit(EXIT_BY_SIGNAL + number)

        _answer([*ending, signal.SIGALRM], cut_short)
        signal.alarm(UNWIND_S)
        sys.exit(EXIT_BY_SIGNAL + number)

    _answer(ending, unwind)


def _answer(numbers: list[signal.Signals], handler: Handler) -> None:
    for number in numbers:
        signal.signal(number, handler)


def _sweep(watcher: subprocess.Popen[bytes]) -> None:
    """Let the watcher end what is left, and wait for it."""
    assert watcher.stdin is not None
    watcher.stdin.close()
    watcher.wait()
