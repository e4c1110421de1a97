"""Which network ran on which picture, and how long it took: for benchmarks and for `rireki face`.

Decides nothing. A `RecordedModels` stands wherever `FaceModels` does. What the pipeline adds to the networks
is the time of the whole less the time of `bare`: the same networks on the same pictures and nothing else.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, fields
from typing import TypeVar

from verifier.face.faces import Embedding, Face, Points, Pose
from verifier.face.models import CLIP_DETECTOR_SIDE, FaceModels
from verifier.models import Role
from verifier.types import Image

Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class Run:
    """One network on one picture.

    Attributes:
        role: which network.
        image: the picture, as the pipeline passed it.
        face: which face in it; None for the detector.
        detector_side: input of the detector, pixels.
        cpu_s: processor time of the thread.
    """

    role: Role
    image: Image = field(repr=False)
    face: Face | None = field(repr=False)
    detector_side: int
    cpu_s: float


@dataclass(frozen=True, slots=True)
class RecordedModels(FaceModels):
    """Models that note every run; made by `recorded`."""

    runs: list[Run] = field(default_factory=list)

    def faces(self, image: Image, *, detector_side: int = CLIP_DETECTOR_SIDE) -> tuple[Face, ...]:
        """See `FaceModels`."""
        return self._noted(
            Role.DETECTION,
            image,
            None,
            lambda: FaceModels.faces(self, image, detector_side=detector_side),
            detector_side,
        )

    def landmarks(self, image: Image, face: Face) -> Points:
        """See `FaceModels`."""
        return self._noted(Role.LANDMARKS, image, face, lambda: FaceModels.landmarks(self, image, face))

    def embedding(self, image: Image, face: Face) -> Embedding:
        """See `FaceModels`."""
        return self._noted(Role.EMBEDDING, image, face, lambda: FaceModels.embedding(self, image, face))

    def pose(self, image: Image, face: Face) -> Pose:
        """See `FaceModels`."""
        return self._noted(Role.POSE, image, face, lambda: FaceModels.pose(self, image, face))

    def live_score(self, image: Image, face: Face) -> float:
        """See `FaceModels`."""
        return self._noted(
            Role.PASSIVE_LIVENESS, image, face, lambda: FaceModels.live_score(self, image, face)
        )

    def seconds(self) -> dict[str, float]:
        """Processor seconds by role."""
        roles = dict.fromkeys((run.role.value for run in self.runs), 0.0)
        for run in self.runs:
            roles[run.role.value] += run.cpu_s
        return roles

    def _noted(
        self,
        role: Role,
        image: Image,
        face: Face | None,
        answer: Callable[[], Answer],
        detector_side: int = CLIP_DETECTOR_SIDE,
    ) -> Answer:
        began = time.thread_time()
        given = answer()
        self.runs.append(Run(role, image, face, detector_side, time.thread_time() - began))
        return given


def recorded(models: FaceModels) -> RecordedModels:
    """The same networks with an empty record."""
    return RecordedModels(**{one.name: getattr(models, one.name) for one in fields(FaceModels)})


def bare(runs: Iterable[Run], models: FaceModels) -> float:
    """Processor seconds of the same networks on the same pictures, one after the other and nothing else."""
    began = time.thread_time()
    for run in runs:
        _repeat(run, models)
    return time.thread_time() - began


def _repeat(run: Run, models: FaceModels) -> object:
    if run.face is None:
        return models.faces(run.image, detector_side=run.detector_side)
    ask: Callable[[Image, Face], object] = {
        Role.LANDMARKS: models.landmarks,
        Role.EMBEDDING: models.embedding,
        Role.POSE: models.pose,
        Role.PASSIVE_LIVENESS: models.live_score,
    }[run.role]
    return ask(run.image, run.face)
