"""What a cooperative person does when asked: each action there and back, in a manner of its own.

Durations of blinks follow the literature's 100 to 400 ms; asked-for winks and open mouths are held longer.
Between the actions people blink without being asked, about every four seconds.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from tests.sim.face.expression import Expression
from tests.sim.face.head import Motion
from verifier.liveness.challenge import EYE_ACTIONS, Action

if TYPE_CHECKING:
    from collections.abc import Sequence

    from verifier.liveness.challenge import Challenge

REACTION_MS: Final = (250, 500)
BLINK_EVERY_MS: Final = 4000
APART_MS: Final = 500
"""Nobody blinks on top of an asked-for action of the eyes."""


@dataclass(frozen=True, slots=True)
class Manner:
    """How one action is done: ranges of the rise, the hold (milliseconds) and the peak."""

    rise_ms: tuple[float, float]
    hold_ms: tuple[float, float]
    peak: tuple[float, float]


_HEAD: Final = Manner((400, 550), (250, 350), (30, 38))
_WINK: Final = Manner((90, 160), (150, 350), (0.9, 1.0))
MANNERS: Final = {
    Action.TURN_LEFT: _HEAD,
    Action.TURN_RIGHT: _HEAD,
    Action.TURN_UP: Manner((350, 500), (250, 400), (18, 26)),
    Action.TURN_DOWN: Manner((350, 500), (250, 400), (20, 28)),
    Action.BLINK: Manner((70, 120), (30, 150), (0.95, 1.0)),
    Action.WINK_LEFT: _WINK,
    Action.WINK_RIGHT: _WINK,
    Action.OPEN_MOUTH: Manner((180, 320), (250, 450), (0.6, 1.0)),
    Action.MOVE_CLOSER: Manner((450, 600), (250, 400), (1.25, 1.4)),
}
"""Peaks: degrees; 0 to 1 for lids and mouth; size of the face."""
WINK_SQUINT: Final = 0.25
"""How far the other lid comes down with a wink."""


@dataclass(frozen=True, slots=True)
class Gesture:
    """One action there and back; `peak` in the unit of `MANNERS`."""

    action: Action
    start_ms: float
    rise_ms: float
    hold_ms: float
    peak: float

    def share(self, t_ms: float) -> float:
        """How far it has come, 0 to 1: smooth rise, hold, smooth return."""
        into = t_ms - self.start_ms
        fall = self.rise_ms + self.hold_ms
        return _smoothstep(into / self.rise_ms) - _smoothstep((into - fall) / self.rise_ms)

    @property
    def end_ms(self) -> float:
        """When it is over."""
        return self.start_ms + 2 * self.rise_ms + self.hold_ms


def gesture(action: Action, prompt_ms: float, rng: np.random.Generator) -> Gesture:
    """One person's answer to one prompt."""
    manner = MANNERS[action]
    start_ms = prompt_ms + rng.uniform(*REACTION_MS)
    return Gesture(
        action,
        start_ms,
        rng.uniform(*manner.rise_ms),
        rng.uniform(*manner.hold_ms),
        rng.uniform(*manner.peak),
    )


def answer(challenge: Challenge, rng: np.random.Generator) -> tuple[Gesture, ...]:
    """All that a challenge asks, and the blinks in between."""
    asked = tuple(gesture(step.action, step.start_ms, rng) for step in challenge.steps)
    return asked + unasked_blinks(asked, challenge.duration_ms, rng)


def unasked_blinks(
    asked: Sequence[Gesture], duration_ms: float, rng: np.random.Generator
) -> tuple[Gesture, ...]:
    """Blinks at random times that leave the asked-for actions of the eyes alone."""
    count = int(rng.poisson(duration_ms / BLINK_EVERY_MS))
    drawn = [gesture(Action.BLINK, float(rng.uniform(0, duration_ms)), rng) for _ in range(count)]
    eyes = [one for one in asked if one.action in EYE_ACTIONS]
    return tuple(
        blink
        for blink in drawn
        if all(
            blink.end_ms + APART_MS < one.start_ms or one.end_ms + APART_MS < blink.start_ms for one in eyes
        )
    )


def motion_at(gestures: Sequence[Gesture], t_ms: float) -> Motion:
    """Where all gestures together put the head."""
    moved = dict.fromkeys(Action, 0.0)
    for one in gestures:
        moved[one.action] += one.share(t_ms) * (
            one.peak - 1 if one.action is Action.MOVE_CLOSER else one.peak
        )
    return Motion(
        yaw=moved[Action.TURN_LEFT] - moved[Action.TURN_RIGHT],
        pitch=moved[Action.TURN_UP] - moved[Action.TURN_DOWN],
        closer=1 + moved[Action.MOVE_CLOSER],
    )


def expression_at(gestures: Sequence[Gesture], t_ms: float) -> Expression:
    """What all gestures together do to lids and mouth."""
    most = dict.fromkeys(Action, 0.0)
    for one in gestures:
        most[one.action] = max(most[one.action], one.peak * one.share(t_ms))
    blink, right, left = most[Action.BLINK], most[Action.WINK_RIGHT], most[Action.WINK_LEFT]
    return Expression(
        right_lid=max(blink, right, WINK_SQUINT * left),
        left_lid=max(blink, left, WINK_SQUINT * right),
        mouth=most[Action.OPEN_MOUTH],
    )


def _smoothstep(share: float) -> float:
    inside = min(1.0, max(0.0, share))
    return inside * inside * (3 - 2 * inside)
