"""Is the person in the clip the person on the document's photograph?

Decides: match, no match, or a person must look, by the cosine of embeddings and the threshold that was
measured with this very model file. Does not decide whether the clip is live (verifier/liveness/judge.py).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from verifier.errors import InvalidInput
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
        "face.none_in_portrait", "face.several_in_portrait" or "face.no_threshold". The score is the median
        cosine over the best frontal frames, so that neither one lucky nor one bad frame decides.
    """
    try:
        image, face = models.portrait_face(portrait)
    except InvalidInput as error:
        return CheckResult(CHECK, Outcome.UNDECIDED, f"{error.code}_in_portrait")
    if not track.frontal:
        return CheckResult(CHECK, Outcome.FAILED, "face.none_in_clip")
    cosines = [float(key.embedding @ models.embedding(image, face)) for key in track.frontal]
    facts = {
        "frames": len(cosines),
        "cosine_min": round(min(cosines), 4),
        "cosine_max": round(max(cosines), 4),
    }
    return verdict(float(np.median(cosines)), models.pack, facts=facts)


def verdict(score: float, pack: ModelPack, *, facts: dict[str, int | float]) -> CheckResult:
    """Put one cosine into its band; pure."""
    threshold, model_sha256 = pack.match_threshold, pack.file(Role.EMBEDDING).sha256
    if threshold is None:
        return CheckResult(CHECK, Outcome.UNDECIDED, "face.no_threshold", score, None, model_sha256, facts)
    if score >= threshold.accept:
        return CheckResult(CHECK, Outcome.PASSED, None, score, threshold.accept, model_sha256, facts)
    if score >= threshold.reject:
        return CheckResult(
            CHECK, Outcome.UNDECIDED, "face.review_band", score, threshold.accept, model_sha256, facts
        )
    return CheckResult(CHECK, Outcome.FAILED, "face.no_match", score, threshold.reject, model_sha256, facts)


def best_selfie(track: FaceTrack) -> int | None:
    """Index in the clip of the frame to keep for the record: the sharpest frontal one."""
    return track.frontal[0].index if track.frontal else None
