"""Recordings and stills fed in place of the camera: frozen, looped, sped up, or a whole earlier case.

They reach the node as frames; no display is filmed. What they leave out is what defeats every check on
pixels: a generated face that answers the right challenge.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from tests.sim.face.attacks.screens import recompressed
from tests.sim.face.camera import Camera, through_camera
from tests.sim.face.clip import synthesise_clip
from tests.sim.face.head import build_head
from verifier.types import Clip, Image

if TYPE_CHECKING:
    from tests.sim.face.attacks.scene import Scene
    from verifier.liveness.challenge import Challenge

LOOP_MS: Final = (1200, 3000)
SPEED: Final = (1.7, 2.6)
REPLAY_QUALITY: Final = (60, 90)


def frozen(scene: Scene) -> Clip:
    """One frame throughout; half of the time with fresh noise on each."""
    still = build_head(scene.photo, scene.models).frame
    noisy = bool(scene.rng.random() < 1 / 2)
    once = through_camera(still, scene.rng)
    return scene.filmed(lambda _index, _t_ms: through_camera(still, scene.rng) if noisy else once)


def looped(scene: Scene) -> Clip:
    """A part of the recording over and over; half of the time compressed anew."""
    length_ms = float(scene.rng.uniform(*LOOP_MS))
    start_ms = float(scene.rng.uniform(0, max(1.0, scene.recording.timestamps_ms[-1] - length_ms)))
    anew = bool(scene.rng.random() < 1 / 2)

    def frame_at(_index: int, t_ms: int) -> Image:
        frame = scene.recorded_frame(start_ms + t_ms % length_ms)
        return recompressed(frame, int(scene.rng.integers(*REPLAY_QUALITY))) if anew else frame

    return scene.filmed(frame_at)


def sped_up(scene: Scene) -> Clip:
    """The victim answered the same request slowly; the film runs faster, at the camera's frame rate."""
    speed = float(scene.rng.uniform(*SPEED))
    camera = Camera(fps=scene.fps / speed)
    asked = stretched(scene.challenge, speed)
    slow = synthesise_clip(scene.photo, asked, scene.models, rng=scene.rng, camera=camera)
    film = replace(scene, recording=slow)
    return scene.filmed(lambda _index, t_ms: film.recorded_frame(speed * t_ms))


def replayed_case(scene: Scene) -> Clip:
    """The frames of an earlier successful case with their own times; half of the time compressed anew."""
    if scene.rng.random() < 1 / 2:
        return scene.recording
    quality = int(scene.rng.integers(*REPLAY_QUALITY))
    return replace(
        scene.recording, frames=tuple(recompressed(frame, quality) for frame in scene.recording.frames)
    )


def stretched(challenge: Challenge, factor: float) -> Challenge:
    """The same request with all times longer by a factor."""
    steps = tuple(
        replace(step, start_ms=round(factor * step.start_ms), end_ms=round(factor * step.end_ms))
        for step in challenge.steps
    )
    return replace(challenge, steps=steps, duration_ms=round(factor * challenge.duration_ms))
