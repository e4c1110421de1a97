"""Did the card tilt as asked, when asked? Pure.

Decides the check "document.tilt" from poses over time. A passed check says that a flat thing of a card's
proportions was moved live and on demand, not what it is made of.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from verifier.document.challenge import Tilt, TiltChallenge, TiltStep
from verifier.document.pose import Pose
from verifier.types import CheckResult, Outcome

BEGUN_DEG: Final = 12.0
"""A tilt has begun; poses of a resting card scatter by 2 degrees on specimens."""
REACHED_DEG: Final = 30.0
"""Of the 45 that the page asks for, where the edge shows 70 % of the card's thickness and print is still
readable: people turn less than they think."""
WRONG_DEG: Final = 25.0
"""In a direction that was not asked."""
MIN_REACTION_MS: Final = 100
"""Nobody answers a prompt faster."""
LATE_MS: Final = 800
"""After a window the tilt may still grow for this long."""
MIN_SEEN: Final = 0.6
"""Share of frames in which the card must be seen."""

TimedPoses = Sequence[tuple[int, Pose]]


def judge_tilt(poses: TimedPoses, challenge: TiltChallenge, *, frames: int) -> CheckResult:
    """Judge one film.

    Args:
        poses: (time in ms, pose) of every frame in which the card was seen.
        challenge: what was asked.
        frames: how many frames the film has.
    """
    answered = [_answered(step, poses) for step in challenge.steps]
    wrong = sum(_answered_wrongly(step, poses) for step in challenge.steps)
    facts: dict[str, str | int | float | bool] = {
        "asked": len(answered),
        "answered": sum(answered),
        "wrong_direction": wrong,
        "seen_share": round(len(poses) / max(frames, 1), 2),
        "largest_tilt_deg": round(max((pose.tilt_deg for _, pose in poses), default=0.0), 1),
    }
    code = _code(answered, wrong, seen=len(poses) / max(frames, 1))
    outcome = (
        Outcome.PASSED
        if code is None
        else Outcome.UNDECIDED
        if code == "document.not_seen"
        else Outcome.FAILED
    )
    return CheckResult(
        "document.tilt", outcome, code, float(sum(answered)), float(len(answered)), facts=facts
    )


def _code(answered: Sequence[bool], wrong: int, *, seen: float) -> str | None:
    if seen < MIN_SEEN:
        return "document.not_seen"
    if wrong:
        return "document.tilt_wrong"
    return None if all(answered) else "document.tilt_missing"


def _answered(step: TiltStep, poses: TimedPoses) -> bool:
    """Began within its window, not before the prompt could be seen, and went far enough."""
    during = [
        (time, pose.angle(step.tilt))
        for time, pose in poses
        if step.start_ms <= time <= step.end_ms + LATE_MS
    ]
    begun = next((time for time, angle in during if angle >= BEGUN_DEG), None)
    if begun is None or not step.start_ms + MIN_REACTION_MS <= begun <= step.end_ms:
        return False
    return max(angle for _, angle in during) >= REACHED_DEG


def _answered_wrongly(step: TiltStep, poses: TimedPoses) -> bool:
    others = [tilt for tilt in Tilt if tilt is not step.tilt]
    first = step.start_ms + MIN_REACTION_MS
    during = [pose for time, pose in poses if first <= time <= step.end_ms]
    return any(pose.angle(tilt) >= WRONG_DEG for pose in during for tilt in others)
