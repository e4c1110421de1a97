"""From which figure on a trace of display, paper or repeated film counts.

These cues read pixels and times, no network, so no model digest stands beside them. They were found on
synthetic clips, computed from photographs, and say nothing yet about real cameras: a denoising, sharpening or
beautifying camera moves every one of them. Recalibrate on recordings of your own customers. A cue alone never
rejects anybody; it calls a reviewer (verifier/liveness/medium/cues.py), except copies of frames, which no
camera makes.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

_MEASURED: Final = date(2026, 11, 22)
_CLIPS: Final = "synthetic genuine clips and attacks of scripts/bench/face.py, calibration half"


@dataclass(frozen=True, slots=True)
class Limit:
    """When a figure is suspicious.

    Attributes:
        value: the limit itself is suspicious.
        side: "above" or "below" the limit.
        unit: what the figure is.
        dataset: what it was measured on.
        figures: what was found there.
        measured_on: day of the measurement.
    """

    value: float
    side: Literal["above", "below"]
    unit: str
    dataset: str
    figures: str
    measured_on: date

    def reached(self, figure: float) -> bool:
        """Whether the figure is suspicious."""
        return figure >= self.value if self.side == "above" else figure <= self.value


def _limit(value: float, side: Literal["above", "below"], unit: str, figures: str) -> Limit:
    return Limit(value, side, unit, _CLIPS, figures, _MEASURED)


CUES: Final[Mapping[str, Limit]] = {
    "moire": _limit(
        3.0,
        "above",
        "ln(power of the strongest pattern / its surroundings), median over frontal frames",
        "genuine 2.0 to 2.5, an enlarged real film 2.9; 20 of 24 displays 3.1 to 4.3, the others 2.0 to 2.7",
    ),
    "bands": _limit(
        0.80,
        "above",
        "percent of brightness, standard deviation over rows, median",
        "genuine up to .60 a pair of frames (side light); displays .02 to 2.6",
    ),
    "edges": _limit(
        3,
        "above",
        "edges of a sheet around the face, median over frontal frames",
        "genuine 0; telephones 4; prints 0 or 4, by the contrast of their margin",
    ),
    "colour": _limit(
        4.0, "below", "CIELAB chroma of the face, median over frontal frames", "genuine 6 and more; grey .02"
    ),
}
"""Traces of a display or of paper, by cue."""

FILM: Final[Mapping[str, Limit]] = {
    "distant": _limit(
        3, "above", "frames equal to an earlier one with others between", "genuine 0; loops 1 to 38"
    ),
    "neighbours": _limit(
        0.5, "above", "share of frames equal to the one before", "genuine 0; a slow camera .5 at most"
    ),
    "loop": _limit(
        5, "above", "moving frames in a row that show an earlier stretch again", "genuine 0; loops 4 to 20"
    ),
    "speed": _limit(
        175.0,
        "above",
        "degrees of yaw a second, second fastest step",
        "at 10 and 15 frames a second: genuine 98 to 155; films sped up 184 on",
    ),
    "unseen": _limit(
        15.0,
        "above",
        "degrees turned between two frames more than 120 ms apart, second largest",
        "at 10 and 15 frames a second 0; films sped up at 7.5: 22 and more, at 5: 22 and more",
    ),
    "unevenness": _limit(
        0.3, "below", "ms, standard deviation of the intervals between frames", "genuine 3 to 6"
    ),
}
"""Traces of frames that no camera took one after the other, by cue."""

FLOW: Final = _limit(
    0.010,
    "below",
    "median residual of followed corners from a homography, eye distances",
    "heads turned 16 to 25 degrees .013 to .033; flat prints turned 30 to 45 .004 to .012",
)
"""Below it, corners followed through a turn moved as on a plane."""
