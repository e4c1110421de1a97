"""Run `rireki` as its user does: a process of its own, its exit status, what it wrote.

The libraries take five seconds of processor time to import, so commands are forked from one process that has
imported them (the standard library's fork server). From `main()` on, nothing differs from a shell's.
"""

from __future__ import annotations

import multiprocessing
import os
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from node.cli import main
from tests.sim.patience import DEADLINE_S

FORKS = multiprocessing.get_context("forkserver")
"""Makes processes out of one that has imported everything and has no threads."""
FORKS.set_forkserver_preload(["tests.sim.command", "tests.sim.kill.nodes", "scripts.demo.command"])


@dataclass(frozen=True, slots=True)
class Ended:
    """How a command ended: exit status, standard output, standard error."""

    status: int | None
    out: str
    err: str


def rireki(*arguments: str | Path, timeout_s: float = DEADLINE_S, **environment: str) -> Ended:
    """Run one command to its end; a command still running at the timeout is killed and has no status."""
    with tempfile.TemporaryDirectory() as folder:
        out, err = Path(folder, "out"), Path(folder, "err")
        process = FORKS.Process(
            target=_run, args=([str(one) for one in arguments], environment, str(out), str(err))
        )
        process.start()
        process.join(timeout_s)
        status = process.exitcode
        if status is None:
            process.kill()
            process.join()
        return Ended(status, out.read_text(errors="replace"), err.read_text(errors="replace"))


def _run(arguments: list[str], environment: dict[str, str], out: str, err: str) -> None:
    for path, descriptor in ((out, 1), (err, 2)):
        file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        os.dup2(file, descriptor)
    os.environ.update(environment)
    sys.argv = ["rireki", *arguments]
    main()
