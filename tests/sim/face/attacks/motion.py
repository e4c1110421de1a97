"""How an attacker moves what is held before the camera, imitating the actions of a challenge.

A sheet or a telephone can be turned, tilted and brought nearer; it cannot blink or open its mouth.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from verifier.liveness.challenge import Challenge

REACTION_MS: Final = (250, 500)
RISE_MS: Final = (350, 550)
HOLD_MS: Final = (250, 400)
PEAK_DEGREES: Final = (25.0, 45.0)
APPROACH: Final = (1.5, 3.0)
"""How much nearer the thing comes when asked to, eye distances of eight."""


@dataclass(frozen=True, slots=True)
class Pose:
    """Where the held thing is: degrees, and shifts in eye distances (x right, y down, z to the camera)."""

    yaw: float = 0.0
    pitch: float = 0.0
    roll: float = 0.0
    x: float = 0.0
    y: float = 0.0
    z: float = 0.0

    def __add__(self, other: Pose) -> Pose:
        """Both movements at once, to first order."""
        return Pose(*(a + b for a, b in zip(self._values(), other._values(), strict=True)))

    def scaled(self, share: float) -> Pose:
        """A part of the movement."""
        return Pose(*(share * value for value in self._values()))

    def _values(self) -> tuple[float, ...]:
        return (self.yaw, self.pitch, self.roll, self.x, self.y, self.z)


@dataclass(frozen=True, slots=True)
class Gesture:
    """One movement there and back."""

    start_ms: float
    rise_ms: float
    hold_ms: float
    peak: Pose

    def at(self, t_ms: float) -> Pose:
        """Pose at a time: smooth rise, hold, smooth return."""
        top = self.start_ms + self.rise_ms
        times = (self.start_ms, top, top + self.hold_ms, top + self.hold_ms + self.rise_ms)
        share = float(np.interp(t_ms, times, (0, 1, 1, 0)))
        return self.peak.scaled(share * share * (3 - 2 * share))


@dataclass(frozen=True, slots=True)
class Hand:
    """A hand that holds something: gestures over an unsteady rest."""

    gestures: tuple[Gesture, ...]
    amplitude: NDArray[np.float64]
    period_ms: NDArray[np.float64]
    phase: NDArray[np.float64]

    def at(self, t_ms: float) -> Pose:
        """Pose at a time."""
        tremor = self.amplitude * np.sin(2 * np.pi * t_ms / self.period_ms + self.phase)
        pose = Pose(*(float(value) for value in tremor))
        for gesture in self.gestures:
            pose += gesture.at(t_ms)
        return pose


def steady_hand(rng: np.random.Generator) -> Hand:
    """Holds still, as far as a hand can."""
    amplitude = np.array([1.5, 1.5, 1.2, 0.06, 0.05, 0.05]) * rng.uniform(0.5, 1.0, 6)
    return Hand((), amplitude, rng.uniform(1500, 4000, 6), rng.uniform(0, 2 * np.pi, 6))


def imitating_hand(challenge: Challenge, rng: np.random.Generator) -> Hand:
    """Moves the thing as the challenge asks of the head, in time."""
    gestures = tuple(
        Gesture(
            step.start_ms + rng.uniform(*REACTION_MS),
            rng.uniform(*RISE_MS),
            rng.uniform(*HOLD_MS),
            _peak(step.action.value, rng),
        )
        for step in challenge.steps
    )
    rest = steady_hand(rng)
    return Hand(gestures, rest.amplitude, rest.period_ms, rest.phase)


def _peak(action: str, rng: np.random.Generator) -> Pose:
    """What comes nearest to an action; a shift of a third of an eye distance goes with each turn."""
    angle = float(rng.uniform(*PEAK_DEGREES))
    return {
        "turn_left": Pose(yaw=angle, x=0.3),
        "turn_right": Pose(yaw=-angle, x=-0.3),
        "turn_up": Pose(pitch=angle, y=-0.3),
        "turn_down": Pose(pitch=-angle, y=0.3),
        "move_closer": Pose(z=float(rng.uniform(*APPROACH))),
    }.get(action, Pose())
