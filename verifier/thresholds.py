"""At which score a learned model's answer counts, for exactly the model file the figures were measured with.

Decides: accept, review and reject limits per model digest; those of the face match stand in
verifier/match_thresholds.py. Another digest has no threshold, and a score without a threshold is no verdict:
the check is then UNDECIDED with code "face.no_threshold". None of these figures was measured on identity
photographs or on a certified attack set (ISO/IEC 30107-3); recalibrate before relying on them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

_MEASURED: Final = date(2026, 11, 22)


@dataclass(frozen=True, slots=True)
class Threshold:
    """Limits on one score; higher is better.

    Attributes:
        accept: this and above passes.
        reject: below this fails; between the two a person must look.
        unit: what the score is.
        dataset: what it was measured on.
        figures: what was found there.
        measured_on: day of the measurement.
    """

    accept: float
    reject: float
    unit: str
    dataset: str
    figures: str
    measured_on: date


SAME_FACE: Final[Mapping[str, Threshold]] = {
    # w600k_mbf
    "9cc6e4a75f0e2bf0b1aed94578f144d15175f357bdc05e815e5c4a02b319eb4f": Threshold(
        accept=0.40,
        reject=0.28,
        unit="cosine, worst pair of frontal and turned frames of one clip",
        dataset="85 registry photographs of 26 people (134 same, 3,436 different pairs)",
        figures="same: mean .627, 5th percentile .443, min .345; different: 99.9th percentile .232, max .305",
        measured_on=_MEASURED,
    )
}
"""By digest of the embedding model: whether one clip shows one person throughout."""

PLANAR: Final[Mapping[str, Threshold]] = {
    # 2d106det
    "f001b856447c413801ef5c42091ed0cd516fcd21f2d6b79635b1e733a7109dbf": Threshold(
        accept=0.020,
        reject=0.015,
        unit="RMS homography residual of rigid landmarks / eye distance, turned 15 degrees or more",
        dataset="3 photographs, head surface and flat print turned synthetically",
        figures="head at 15 to 42 measured degrees: .0289 to .0643; print turned by 30: .0070 to .0136",
        measured_on=_MEASURED,
    )
}
"""By digest of the landmark model."""

PASSIVE: Final[Mapping[str, Threshold]] = {
    # fr_liveness
    "afa783b7e902fdfcf323a7240cac2a1c580c25314ea4161129dc1b0d100dc32d": Threshold(
        accept=0.30,
        reject=0.15,
        unit="probability of the live class, median over frontal frames",
        dataset="6 live stills, 70 live frames, 4 printed or replayed faces, 18 synthetic replays",
        figures="live stills: min .58; spoofs: max .10; synthetic replays: mean .38; error rates unknown",
        measured_on=_MEASURED,
    )
}
"""By digest of the passive liveness model."""
