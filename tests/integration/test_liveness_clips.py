"""Synthetic clips, genuine and attacking, through the real networks.

What these clips are, and what passing them does not show: tests/sim/face/README.md.
"""

from __future__ import annotations

import time
from functools import cache

import numpy as np
import pytest

from tests.integration.face_fixtures import a_challenge, genuine_clip, picture, real_models
from tests.sim.face.photographs import ASTRONAUT, BIDEN, OBAMA, OBAMA_SPEAKING, Photograph, chip_portrait
from verifier.face.match import best_selfie, match
from verifier.face.measures import measure
from verifier.face.track import FaceTrack, track
from verifier.image import decode_clip, decode_image, encode_jpeg
from verifier.liveness.evidence import gather
from verifier.liveness.judge import judge
from verifier.types import Clip, Outcome

pytestmark = pytest.mark.integration

CLIP6S_CPU_LIMIT_S = 3.0


@cache
def genuine(photograph: Photograph, seed: int) -> tuple[Clip, FaceTrack]:
    clip = genuine_clip(photograph, seed)
    return clip, track(clip, real_models(), dense=a_challenge(seed).eye_windows())


@pytest.mark.parametrize(("photograph", "seed"), [(OBAMA, 1), (ASTRONAUT, 2)])
def test_a_person_who_does_what_is_asked_passes_every_check(photograph, seed):
    clip, seen = genuine(photograph, seed)
    results = judge(seen, a_challenge(seed), gather(clip, seen))
    assert [(result.check, result.code) for result in results if not result.passed] == []


def test_a_chip_portrait_matches_a_clip_made_from_another_photograph():
    _, seen = genuine(OBAMA, 1)
    chip = decode_image(chip_portrait(picture(OBAMA_SPEAKING), real_models()))
    result = match(chip, seen, real_models())
    assert result.passed
    assert result.score > 0.5


@pytest.mark.parametrize("other", [BIDEN, ASTRONAUT])
def test_the_portrait_of_another_person_does_not_match(other):
    _, seen = genuine(OBAMA, 1)
    result = match(picture(other), seen, real_models())
    assert (result.outcome, result.code) == (Outcome.FAILED, "face.no_match")


def test_a_portrait_without_a_face_leaves_the_match_undecided():
    _, seen = genuine(OBAMA, 1)
    result = match(np.full((240, 192, 3), 128, np.uint8), seen, real_models())
    assert (result.outcome, result.code) == (Outcome.UNDECIDED, "face.none_in_portrait")


def test_a_clip_without_a_face_fails_match_and_liveness():
    challenge = a_challenge(1)
    times = tuple(range(0, challenge.duration_ms, 100))
    clip = Clip((np.full((480, 640, 3), 90, np.uint8),) * len(times), times)
    seen = track(clip, real_models())
    assert match(picture(OBAMA), seen, real_models()).code == "face.none_in_clip"
    assert not any(result.passed for result in judge(seen, challenge, gather(clip, seen)))


def test_the_kept_selfie_is_a_frontal_frame_of_the_same_person():
    models = real_models()
    clip, seen = genuine(OBAMA, 1)
    frame = clip.frames[best_selfie(seen)]
    face = models.faces(frame)[0]
    assert abs(seen.baseline.turn(measure(models.landmarks(frame, face)))) < 8


def test_a_clip_survives_the_way_from_browser_frames():
    clip, seen = genuine(ASTRONAUT, 2)
    decoded = decode_clip([encode_jpeg(frame) for frame in clip.frames], clip.timestamps_ms)
    assert track(decoded, real_models()).baseline.yaw == pytest.approx(seen.baseline.yaw, abs=1.5)


def test_six_seconds_are_judged_within_the_cpu_budget():
    clip, _ = genuine(OBAMA, 1)
    started = time.process_time()
    seen = track(clip, real_models(), dense=a_challenge(1).eye_windows())
    judge(seen, a_challenge(1), gather(clip, seen))
    assert time.process_time() - started < CLIP6S_CPU_LIMIT_S
