"""What judging a clip of six seconds costs, stage by stage, against its networks alone in the same run.

The networks alone are run on the very pictures on which the pipeline ran them (verifier/face/recording.py),
clip by clip, right after it, so that both meet the same machine. Times are processor time of the one thread
that works; decoding the frames is a stage of its own and no part of the overhead, since the networks need
decoded frames, too. Everything is measured at the capture page's frame rate and at a slow telephone's, and
the worse counts.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Final, TypeVar

import cv2
import numpy as np

from scripts.bench._face_scenes import FRAME_RATES, a_challenge
from scripts.bench._progress import Progress
from scripts.bench._report import Metric
from scripts.fetch_models import fetch_photos
from tests.sim.face.camera import Camera
from tests.sim.face.clip import synthesise_clip
from tests.sim.face.photographs import ASTRONAUT, OBAMA, OBAMA_SPEAKING, chip_portrait, load_photograph
from verifier.face.match import match
from verifier.face.models import FaceModels
from verifier.face.recording import bare, recorded
from verifier.face.track import track
from verifier.image import check_clip, decode_clip, decode_image, encode_jpeg
from verifier.liveness.challenge import Challenge
from verifier.liveness.evidence import gather
from verifier.liveness.fusion import Level, fuse
from verifier.liveness.judge import judge
from verifier.types import Clip, Image

CLIP_MS: Final = (5_800, 6_200)
STAGES: Final = ("check", "decode", "track", "match", "evidence", "judge")
"""The check is that of the upload, before anything is decoded."""
PICTURES: Final = ("check", "decode")

Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class Sample:
    """One clip of about six seconds, as uploaded."""

    frames: tuple[bytes, ...]
    clip: Clip
    challenge: Challenge
    portrait: Image


@dataclass(frozen=True, slots=True)
class Cost:
    """Processor seconds of one round: by stage, and of the networks alone."""

    stages: dict[str, float]
    networks: float

    @property
    def total(self) -> float:
        """With the upload's check and decoding."""
        return sum(self.stages.values())

    @property
    def overhead(self) -> float:
        """What is added to the networks, as a share of them, check and decoding apart."""
        return sum(spent for stage, spent in self.stages.items() if stage not in PICTURES) / self.networks - 1


def metrics(models: FaceModels, *, clips: int, rounds: int) -> list[Metric]:
    """Judge so many people's clips so many times each, at each frame rate; three thrice: two minutes."""
    cv2.setNumThreads(1)
    fetch_photos(say=lambda _: None)
    progress = Progress("face: clips timed", len(FRAME_RATES) * clips * rounds)
    costs = {rate: _costs(rate, models, clips, rounds, progress) for rate in FRAME_RATES}
    totals, overheads = ({rate: one(costs[rate]) for rate in costs} for one in (_total, _overhead))
    against = "the same networks on the same pictures in the same run; the worse frame rate"
    return [
        Metric("face.clip6s_cpu_s", max(totals.values()), "s", "<= 3", "one thread; the worse rate"),
        Metric("face.overhead_ratio", max(overheads.values()), "ratio", "<= 0.2", against),
        *(one for rate in FRAME_RATES for one in _at_rate(rate, costs[rate])),
    ]


def _at_rate(rate: float, costs: Sequence[Cost]) -> list[Metric]:
    suffix, of = f"_{rate:.0f}hz", f"clips of {rate:.0f} frames a second"
    return [
        Metric(f"face.clip6s_cpu_s{suffix}", _total(costs), "s", None, of),
        Metric(f"face.overhead_ratio{suffix}", _overhead(costs), "ratio", None, of),
        *(
            Metric(f"face.{stage}_ms{suffix}", 1000 * median(one.stages[stage] for one in costs), "ms")
            for stage in STAGES
        ),
        Metric(f"face.networks_ms{suffix}", 1000 * median(one.networks for one in costs), "ms"),
    ]


def _total(costs: Iterable[Cost]) -> float:
    return median(one.total for one in costs)


def _overhead(costs: Iterable[Cost]) -> float:
    return median(one.overhead for one in costs)


def _costs(rate: float, models: FaceModels, clips: int, rounds: int, progress: Progress) -> list[Cost]:
    costs = []
    for sample in samples(rate, models, clips):
        for _ in range(rounds):
            costs.append(_cost(sample, models))
            progress.advance()
    return costs


def samples(rate: float, models: FaceModels, clips: int) -> list[Sample]:
    """Clips of so many people, three at most, at one frame rate."""
    seeds = (seed for seed in range(10_000) if CLIP_MS[0] <= a_challenge(seed).duration_ms <= CLIP_MS[1])
    people = (OBAMA, ASTRONAUT, OBAMA_SPEAKING)
    chosen = zip(seeds, people[:clips], strict=False)
    return [_sample(load_photograph(one), seed, rate, models) for seed, one in chosen]


def _sample(photo: Image, seed: int, rate: float, models: FaceModels) -> Sample:
    challenge, camera = a_challenge(seed), Camera(fps=rate)
    made = synthesise_clip(photo, challenge, models, rng=np.random.default_rng(seed), camera=camera)
    frames = tuple(encode_jpeg(frame) for frame in made.frames)
    portrait = decode_image(chip_portrait(photo, models))
    return Sample(frames, decode_clip(frames, made.timestamps_ms), challenge, portrait)


def _cost(sample: Sample, models: FaceModels) -> Cost:
    noted, stages = recorded(models), dict[str, float]()

    def timed(stage: str, work: Callable[[], Answer]) -> Answer:
        began = time.thread_time()
        answer = work()
        stages[stage] = time.thread_time() - began
        return answer

    timed("check", lambda: check_clip(sample.frames, sample.clip.timestamps_ms))
    clip = timed("decode", lambda: decode_clip(sample.frames, sample.clip.timestamps_ms))
    seen = timed("track", lambda: track(clip, noted, dense=sample.challenge.eye_windows()))
    compared = timed("match", lambda: match(sample.portrait, seen, noted))
    evidence = timed("evidence", lambda: gather(clip, seen))
    timed("judge", lambda: fuse(Level.RECORD, (compared, *judge(seen, sample.challenge, evidence))))
    return Cost(stages, bare(noted.runs, models))
