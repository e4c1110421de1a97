"""Real node processes that may be killed at any point, and come back at once, as under a process supervisor.

Each is `rireki serve` behind its settings file, with fuses at its ports and the engine counted
(`tests.sim.kill.engine`). They are forked from a process that has imported everything: a restart takes half a
second instead of five. What a node knew in memory is gone; database, vault and chain stay.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import uvicorn

from node.api.app import create_app
from node.bootstrap import Node, build
from node.cli import main
from node.config import load_settings
from node.jobs import schedule
from tests.sim.command import FORKS
from tests.sim.kill.engine import CountedCards, CountingEngine
from tests.sim.kill.fuse import PlanFile, install, name_scope
from tests.sim.patience import DEADLINE_S

if TYPE_CHECKING:
    from multiprocessing.context import ForkServerProcess

    from node.domain.access import Role
    from tests.sim.running_node import RunningNode

FORGET_EVERY_S = 1.0
"""An hour in production, where what is forgotten is counted in days; here days pass within seconds."""

KILLED = (-signal.SIGKILL, 255)
"""Exit status of a killed process; 255 where the fork server could not tell any more."""


@dataclass
class MortalNode:
    """One member's node, kept alive."""

    running: RunningNode
    deaths: int = 0
    _wanted: threading.Event = field(default_factory=threading.Event)
    _process: ForkServerProcess | None = None
    _keeper: threading.Thread | None = None

    @property
    def plan(self) -> PlanFile:
        """Where the node shall die."""
        return PlanFile(self.running.home / "plan.json")

    @property
    def cards(self) -> CountedCards:
        """What its engine sent to chips."""
        return CountedCards(self.running.home / "cards")

    @property
    def url(self) -> str:
        """Where it listens."""
        return self.running.url

    def open(self) -> Node:
        """The node's parts on the same database, without serving, to look at what it holds."""
        return build(load_settings(self.running.config))

    def start(self) -> None:
        """Start, and start again whenever it was killed."""
        self._wanted.set()
        self._keeper = threading.Thread(target=self._keep, daemon=True)
        self._keeper.start()

    def stop(self) -> None:
        """End it for good."""
        self._wanted.clear()
        if self._process is not None and self._process.is_alive():
            self._process.kill()
        if self._keeper is not None:
            self._keeper.join()

    def staff(self, role: Role, holder: str = "見本") -> httpx.Client:
        """A client with a fresh API key."""
        return self.running.client(role, holder)

    def command(self, *arguments: str) -> int | None:
        """Run one `rireki` command against this node; the exit status, negative when it was killed."""
        settings = ["--config", str(self.running.config)]
        names = (str(self.plan.path), str(self.running.home / "node.log"))
        process = FORKS.Process(target=_command, args=([*arguments, *settings], *names))
        process.start()
        process.join(DEADLINE_S)
        return process.exitcode

    def _keep(self) -> None:
        while self._wanted.is_set():
            log = str(self.running.home / "node.log")
            self._process = FORKS.Process(
                target=_serve, args=(str(self.running.config), str(self.plan.path), str(self.cards.file), log)
            )
            self._process.start()
            self._process.join()
            if self._wanted.is_set():
                assert self._process.exitcode in KILLED, (
                    self._process.exitcode,
                    self.running.log()[-2000:],
                )
                self.deaths += 1


def _serve(config: str, plan: str, cards: str, log: str) -> None:
    _write_to(log)
    install(PlanFile(Path(plan)))
    schedule.FORGET_EVERY_S = FORGET_EVERY_S
    settings = load_settings(Path(config))
    node = replace(build(settings), engine=CountingEngine(CountedCards(Path(cards))))  # type: ignore[arg-type]
    uvicorn.run(
        create_app(node),
        host=settings.listen_host,
        port=settings.listen_port,
        log_level="warning",
        access_log=False,
    )


def _command(arguments: list[str], plan: str, log: str) -> None:
    _write_to(log)
    install(PlanFile(Path(plan)))
    name_scope(f"rireki {' '.join(arguments[:2])}")
    sys.argv = ["rireki", *arguments]
    main()


def _write_to(log: str) -> None:
    file = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    for descriptor in (1, 2):
        os.dup2(file, descriptor)
