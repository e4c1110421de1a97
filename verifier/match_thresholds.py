"""What a cosine between two faces means, for exactly the embedding file the figures were measured with.

Decides: from which score on two pictures count as one person, below which as two, and how many strangers
would reach a score by chance. Another digest has no limits here, and a score without limits is no verdict.
None of these figures was measured on identity photographs, on a selfie camera or across ten years.

The false-match rates are upper bounds (scripts/bench/_face_match.py; docs/measured/face-match.md):
the one-sided 95 % limit of a tail fitted to the scores of different people, resampled by person, the worse
of photograph against photograph and chip portrait against photograph.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Final


@dataclass(frozen=True, slots=True)
class MatchThreshold:
    """Limits on the cosine of one embedding model, with where they come from.

    Attributes:
        accept: this and above is a match.
        reject: below this is no match; between the two a person must look.
        false_match: (cosine, upper bound of the share of strangers who reach it), by ascending cosine.
        floor: the smallest rate that the number of people measured can support (rule of three over pairs of
            different people): no estimate goes below it.
        dataset: what it was measured on.
        figures: what was found there.
        measured_on: day of the measurement.
    """

    accept: float
    reject: float
    false_match: tuple[tuple[float, float], ...]
    floor: float
    dataset: str
    figures: str
    measured_on: date

    def __post_init__(self) -> None:
        falling = all(a < b and p >= q > 0 for (a, p), (b, q) in pairwise(self.false_match))
        if not (self.false_match and falling and self.reject < self.accept and 0 < self.floor < 1):
            raise ValueError("limits and false-match rates contradict each other")

    def false_match_rate(self, score: float) -> float:
        """Upper bound of the share of strangers who score this or more; never below `floor`.

        Log-linear between the measured points; beyond the last one the last rate, before the first one 1.
        """
        points = self.false_match
        if score < points[0][0]:
            return 1.0
        for (low, more), (high, fewer) in pairwise(points):
            if score < high:
                share = (score - low) / (high - low)
                return max(self.floor, math.exp(math.log(more) * (1 - share) + math.log(fewer) * share))
        return max(self.floor, points[-1][1])


MATCH: Final[Mapping[str, MatchThreshold]] = {
    # w600k_mbf, with scrfd_500m
    "9cc6e4a75f0e2bf0b1aed94578f144d15175f357bdc05e815e5c4a02b319eb4f": MatchThreshold(
        accept=0.47,
        reject=0.28,
        false_match=(
            (0.2, 0.19),
            (0.24, 0.1),
            (0.28, 0.047),
            (0.32, 0.019),
            (0.36, 0.0081),
            (0.4, 0.0035),
            (0.44, 0.0016),
            (0.48, 0.00076),
            (0.52, 0.00036),
            (0.56, 0.00017),
            (0.6, 8.7e-05),
            (0.64, 4e-05),
            (0.68, 2e-05),
        ),
        floor=0.004,
        dataset="452 same, 14,492 different pairs of 40 people, and chip portraits made of them",
        figures="same: mean 0.525, 5th percentile 0.350; different: 99.9th percentile 0.420, max 0.534",
        measured_on=date(2026, 11, 22),
    ),
    # fr_feature, with retinaface_mobile025
    "87aacdfe57510db2af90c0251df680e8eec88f122ee94712121d09bcaaaf3581": MatchThreshold(
        accept=0.57,
        reject=0.39,
        false_match=(
            (0.32, 0.14),
            (0.36, 0.079),
            (0.4, 0.043),
            (0.44, 0.021),
            (0.48, 0.0075),
            (0.52, 0.0028),
            (0.56, 0.0011),
            (0.6, 0.00043),
            (0.64, 0.00017),
            (0.68, 6.8e-05),
            (0.72, 2.7e-05),
            (0.76, 1.1e-05),
        ),
        floor=0.0047,
        dataset="437 same, 14,164 different pairs of 40 people, and chip portraits made of them",
        figures="same: mean 0.599, 5th percentile 0.390; different: 99.9th percentile 0.523, max 0.608",
        measured_on=date(2026, 11, 22),
    ),
}
"""By digest of the embedding. `accept` is the lowest score whose fitted bound is 0.1 % or less, `reject` the
lowest whose bound is 5 % or less: scores fall as pictures age, by how much over ten years could not be
measured here, so the band that a person judges is as wide as it can be while nineteen of twenty strangers
are refused at once."""
