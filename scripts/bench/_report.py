"""The one output form of every benchmark: a table, or `{"metrics": {name: {...}}}` with `--json`."""

from __future__ import annotations

import argparse
import json
import operator
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from rich.console import Console
from rich.table import Table

_HOLDS: dict[str, Callable[[float, float], bool]] = {"<=": operator.le, ">=": operator.ge, "==": operator.eq}


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


def arguments(description: str | None) -> argparse.ArgumentParser:
    """A parser with `--json`; benchmarks add their own options."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--json", action="store_true", help="print metrics as JSON instead of a table")
    return parser


def publish(title: str, metrics: Sequence[Metric], *, as_json: bool) -> int:
    """Print; return the exit status: 1 if a target was missed."""
    if as_json:
        json.dump({"metrics": {metric.name: metric.as_json() for metric in metrics}}, sys.stdout, indent=2)
        sys.stdout.write("\n")
    else:
        table = Table("metric", "value", "unit", "target", "ok", "compared with", title=title)
        for metric in metrics:
            mark = {True: "yes", False: "NO", None: ""}[metric.ok]
            table.add_row(
                metric.name,
                f"{metric.value:,.3g}",
                metric.unit,
                metric.target or "",
                mark,
                metric.compared_with,
            )
        Console().print(table)
    return 1 if any(metric.ok is False for metric in metrics) else 0
