"""From which figure on a movement of head, lids or mouth counts as an action.

Every figure is a difference from the same person's own baseline (verifier/face/baseline.py), so the limits
hold across people; they were found on synthetic clips, computed from photographs, and say nothing yet about
real captures. Recalibrate on recordings of your own customers.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

_MEASURED: Final = date(2026, 11, 22)


@dataclass(frozen=True, slots=True)
class Excursion:
    """When a movement begins and ends.

    Attributes:
        limit: from here on it counts.
        release: below this it is over; the gap outlasts the noise of a face at rest.
        unit: what the figure is, always measured from the person's own baseline.
        dataset: what it was measured on.
        figures: what was found there.
        landmarks_sha256: the landmark model whose points it was measured with.
        measured_on: day of the measurement.
    """

    limit: float
    release: float
    unit: str
    dataset: str
    figures: str
    landmarks_sha256: str
    measured_on: date


LANDMARKS_SHA256: Final = "f001b856447c413801ef5c42091ed0cd516fcd21f2d6b79635b1e733a7109dbf"
"""2d106det: the only landmark model that these limits were measured with."""
_HEADS: Final = (
    "synthetic clips of 5 people in 5 lights at 10 to 30 frames a second (tests/sim/face), a real film"
)


def _excursion(limit: float, release: float, unit: str, figures: str) -> Excursion:
    return Excursion(limit, release, unit, _HEADS, figures, LANDMARKS_SHA256, _MEASURED)


ACTION: Final[Mapping[str, Excursion]] = {
    "turn": _excursion(
        15.0,
        9.0,
        "degrees of yaw",
        "asked: 26.8 to 39.8 where heads turned by 30 to 38; at rest: at most 3.3",
    ),
    "lift": _excursion(
        8.0,
        5.0,
        "degrees of pitch, mean of network and parallax",
        "asked: up 12.6 to 19.8, down 12.3 to 21.5; at rest: at most 4.2",
    ),
    "growth": _excursion(
        0.15, 0.08, "size of the face / size at rest - 1", "asked: .26 to .35; at rest: at most .019"
    ),
    "mouth": _excursion(
        0.16,
        0.09,
        "gap between the lips, eye distances",
        "asked: .24 to .49; at rest: at most .04; a man talking: .55",
    ),
    "lid": _excursion(
        0.06,
        0.035,
        "loss of likeness to the own open eye, correlation",
        "blinks: .12 to .36; at rest: at most .031",
    ),
    "wink": _excursion(
        0.06,
        0.03,
        "difference between the two eyes' losses, correlation",
        "winks: .10 to .29; at rest: at most .030",
    ),
}
"""By movement (verifier/liveness/actions.py)."""
