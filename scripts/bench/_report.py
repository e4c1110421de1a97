"""The one shape of every benchmark: its options, its figures, and what could not be measured.

Figures are a table, or `{"metrics": {name: {...}}, "not_performed": {name: what is missing}}` with `--json`.
Progress goes to standard error (_progress.py). Exit status: 0 if every target was met, 1 if one was missed,
2 if nothing could be measured.
"""

from __future__ import annotations

import argparse
import json
import operator
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from rich.console import Console
from rich.table import Table

from node.errors import Unavailable as NodeUnavailable
from scripts.bench._peers import PeersUnavailableError
from tests.sim.anvil import AnvilUnavailableError
from tests.sim.postgres import PostgresUnavailableError
from tests.sim.specimen.fonts import FontMissingError
from verifier.errors import Unavailable

_HOLDS: dict[str, Callable[[float, float], bool]] = {"<=": operator.le, ">=": operator.ge, "==": operator.eq}

MISSING: Final = (
    AnvilUnavailableError,
    FontMissingError,
    NodeUnavailable,
    PeersUnavailableError,
    PostgresUnavailableError,
    Unavailable,
)
"""What a machine may lack; anything else is a fault and ends the run."""


@dataclass(frozen=True, slots=True)
class Metric:
    """One measured figure.

    Attributes:
        name: "<area>.<figure>".
        value: what was measured.
        unit: "gas", "ms", "ratio", ...
        target: e.g. "<= 62000"; None when the figure is only reported.
        compared_with: what else was measured in the same run, or "" for an absolute figure.
    """

    name: str
    value: float
    unit: str
    target: str | None = None
    compared_with: str = ""

    @property
    def ok(self) -> bool | None:
        """Whether the target is met; None without one."""
        if self.target is None:
            return None
        sign, limit = self.target.split()
        return _HOLDS[sign](self.value, float(limit))

    def as_json(self) -> dict[str, Any]:
        """The metric's entry in the JSON report."""
        return {
            "value": self.value,
            "unit": self.unit,
            "target": self.target,
            "ok": self.ok,
            "compared_with": self.compared_with,
        }


@dataclass(frozen=True, slots=True)
class NotPerformed:
    """A part that was not measured: it never counts as met.

    Attributes:
        name: which figures.
        missing: what is missing, and how to get it.
    """

    name: str
    missing: str


Found = list[Metric | NotPerformed]


def attempt(name: str, measure: Callable[[], Sequence[Metric | NotPerformed]]) -> Found:
    """Measure, or say what this machine lacks."""
    try:
        return list(measure())
    except MISSING as error:
        hint = getattr(error, "hint", "")
        return [NotPerformed(name, f"{error} {hint}".strip())]


class Arguments(argparse.ArgumentParser):
    """A parser with `--json` and `--quick`; sizes have a default for the full and one for the quick form."""

    def __init__(self, description: str | None) -> None:
        """The description is the module's docstring: `--help` teaches."""
        super().__init__(
            description=description,
            formatter_class=argparse.RawDescriptionHelpFormatter,
            conflict_handler="resolve",  # a benchmark may say in its own words what its quick form is
        )
        self._sizes: dict[str, tuple[int, int]] = {}
        self.add_argument("--json", action="store_true", help="print figures as JSON instead of a table")
        self.add_argument(
            "--quick",
            action="store_true",
            help="every figure from a smaller sample, within two minutes on two idle cores",
        )

    def add_size(self, flag: str, what: str, *, full: int, quick: int) -> None:
        """An option for how many there are of something."""
        self.add_argument(flag, type=int, metavar="N", help=f"{what} (default {full:,}; --quick {quick:,})")
        self._sizes[flag.removeprefix("--").replace("-", "_")] = (full, quick)

    def given(self) -> argparse.Namespace:
        """The command line, each size filled in."""
        options = self.parse_args()
        for name, (full, quick) in self._sizes.items():
            if getattr(options, name) is None:
                setattr(options, name, quick if options.quick else full)
        return options


def arguments(description: str | None) -> argparse.ArgumentParser:
    """The same parser, for a benchmark whose sizes are more than one number each."""
    return Arguments(description)


def publish(title: str, found: Sequence[Metric | NotPerformed], *, as_json: bool) -> int:
    """Print; return the exit status."""
    metrics = [one for one in found if isinstance(one, Metric)]
    missing = [one for one in found if isinstance(one, NotPerformed)]
    if as_json:
        report = {
            "metrics": {metric.name: metric.as_json() for metric in metrics},
            "not_performed": {one.name: one.missing for one in missing},
        }
        json.dump(report, sys.stdout, indent=2)
        sys.stdout.write("\n")
    else:
        _print_table(title, metrics, missing)
    if not metrics:
        return 2
    return 1 if any(metric.ok is False for metric in metrics) else 0


def _print_table(title: str, metrics: Sequence[Metric], missing: Sequence[NotPerformed]) -> None:
    console = Console()
    table = Table("metric", "value", "unit", "target", "ok", "compared with", title=title)
    for metric in metrics:
        mark = {True: "yes", False: "NO", None: ""}[metric.ok]
        table.add_row(
            metric.name, f"{metric.value:,.4g}", metric.unit, metric.target or "", mark, metric.compared_with
        )
    if metrics:
        console.print(table)
    for one in missing:
        console.print(f"not performed: {one.name}: {one.missing}", markup=False)
