"""Synthetic clips of a person answering a challenge. Everything here is computed from one photograph.

The head of head.py does what the challenge asks (gestures.py, expression.py), with the small sway, tilt and
changes of light of a person in front of a hand-held phone (camera.py). It shows what the judge needs to see
and nothing that would make it evidence about real cameras: say so wherever such a clip is used.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from tests.sim.face.camera import Camera, frame_times, through_camera
from tests.sim.face.expression import expressed
from tests.sim.face.gestures import Gesture, answer, expression_at, motion_at
from tests.sim.face.head import Motion, build_head, render
from verifier.types import Clip, Image

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from verifier.face.models import FaceModels
    from verifier.liveness.challenge import Challenge

PLAIN_CAMERA: Final = Camera()
"""About ten frames a second of 640x480 in plain light."""


def synthesise_clip(
    photo: Image,
    challenge: Challenge,
    models: FaceModels,
    *,
    rng: np.random.Generator,
    camera: Camera = PLAIN_CAMERA,
) -> Clip:
    """A clip in which the photographed person does what the challenge asks.

    Args:
        photo: a near-frontal photograph of one person, BGR.
        challenge: what is asked.
        models: used once, to find the face and its landmarks.
        rng: every random choice comes from here.
        camera: frame rate and light.

    Returns:
        640x480 frames at the camera's rate.
    """
    gestures = answer(challenge, rng)
    return synthesise_gestures(photo, gestures, challenge.duration_ms, models, rng=rng, camera=camera)


def synthesise_gestures(
    photo: Image,
    gestures: Sequence[Gesture],
    duration_ms: int,
    models: FaceModels,
    *,
    rng: np.random.Generator,
    camera: Camera = PLAIN_CAMERA,
) -> Clip:
    """As `synthesise_clip`, with gestures of the caller's choice: a person who does something else."""
    head = build_head(photo, models)
    times = frame_times(duration_ms, rng, camera.fps)
    sway = _sway(rng)
    frames = (
        render(head, sway.on(motion_at(gestures, t), t), expressed(head, expression_at(gestures, t)))
        for t in times
    )
    return Clip(tuple(through_camera(frame, rng, camera.light) for frame in frames), tuple(times))


@dataclass(frozen=True, slots=True)
class Sway:
    """Slow involuntary movement: amplitudes, periods and phases of yaw, pitch, roll, x, y."""

    amplitude: NDArray[np.float64]
    period_ms: NDArray[np.float64]
    phase: NDArray[np.float64]

    def on(self, motion: Motion, t_ms: float) -> Motion:
        """An intended motion with the sway of a moment."""
        yaw, pitch, *rest = self.amplitude * np.sin(2 * np.pi * t_ms / self.period_ms + self.phase)
        roll, shift_x, shift_y = rest
        return replace(
            motion,
            yaw=motion.yaw + yaw,
            pitch=motion.pitch + pitch,
            roll=motion.roll + roll,
            shift_x=motion.shift_x + shift_x,
            shift_y=motion.shift_y + shift_y,
        )


def _sway(rng: np.random.Generator) -> Sway:
    amplitude = np.array([1.2, 1.5, 1.2, 0.05, 0.04]) * rng.uniform(0.5, 1.0, 5)
    return Sway(amplitude, rng.uniform(1500, 4000, 5), rng.uniform(0, 2 * np.pi, 5))
