"""Synthetic clips of a person answering a challenge. Everything here is computed from one photograph.

The head surface of head.py is turned as the challenge asks, with the small sway, tilt and light changes of
a person in front of a hand-held phone, sensor noise and JPEG compression. It shows what the judge needs to
see and nothing that would make it evidence about real cameras: say so wherever such a clip is used.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import cv2
import numpy as np

from tests.sim.face.head import Motion, build_head, render
from verifier.liveness.challenge import Action, Challenge
from verifier.types import Clip, Image

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from verifier.face.models import FaceModels

FRAME_INTERVAL_MS: Final = 100
JITTER_MS: Final = 12
PEAK_DEGREES: Final = (30.0, 38.0)
REACTION_MS: Final = (250, 500)
RISE_MS: Final = (400, 550)
HOLD_MS: Final = (250, 350)
NOISE_LEVELS: Final = 2.0
"""Standard deviation of the sensor noise, grey levels of 255."""
JPEG_QUALITY: Final = 88


@dataclass(frozen=True, slots=True)
class Excursion:
    """One turn there and back; milliseconds, and degrees with the sign of yaw."""

    start_ms: float
    rise_ms: float
    hold_ms: float
    peak: float

    def yaw(self, t_ms: float) -> float:
        """Yaw at a time: smooth rise, hold, smooth return."""
        into = t_ms - self.start_ms
        fall = self.rise_ms + self.hold_ms
        return self.peak * (_smoothstep(into / self.rise_ms) - _smoothstep((into - fall) / self.rise_ms))


def synthesise_clip(
    photo: Image, challenge: Challenge, models: FaceModels, *, rng: np.random.Generator
) -> Clip:
    """A clip in which the photographed person does what the challenge asks.

    Args:
        photo: a near-frontal photograph of one person, BGR.
        challenge: what is asked.
        models: used once, to find the face.
        rng: every random choice comes from here.

    Returns:
        About ten frames a second of 640x480.
    """
    return synthesise_turns(photo, excursions(challenge, rng), challenge.duration_ms, models, rng=rng)


def synthesise_turns(
    photo: Image,
    turns: Sequence[Excursion],
    duration_ms: int,
    models: FaceModels,
    *,
    rng: np.random.Generator,
) -> Clip:
    """As `synthesise_clip`, with turns of the caller's choice, to play a person who does something else."""
    head = build_head(photo, models)
    times = frame_times(duration_ms, rng)
    sway = _sway(rng)
    frames = [render(head, sway.at(t, yaw=sum(turn.yaw(t) for turn in turns))) for t in times]
    return Clip(tuple(through_camera(frame, rng) for frame in frames), tuple(times))


def excursions(challenge: Challenge, rng: np.random.Generator) -> tuple[Excursion, ...]:
    """The turns of a cooperative person: reaction time, speed and angle vary."""
    return tuple(
        Excursion(
            step.start_ms + rng.uniform(*REACTION_MS),
            rng.uniform(*RISE_MS),
            rng.uniform(*HOLD_MS),
            rng.uniform(*PEAK_DEGREES) * (1 if step.action is Action.TURN_LEFT else -1),
        )
        for step in challenge.steps
    )


def frame_times(duration_ms: int, rng: np.random.Generator) -> list[int]:
    """Capture times of a browser: about every 100 ms."""
    return [t + int(rng.integers(0, JITTER_MS)) for t in range(0, duration_ms, FRAME_INTERVAL_MS)]


def through_camera(frame: Image, rng: np.random.Generator) -> Image:
    """Exposure flicker, sensor noise, JPEG."""
    noise = rng.standard_normal(frame.shape, dtype=np.float32) * np.float32(NOISE_LEVELS)
    taken = np.clip(frame * np.float32(rng.normal(1, 0.01)) + noise, 0, 255).astype(np.uint8)
    _, data = cv2.imencode(".jpg", taken, [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY])
    return np.asarray(cv2.imdecode(data, cv2.IMREAD_COLOR), np.uint8)


@dataclass(frozen=True, slots=True)
class Sway:
    """Slow involuntary movement: amplitudes, periods and phases of yaw, pitch, roll, x, y."""

    amplitude: NDArray[np.float64]
    period_ms: NDArray[np.float64]
    phase: NDArray[np.float64]

    def at(self, t_ms: float, *, yaw: float = 0.0) -> Motion:
        """Motion at a time, on top of an intended yaw."""
        values = self.amplitude * np.sin(2 * np.pi * t_ms / self.period_ms + self.phase)
        return Motion(yaw + values[0], *values[1:])


def _sway(rng: np.random.Generator) -> Sway:
    amplitude = np.array([1.2, 1.5, 1.2, 0.05, 0.04]) * rng.uniform(0.5, 1.0, 5)
    return Sway(amplitude, rng.uniform(1500, 4000, 5), rng.uniform(0, 2 * np.pi, 5))


def _smoothstep(share: float) -> float:
    inside = min(1.0, max(0.0, share))
    return inside * inside * (3 - 2 * inside)
