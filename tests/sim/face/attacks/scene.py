"""What an attacker has: a photograph and a recording of the victim, an accomplice, and the challenge."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from tests.sim.face.camera import FRAMES_PER_SECOND, frame_times
from verifier.types import Clip, Image

if TYPE_CHECKING:
    from collections.abc import Callable

    from verifier.face.models import FaceModels
    from verifier.liveness.challenge import Challenge


@dataclass(frozen=True, slots=True)
class Scene:
    """The means of one attack; every random choice comes from `rng`.

    Attributes:
        photo: a frontal photograph of the victim.
        recording: a genuine clip of the victim that answered another challenge.
        other: a photograph of the attacker.
        attacker: a genuine clip of the attacker answering the challenge.
        challenge: what is asked now.
        models: used to find faces in photographs.
        rng: source of every choice.
        fps: of the camera that films the attack.
    """

    photo: Image
    recording: Clip
    other: Image
    attacker: Clip
    challenge: Challenge
    models: FaceModels
    rng: np.random.Generator
    fps: float = FRAMES_PER_SECOND

    def filmed(self, frame_at: Callable[[int, int], Image]) -> Clip:
        """A clip of the challenge's length from `frame_at(index, t_ms)`."""
        times = frame_times(self.challenge.duration_ms, self.rng, self.fps)
        return Clip(tuple(frame_at(index, t_ms) for index, t_ms in enumerate(times)), tuple(times))

    def recorded_frame(self, t_ms: float) -> Image:
        """The recording at a time; its last frame after its end."""
        index = int(np.searchsorted(self.recording.timestamps_ms, t_ms))
        return self.recording.frames[min(index, len(self.recording.frames) - 1)]
