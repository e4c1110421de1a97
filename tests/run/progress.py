"""Says how far a run is, in plain lines that also read well in a log: no carriage returns, no dots.

    [ 42 %] 1,612 of 3,800 passed, 0 failed, 5 min 10 s, about 6 min left

The percentage and the time left count work, not tests: seconds as last measured (`tests.run.durations`), at
the pace of this run. A failure is named at once. With `-v`, pytest speaks for itself.
"""

from __future__ import annotations

import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import pytest

from tests.run.durations import expected, measured, record

if TYPE_CHECKING:
    from collections.abc import Mapping

EVERY_S: Final = 15.0
ENOUGH: Final = 0.05
"""Share of the work after which its pace says how long the rest will take."""

LONG_S: Final = 60.0
"""A test that runs longer is named."""


@dataclass
class Progress:
    """What is known of a run; times are seconds of any one clock.

    Attributes:
        expected: test -> seconds it should take.
        began: when the run began.
        outcomes: "passed", "failed", "skipped" -> tests.
        running: test -> when it began.
        spent: test -> seconds it took.
    """

    expected: Mapping[str, float]
    began: float
    outcomes: Counter[str] = field(default_factory=Counter)
    running: dict[str, float] = field(default_factory=dict)
    spent: dict[str, float] = field(default_factory=dict)
    _done_s: float = 0.0

    def start(self, nodeid: str, now: float) -> None:
        """A test begins."""
        self.running[nodeid] = now

    def finish(self, nodeid: str) -> None:
        """A test is over."""
        self.running.pop(nodeid, None)
        self._done_s += self.expected.get(nodeid, 0)

    def line(self, now: float) -> str:
        """One line of progress."""
        share = self._share()
        counts = [f"{self.outcomes['passed']:,} of {len(self.expected):,} passed"]
        counts += [f"{self.outcomes['failed']} failed"]
        counts += [f"{self.outcomes['skipped']} skipped"] if self.outcomes["skipped"] else []
        elapsed = now - self.began
        parts = [*counts, in_words(elapsed), self._left(share, elapsed), *self._long(now)]
        return f"[{share:4.0%}] ".replace("%", " %") + ", ".join(parts)

    def _share(self) -> float:
        total = sum(self.expected.values())
        return min(self._done_s / total, 1.0) if total else 0.0

    def _left(self, share: float, elapsed: float) -> str:
        if share < ENOUGH:
            return "time left not known yet"
        return f"about {in_words(elapsed / share - elapsed, roughly=True)} left"

    def _long(self, now: float) -> list[str]:
        if not self.running:
            return []
        nodeid, since = min(self.running.items(), key=lambda entry: entry[1])
        return [f"at {nodeid} for {in_words(now - since)}"] if now - since > LONG_S else []


def in_words(seconds: float, *, roughly: bool = False) -> str:
    """A duration, to the second or, roughly, to the minute."""
    whole = round(seconds)
    if roughly:
        minutes = -(-whole // 60)
        return f"{minutes} min" if minutes > 1 else "a minute"
    return f"{whole // 60} min {whole % 60} s" if whole >= 60 else f"{whole} s"


class Reporter:
    """Watches a run and speaks; lives in the process that has the terminal."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._terminal = config.pluginmanager.get_plugin("terminalreporter")
        self._progress = Progress({}, time.monotonic())
        self._over = threading.Event()

    def plan(self, nodeids: list[str]) -> None:
        """These tests will run."""
        self._progress.expected = expected(nodeids, measured())
        self._progress.began = time.monotonic()
        threading.Thread(target=self._speak, daemon=True).start()

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        if session.items and not self._config.option.collectonly:
            self.plan([item.nodeid for item in session.items])

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_node_collection_finished(self, ids: list[str]) -> None:
        if not self._progress.expected:
            self.plan(ids)

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        self._progress.start(nodeid, time.monotonic())

    def pytest_runtest_logfinish(self, nodeid: str) -> None:
        self._progress.finish(nodeid)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self._progress.spent[report.nodeid] = self._progress.spent.get(report.nodeid, 0) + report.duration
        if report.failed:
            self._terminal.write_line(f"failed: {report.nodeid} ({report.when})")
            self._terminal.flush()
        if report.when == "call" or not report.passed:
            self._progress.outcomes[report.outcome] += 1

    @pytest.hookimpl(tryfirst=True)
    def pytest_report_teststatus(self, report: pytest.TestReport) -> tuple[str, str, str] | None:
        """Counted as ever, but without a dot."""
        if hasattr(report, "wasxfail"):
            return None
        return (report.outcome if report.when == "call" or not report.passed else "", "", "")

    def pytest_sessionfinish(self) -> None:
        self._over.set()
        if self._config.option.record_durations:
            record(self._progress.spent)

    def _speak(self) -> None:
        while not self._over.wait(EVERY_S):
            self._terminal.write_line(self._progress.line(time.monotonic()))
            self._terminal.flush()  # into a pipe or a file it would come pages later


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--record-durations", action="store_true", help="measure tests/run/durations.json anew")


@pytest.hookimpl(trylast=True)  # after pytest has made its terminal reporter
def pytest_configure(config: pytest.Config) -> None:
    has_terminal = not hasattr(config, "workerinput") and config.pluginmanager.hasplugin("terminalreporter")
    if has_terminal and config.option.verbose <= 0:
        config.pluginmanager.register(Reporter(config), "rireki-progress")
