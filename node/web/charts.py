"""Geometry of the explorer's graphics: values in, positions out; templates/charts.html draws them as SVG.

Sideways everything is in percent and upwards in pixels, so a graphic fits any screen without scaling its
text. Pure: no clock, no markup.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from node.domain.days import DAY_S

BAR_LIMIT = 85.0
"""Percent: the longest bar; the rest is for its number."""

COLUMNS_PX = 100
"""Height of the tallest column."""

SERIES = ("attested", "decided", "revoked")


@dataclass(frozen=True, slots=True)
class Bar:
    """One horizontal bar: percent of the width."""

    label: str
    value: int
    width: float


@dataclass(frozen=True, slots=True)
class Column:
    """One day's count of one series.

    Attributes:
        day: the day, YYYY-MM-DD.
        series: index into `SERIES`.
        value: the count; never 0, such columns are left out.
        x: left edge, percent.
        width: percent.
        height: pixels.
    """

    day: str
    series: int
    value: int
    x: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Stop:
    """One step of a trail: its name, when, in which block, and how long after the step before."""

    step: str
    at: int
    block: int
    after: str


def bars(values: Mapping[str, int]) -> tuple[Bar, ...]:
    """Bars in the given order, the largest `BAR_LIMIT` wide."""
    most = max(values.values(), default=0) or 1
    return tuple(Bar(label, value, round(BAR_LIMIT * value / most, 2)) for label, value in values.items())


def columns(days: Sequence[Mapping[str, Any]]) -> tuple[Column, ...]:
    """Columns of every day ({"day", and a count per series}), side by side within the day."""
    most = max((one[name] for one in days for name in SERIES), default=0) or 1
    slot = 100 / (len(days) or 1)
    width = slot / (len(SERIES) + 1)
    return tuple(
        Column(
            one["day"],
            series,
            one[name],
            x=round(number * slot + series * width, 3),
            width=round(width, 3),
            height=round(COLUMNS_PX * one[name] / most, 1),
        )
        for number, one in enumerate(days)
        for series, name in enumerate(SERIES)
        if one[name]
    )


def stops(steps: Sequence[Mapping[str, Any]]) -> tuple[Stop, ...]:
    """A trail's steps ({"step", "at", "block"}, in order) with the time between them."""
    waits = ["", *(elapsed(later["at"] - earlier["at"]) for earlier, later in pairwise(steps))]
    return tuple(Stop(**one, after=wait) for one, wait in zip(steps, waits, strict=False))


def elapsed(seconds: int) -> str:
    """A span in its largest unit, rounded down: "40 s", "12 min", "3 h", "5 d"."""
    units = ((DAY_S, "d"), (3_600, "h"), (60, "min"))
    return next((f"{seconds // size} {name}" for size, name in units if seconds >= size), f"{seconds} s")
