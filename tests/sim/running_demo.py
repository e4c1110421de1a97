"""Run `rireki demo` as a person at a terminal does, and see what it leaves behind.

    with RunningDemo(free_port_base(), "--serve") as demo:
        demo.wait_for("running")
        demo.send(signal.SIGTERM)

Everything that descends from it carries a mark in its environment, of which the demo knows nothing.
"""

from __future__ import annotations

import os
import random
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Self

import psutil

from node.errors import InvalidInput
from scripts.demo.command import HOME
from scripts.demo.processes import require_free
from scripts.demo.stage import PORTS
from tests.sim.patience import DEADLINE_S

if TYPE_CHECKING:
    from types import TracebackType

ROOT = Path(__file__).resolve().parents[2]
MARK = "DEMO_UNDER_TEST"

PORT_BASES = (20_000, 30_000)


def free_port_base() -> int:
    """The first of as many free ports in a row as a demo takes, below those that systems hand out."""
    while True:
        base = random.randrange(*PORT_BASES, PORTS)
        with suppress(InvalidInput):
            require_free(range(base, base + PORTS))
            return base


class RunningDemo:
    """One run; a context manager that leaves nothing running.

    Attributes:
        port_base: the first of its ports.
        output: what it printed so far.
        temporary: where it puts temporary files; a short path, since pcscd's socket lies there.
    """

    def __init__(self, port_base: int, *arguments: str) -> None:
        self.port_base = port_base
        self._command = [sys.executable, "-m", "node.cli", "demo", "--port-base", str(port_base), *arguments]
        self._token = secrets.token_hex(8)
        self._said = threading.Condition()
        self.output = ""
        self._folder = tempfile.TemporaryDirectory(prefix="d-")
        self.temporary = Path(self._folder.name)

    def __enter__(self) -> Self:
        if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # started in the background of a script
            signal.signal(signal.SIGINT, signal.default_int_handler)
        self._process = subprocess.Popen(
            self._command,
            cwd=ROOT,
            env=os.environ | {MARK: self._token, "TMPDIR": str(self.temporary)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for process in self.running():
            process.kill()
        self._process.wait()
        self._reader.join()
        self._folder.cleanup()
        shutil.rmtree(HOME / str(self.port_base), ignore_errors=True)

    def wait_for(self, text: str) -> None:
        """Until it has printed this."""
        with self._said:
            in_time = self._said.wait_for(lambda: text in self.output or self.has_ended, DEADLINE_S)
        assert in_time, f"no {text!r} in time:\n{self.output}"
        assert text in self.output, f"it ended before {text!r}:\n{self.output}"

    def send(self, number: signal.Signals) -> None:
        """Send a signal to the demo itself, not to what it started."""
        self._process.send_signal(number)

    def wait(self) -> int:
        """Until it has ended; its exit status, as Popen gives it."""
        return self._process.wait(DEADLINE_S)

    def running(self) -> list[psutil.Process]:
        """It and all that descends from it, as far as it still runs."""
        return [process for process in psutil.process_iter() if self._is_ours(process)]

    @property
    def has_ended(self) -> bool:
        """Whether the demo itself is gone."""
        return self._process.poll() is not None

    def _is_ours(self, process: psutil.Process) -> bool:
        try:
            return process.environ().get(MARK) == self._token
        except (psutil.Error, OSError):
            return False

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            with self._said:
                self.output += line
                self._said.notify_all()
        with self._said:
            self._said.notify_all()
