"""Head turns in a series of yaw angles, and whether they answer a challenge. Pure.

Decides: which turns were made, when each began, and whether they are the requested ones, in order, each in
its window. Does not decide whether a head or a picture turned (verifier/liveness/planar.py).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from verifier.face.track import TURN_DEGREES
from verifier.liveness.challenge import Action, Challenge, Step

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

RELEASE_DEGREES: Final = 9.0
"""A turn ends below this; the gap to TURN_DEGREES keeps noise (2 degrees) from splitting one turn into
two."""
MIN_FRAMES: Final = 2
"""A single frame beyond the limit is taken for noise."""
MIN_REACTION_MS: Final = 120
"""Nobody has turned 15 degrees sooner after a prompt; a turn that begins earlier was not caused by it."""


@dataclass(frozen=True, slots=True)
class Turn:
    """One turn of the head.

    Attributes:
        action: to which side.
        start_ms: first frame at or beyond `TURN_DEGREES`.
        peak: largest angle from the baseline, degrees, positive.
    """

    action: Action
    start_ms: int
    peak: float


def find_turns(yaws: Iterable[tuple[int, float]]) -> tuple[Turn, ...]:
    """Turns in (t_ms, degrees from the baseline) samples in time order; positive is the person's own left."""
    turns: list[Turn] = []
    run: list[tuple[int, float]] = []
    for t_ms, yaw in yaws:
        if run and (abs(yaw) < RELEASE_DEGREES or yaw * run[0][1] < 0):
            turns += _turn_of(run)
            run = []
        if run or abs(yaw) >= TURN_DEGREES:
            run.append((t_ms, yaw))
    return tuple(turns + _turn_of(run))


def fault(turns: Sequence[Turn], challenge: Challenge) -> str | None:
    """Reason code why the turns do not answer the challenge; None when they do.

    "liveness.action_missing": a requested side was never turned to. "liveness.wrong_order": other turns, or
    more of them, than requested. "liveness.too_early", "liveness.too_late": outside the window.
    """
    made = [turn.action for turn in turns]
    asked = [step.action for step in challenge.steps]
    if any(made.count(action) < asked.count(action) for action in set(asked)):
        return "liveness.action_missing"
    if made != asked:
        return "liveness.wrong_order"
    faults = (_untimely(turn, step) for turn, step in zip(turns, challenge.steps, strict=True))
    return next((code for code in faults if code), None)


def _untimely(turn: Turn, step: Step) -> str | None:
    if turn.start_ms < step.start_ms + MIN_REACTION_MS:
        return "liveness.too_early"
    if turn.start_ms > step.end_ms:
        return "liveness.too_late"
    return None


def _turn_of(run: Sequence[tuple[int, float]]) -> list[Turn]:
    if sum(abs(yaw) >= TURN_DEGREES for _, yaw in run) < MIN_FRAMES:
        return []
    action = Action.TURN_LEFT if run[0][1] > 0 else Action.TURN_RIGHT
    return [Turn(action, run[0][0], max(abs(yaw) for _, yaw in run))]
