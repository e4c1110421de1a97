"""Checks "liveness.medium" and "liveness.film": is it a person before the camera, and a camera at all? Pure.

The medium check puts one small network's score of the frontal frames beside four traces of displays and
paper. All of it is advice: error rates on real attacks are unknown, so it calls a reviewer and never rejects
alone (verifier/policy.py). The film check is about frames: copies and loops come from no camera and fail;
hurry and computed times ask for a reviewer. A generated face fed in place of the camera passes both.
"""

from __future__ import annotations

from statistics import median
from typing import TYPE_CHECKING, Final

from verifier.cue_thresholds import CUES, FILM
from verifier.models import Role
from verifier.thresholds import PASSIVE
from verifier.types import CheckResult, Outcome

if TYPE_CHECKING:
    from verifier.face.track import FaceTrack
    from verifier.liveness.evidence import Evidence, Traces

MEDIUM: Final = "liveness.medium"
FILM_CHECK: Final = "liveness.film"

CUE_CODES: Final = {
    "moire": "liveness.screen_pattern",
    "bands": "liveness.screen_bands",
    "edges": "liveness.sheet_edges",
    "colour": "liveness.no_colour",
}
SEVERAL: Final = 2
"""So many cues together count as much as a failed network score."""


def medium(track: FaceTrack, traces: Traces) -> CheckResult:
    """Check "liveness.medium"; the score is the network's.

    FAILED or UNDECIDED with "liveness.screen_pattern", "liveness.screen_bands", "liveness.sheet_edges",
    "liveness.no_colour", or, where only the network objects, "liveness.medium_suspect" or
    "liveness.medium_review". NOT_PERFORMED "liveness.no_frontal_frame".
    """
    digest = track.pack.file(Role.PASSIVE_LIVENESS).sha256
    scores = [key.live for key in track.frontal if key.live is not None]
    if not scores:
        return CheckResult(MEDIUM, Outcome.NOT_PERFORMED, "liveness.no_frontal_frame", model_sha256=digest)
    score, threshold, cues = median(scores), PASSIVE.get(digest), suspicious(traces)
    facts: dict[str, str | int | float] = {"frames": len(scores), **_facts(traces), "cues": ",".join(cues)}
    if threshold is None:
        return CheckResult(MEDIUM, Outcome.UNDECIDED, "face.no_threshold", score, None, digest, facts)
    if score >= threshold.accept and not cues:
        return CheckResult(MEDIUM, Outcome.PASSED, None, score, threshold.accept, digest, facts)
    failed = score < threshold.reject or len(cues) >= SEVERAL
    plain = "liveness.medium_suspect" if failed else "liveness.medium_review"
    code = CUE_CODES[cues[0]] if cues else plain
    outcome = Outcome.FAILED if failed else Outcome.UNDECIDED
    limit = threshold.reject if score < threshold.reject else threshold.accept
    return CheckResult(MEDIUM, outcome, code, score, limit, digest, facts)


def suspicious(traces: Traces) -> tuple[str, ...]:
    """The cues that reached their limits, in the order of `CUE_CODES`."""
    figures = {name: getattr(traces, name) for name in CUE_CODES}
    return tuple(
        name for name, figure in figures.items() if figure is not None and CUES[name].reached(figure)
    )


def film(evidence: Evidence) -> CheckResult:
    """Check "liveness.film".

    FAILED "liveness.frames_frozen", "liveness.frames_repeat" or "liveness.film_loops"; UNDECIDED
    "liveness.too_fast", "liveness.few_frames" or "liveness.times_computed".
    """
    found = evidence.repetition
    facts = {
        "frozen_share": round(found.neighbours, 3),
        "repeated_frames": found.distant,
        "loop_frames": found.loop,
        "fastest_turn": round(evidence.speed, 1),
        "unseen_turn": round(evidence.unseen_turn, 1),
    }
    if evidence.unevenness_ms is not None:
        facts["unevenness_ms"] = round(evidence.unevenness_ms, 2)
    code, outcome = _film_fault(evidence)
    return CheckResult(FILM_CHECK, outcome, code, facts=facts)


def _film_fault(evidence: Evidence) -> tuple[str | None, Outcome]:
    found = evidence.repetition
    faults = (
        ("liveness.frames_frozen", Outcome.FAILED, FILM["neighbours"].reached(found.neighbours)),
        ("liveness.frames_repeat", Outcome.FAILED, FILM["distant"].reached(found.distant)),
        ("liveness.film_loops", Outcome.FAILED, FILM["loop"].reached(found.loop)),
        ("liveness.too_fast", Outcome.UNDECIDED, FILM["speed"].reached(evidence.speed)),
        ("liveness.few_frames", Outcome.UNDECIDED, FILM["unseen"].reached(evidence.unseen_turn)),
        (
            "liveness.times_computed",
            Outcome.UNDECIDED,
            evidence.unevenness_ms is not None and FILM["unevenness"].reached(evidence.unevenness_ms),
        ),
    )
    return next(((code, outcome) for code, outcome, hit in faults if hit), (None, Outcome.PASSED))


def _facts(traces: Traces) -> dict[str, float]:
    figures = {name: getattr(traces, name) for name in CUE_CODES}
    return {name: round(float(figure), 3) for name, figure in figures.items() if figure is not None}
