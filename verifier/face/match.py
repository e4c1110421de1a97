"""Is the person in the clip the person on the document's photograph?

Decides: match, no match, or a person must look, by the cosine of embeddings and the threshold that was
measured with this very model file. Does not decide whether the clip is live (verifier/liveness/judge.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from verifier.errors import InvalidInput
from verifier.face.quality import faults, shared_obstacle, weight, weighted_median
from verifier.match_thresholds import MatchThreshold
from verifier.models import ModelPack, Role
from verifier.types import CheckResult, Image, Outcome

if TYPE_CHECKING:
    from verifier.face.models import FaceModels
    from verifier.face.track import FaceTrack

CHECK: Final = "face.match"


def match(portrait: Image, track: FaceTrack, models: FaceModels) -> CheckResult:
    """Compare a portrait with the frontal frames of a clip.

    Args:
        portrait: the document's photograph, BGR, any size; grey and tight crops are expected.
        track: what the clip shows.
        models: the models that made the track.

    Returns:
        "face.match": PASSED; FAILED "face.no_match" or "face.none_in_clip"; UNDECIDED "face.review_band",
        "face.none_in_portrait", "face.several_in_portrait", "face.no_threshold", or what hides part of the
        face in every frame ("face.eyes_covered", ...). The score is the median cosine over the best frontal
        frames, weighted by their quality, so that neither one lucky nor one bad frame decides.
    """
    try:
        image, face, _ = models.still_face(portrait)
    except InvalidInput as error:
        return CheckResult(CHECK, Outcome.UNDECIDED, f"{error.code}_in_portrait")
    if not track.frontal:
        return CheckResult(CHECK, Outcome.FAILED, "face.none_in_clip")
    embedding = models.embedding(image, face)
    cosines = [float(key.embedding @ embedding) for key in track.frontal]
    qualities = [key.quality for key in track.frontal]
    score = weighted_median(cosines, [1.0 if quality is None else weight(quality) for quality in qualities])
    facts = {
        "frames": len(cosines),
        "cosine_min": round(min(cosines), 4),
        "cosine_max": round(max(cosines), 4),
    }
    obstacle = shared_obstacle([() if quality is None else faults(quality) for quality in qualities])
    return withheld(verdict(score, models.pack, facts=facts), obstacle)


def verdict(score: float, pack: ModelPack, *, facts: Mapping[str, int | float]) -> CheckResult:
    """Put one cosine into its band; pure.

    Adds to the facts "false_match_rate" and "threshold_false_match_rate": upper bounds of the share of
    strangers who reach this score, and the score that is accepted.
    """
    limits, sha256 = pack.match_threshold, pack.file(Role.EMBEDDING).sha256
    if limits is None:
        return CheckResult(CHECK, Outcome.UNDECIDED, "face.no_threshold", score, None, sha256, facts)
    rates = {
        "false_match_rate": limits.false_match_rate(score),
        "threshold_false_match_rate": limits.false_match_rate(limits.accept),
    }
    outcome, code, threshold = _band(score, limits)
    return CheckResult(CHECK, outcome, code, score, threshold, sha256, {**facts, **rates})


def withheld(result: CheckResult, obstacle: str | None) -> CheckResult:
    """A match on pictures that do not show the whole face is not one: a person must look."""
    if obstacle is None or not result.passed:
        return result
    return replace(result, outcome=Outcome.UNDECIDED, code=obstacle)


def _band(score: float, limits: MatchThreshold) -> tuple[Outcome, str | None, float]:
    if score >= limits.accept:
        return Outcome.PASSED, None, limits.accept
    if score >= limits.reject:
        return Outcome.UNDECIDED, "face.review_band", limits.accept
    return Outcome.FAILED, "face.no_match", limits.reject


def best_selfie(track: FaceTrack) -> int | None:
    """Index in the clip of the frame to keep for the record: the sharpest frontal one."""
    return track.frontal[0].index if track.frontal else None
