"""The wrong people before the camera: another person, two at once, or one who takes over midway."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from verifier.types import Clip, Image

if TYPE_CHECKING:
    from tests.sim.face.attacks.scene import Scene
    from verifier.liveness.challenge import Challenge

HALF_WIDTH: Final = 160
"""Half of each person's share of the frame, pixels; the face is in the middle of it."""
ACTING_MS: Final = 1200
"""How long after a window the person who answers stays in the picture."""


def other_person(scene: Scene) -> Clip:
    """The attacker answers in person."""
    return scene.attacker


def two_faces(scene: Scene) -> Clip:
    """Attacker and victim side by side; which of them stands to the left varies."""
    attacker_left = bool(scene.rng.random() < 1 / 2)

    def beside(frame: Image, t_ms: int) -> Image:
        pair = [_middle(frame), _middle(scene.recorded_frame(t_ms))]
        return np.hstack(pair if attacker_left else pair[::-1])

    clip = scene.attacker
    frames = tuple(beside(frame, t_ms) for frame, t_ms in zip(clip.frames, clip.timestamps_ms, strict=True))
    return Clip(frames, clip.timestamps_ms)


def face_swap(scene: Scene) -> Clip:
    """The victim looks ahead; whenever something is asked, the attacker does it."""
    clip = scene.attacker
    frames = tuple(
        frame if _acting(scene.challenge, t_ms) else _ahead(scene, index)
        for index, (frame, t_ms) in enumerate(zip(clip.frames, clip.timestamps_ms, strict=True))
    )
    return Clip(frames, clip.timestamps_ms)


def _acting(challenge: Challenge, t_ms: int) -> bool:
    return any(step.start_ms <= t_ms <= step.end_ms + ACTING_MS for step in challenge.steps)


def _ahead(scene: Scene, index: int) -> Image:
    """A frame from the recording's first second, before anything was asked, to and fro."""
    still = [f for f, t in zip(scene.recording.frames, scene.recording.timestamps_ms, strict=True) if t < 800]
    place = index % (2 * len(still) - 2) if len(still) > 1 else 0
    return still[place if place < len(still) else 2 * len(still) - 2 - place]


def _middle(frame: Image) -> Image:
    centre = frame.shape[1] // 2
    return frame[:, centre - HALF_WIDTH : centre + HALF_WIDTH]
