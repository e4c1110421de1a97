"""Are time and movement those of a person before a camera? Pure.

A head turns at up to a few hundred degrees a second; a film that runs faster than it was taken exceeds what
was ever measured here. Browsers deliver frames at slightly uneven times; times without any unevenness were
computed. Both can be forged: evidence for a person, no verdict.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

MIN_INTERVALS: Final = 10
LONG_STEP_MS: Final = 120
"""Ten frames a second, the slowest that speeds were measured at, leave 88 to 112."""


def fastest_turn(turns: Sequence[tuple[int, float]]) -> float:
    """Highest angular speed in (t_ms, degrees) samples, degrees per second.

    The second highest of the steps, so that one misread frame, which makes two, does not count by itself.
    """
    speeds = sorted(1000 * abs(b - a) / (t2 - t1) for (t1, a), (t2, b) in pairwise(turns))
    return speeds[-2] if len(speeds) > 1 else 0.0


def unseen_turn(turns: Sequence[tuple[int, float]]) -> float:
    """Degrees turned between two looks more than `LONG_STEP_MS` apart: how fast is not to be told there.

    The second largest, as in `fastest_turn`: one hiccup of a browser does not count.
    """
    unseen = sorted(abs(b - a) for (t1, a), (t2, b) in pairwise(turns) if t2 - t1 > LONG_STEP_MS)
    return unseen[-2] if len(unseen) > 1 else 0.0


def unevenness_ms(timestamps_ms: Sequence[int]) -> float | None:
    """Standard deviation of the intervals between frames, ms; None for too few to tell."""
    intervals = np.diff(np.asarray(timestamps_ms, np.float64))
    return float(intervals.std()) if len(intervals) >= MIN_INTERVALS else None
