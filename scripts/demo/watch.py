"""Ends whatever a run of the demo started, once the run itself is gone, however it went.

    python -m scripts.demo.watch FOLDER        with a pipe as standard input

A process of its own, in a session of its own, started before all others (scripts/demo/lifetime.py). Only the
run holds the other end of the pipe, so it closes when the run ends: by itself, by a signal, by SIGKILL.
Everything that the run started, and everything that those started, has FOLDER as TMPDIR in its environment:
nobody has to say what was started, and nothing is missed that was started a moment before the end.
"""

from __future__ import annotations

import shutil
import signal
import sys
from pathlib import Path

import psutil

GENTLE_S = 5.0
"""How long a process may take to end by itself after SIGTERM."""

MARK = "TMPDIR"
"""Environment variable that names the run's folder."""

DEAF_TO = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT)


def main() -> None:
    """Wait for the run's end, then end the rest and remove its folder."""
    folder = Path(sys.argv[1])
    for one in DEAF_TO:
        signal.signal(one, signal.SIG_IGN)
    sys.stdin.buffer.read()
    end_all(folder)
    shutil.rmtree(folder, ignore_errors=True)


def end_all(folder: Path) -> None:
    """End every process of the run, first gently; look again until there is none."""
    while left := members(folder):
        for process in left:
            _send(process, signal.SIGTERM)
        _gone, stubborn = psutil.wait_procs(left, timeout=GENTLE_S)
        for process in stubborn:
            _send(process, signal.SIGKILL)


def members(folder: Path) -> list[psutil.Process]:
    """Processes that carry the run's mark and still run."""
    return [process for process in psutil.process_iter() if _carries(process, str(folder))]


def _carries(process: psutil.Process, folder: str) -> bool:
    try:
        return process.environ().get(MARK) == folder
    except (psutil.Error, OSError):  # somebody else's, a zombie, or gone meanwhile
        return False


def _send(process: psutil.Process, number: signal.Signals) -> None:
    try:
        process.send_signal(number)
    except psutil.NoSuchProcess:
        return


if __name__ == "__main__":
    main()
