"""Does the clip show one live person who did what was asked? Pure: reads track and evidence, runs no network.

Decides six checks, each with its reason code; what they mean together is verifier/liveness/fusion.py's
matter. Pixels do not cover injection and deepfakes: a generated face that answers the challenge, fed in place
of the camera, passes every check here.
"""

from __future__ import annotations

from dataclasses import replace
from statistics import median
from typing import TYPE_CHECKING, Final

from verifier.action_thresholds import LANDMARKS_SHA256
from verifier.cue_thresholds import FLOW
from verifier.face.track import FaceTrack, KeyFrame
from verifier.liveness.actions import deeds
from verifier.liveness.answer import fault
from verifier.liveness.medium.cues import film, medium
from verifier.liveness.planar import residual
from verifier.models import Role
from verifier.thresholds import PLANAR, SAME_FACE, Threshold
from verifier.types import CheckResult, Outcome

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from verifier.liveness.challenge import Challenge
    from verifier.liveness.evidence import Evidence
    from verifier.liveness.planar_flow import Flow

MIN_FACE_SHARE: Final = 0.9
"""Share of the sampled frames that must show a face: a face that comes and goes may be two."""
MAX_LEAPS: Final = 2
"""How often the face may stand elsewhere than it can have come to: a jolted telephone, not a film that was
cut. Genuine synthetic clips and the real film had none."""
MAX_CROWDED_FRAMES: Final = 1
"""Frames that may show a second large face; one false detection in a clip is noise."""


def judge(track: FaceTrack, challenge: Challenge, evidence: Evidence) -> tuple[CheckResult, ...]:
    """All liveness checks, in a fixed order: single_face, action, planar, same_face, film, medium.

    Args:
        track: what the clip shows.
        challenge: what was asked.
        evidence: of the same clip (`evidence.gather`).
    """
    return (
        single_face(track),
        action(track, challenge),
        planar(track, evidence.flows),
        same_face(track),
        film(evidence),
        medium(track, evidence.traces),
    )


def single_face(track: FaceTrack) -> CheckResult:
    """Check "liveness.single_face".

    FAILED "liveness.several_faces", "liveness.face_lost", "liveness.face_leaped" or "liveness.no_face".
    """
    check = "liveness.single_face"
    seen = sum(frame.count > 0 for frame in track.frames)
    crowded = sum(frame.count > 1 for frame in track.frames)
    share = seen / len(track.frames) if track.frames else 0.0
    leaps = sum(frame.leaped for frame in track.frames)
    facts = {"frames": len(track.frames), "with_face": seen, "with_several": crowded, "leaps": leaps}
    if not seen:
        return CheckResult(check, Outcome.FAILED, "liveness.no_face", facts=facts)
    if crowded > MAX_CROWDED_FRAMES:
        return CheckResult(check, Outcome.FAILED, "liveness.several_faces", facts=facts)
    if share < MIN_FACE_SHARE:
        return CheckResult(check, Outcome.FAILED, "liveness.face_lost", share, MIN_FACE_SHARE, facts=facts)
    if leaps > MAX_LEAPS:
        return CheckResult(check, Outcome.FAILED, "liveness.face_leaped", share, MIN_FACE_SHARE, facts=facts)
    return CheckResult(check, Outcome.PASSED, None, share, MIN_FACE_SHARE, facts=facts)


def action(track: FaceTrack, challenge: Challenge) -> CheckResult:
    """Check "liveness.action": FAILED with a code of `answer.Fault`; UNDECIDED with unmeasured landmarks.

    The score is the weakest answer's strength: its largest figure / the limit from which it counts.
    """
    check = "liveness.action"
    if track.baseline is None:
        return CheckResult(check, Outcome.NOT_PERFORMED, "liveness.no_frontal_start")
    digest = track.pack.file(Role.LANDMARKS).sha256
    if digest != LANDMARKS_SHA256:
        return CheckResult(check, Outcome.UNDECIDED, "face.no_threshold", model_sha256=digest)
    found = deeds(track)
    wrong = fault(found, challenge)
    asked = {step.action for step in challenge.steps}
    score = min((deed.strength for deed in found if deed.action in asked), default=0.0)
    facts: dict[str, str | int] = {
        "done": " ".join(f"{deed.action}@{deed.start_ms}" for deed in found),
        "asked": " ".join(f"{step.action}@{step.start_ms}" for step in challenge.steps),
        "nonce": challenge.nonce,
    }
    if wrong is not None and wrong.step is not None:
        facts["failed_step"] = wrong.step + 1
    outcome = Outcome.FAILED if wrong else Outcome.PASSED
    return CheckResult(check, outcome, wrong.code if wrong else None, score, 1.0, digest, facts)


def planar(track: FaceTrack, flows: Sequence[Flow] = ()) -> CheckResult:
    """Check "liveness.planar": FAILED "liveness.planar_surface", UNDECIDED in the review band, else PASSED.

    NOT_PERFORMED "liveness.turn_too_small" unless the head was seen turned far enough to both sides. The
    score is the smaller side's median residual of the landmarks; followed corners that speak for a plane
    leave a pass undecided.
    """
    check, digest = "liveness.planar", track.pack.file(Role.LANDMARKS).sha256
    left = [key for key in track.turned if key.turn > 0]
    right = [key for key in track.turned if key.turn < 0]
    if not (track.frontal and left and right):
        return CheckResult(check, Outcome.NOT_PERFORMED, "liveness.turn_too_small", model_sha256=digest)
    sides = [_median_residual(track.frontal, side) for side in (left, right)]
    facts: dict[str, int | float] = {"left": round(sides[0], 4), "right": round(sides[1], 4)}
    followed = [one.residual for one in flows if one.conclusive]
    if followed:
        facts["flow"] = round(min(followed), 4)
    codes = ("liveness.planar_surface", "liveness.planar_review")
    result = _banded(check, min(sides), PLANAR.get(digest), digest, codes=codes, facts=facts)
    if result.passed and followed and min(followed) < FLOW.value:
        return replace(result, outcome=Outcome.UNDECIDED, code="liveness.planar_review")
    return result


def same_face(track: FaceTrack) -> CheckResult:
    """Check "liveness.same_face": one face throughout; FAILED "liveness.face_changed".

    The score is the lowest cosine between any frontal key frame and any other key frame.
    """
    check, digest = "liveness.same_face", track.pack.file(Role.EMBEDDING).sha256
    if not (track.frontal and track.turned):
        return CheckResult(check, Outcome.NOT_PERFORMED, "liveness.turn_too_small", model_sha256=digest)
    others = (*track.frontal, *track.turned)
    score = min(float(a.embedding @ b.embedding) for a in track.frontal for b in others)
    codes = ("liveness.face_changed", "liveness.same_face_review")
    return _banded(check, score, SAME_FACE.get(digest), digest, codes=codes, facts={"frames": len(others)})


def _median_residual(frontal: Iterable[KeyFrame], side: Iterable[KeyFrame]) -> float:
    reference = next(iter(frontal)).landmarks
    return median(residual(reference, key.landmarks) for key in side)


def _banded(
    check: str,
    score: float,
    threshold: Threshold | None,
    digest: str,
    *,
    codes: tuple[str, str],
    facts: dict[str, int | float],
) -> CheckResult:
    """Put a score into its band; `codes` are those of the reject and the review band."""
    rejected, review = codes
    if threshold is None:
        return CheckResult(check, Outcome.UNDECIDED, "face.no_threshold", score, None, digest, facts)
    if score >= threshold.accept:
        return CheckResult(check, Outcome.PASSED, None, score, threshold.accept, digest, facts)
    if score >= threshold.reject:
        return CheckResult(check, Outcome.UNDECIDED, review, score, threshold.accept, digest, facts)
    return CheckResult(check, Outcome.FAILED, rejected, score, threshold.reject, digest, facts)
