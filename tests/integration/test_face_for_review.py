"""What a reviewer of a face match gets to see: faces level and side by side, and the figures."""

from __future__ import annotations

import json

import numpy as np
import pytest

from tests.integration.face_fixtures import genuine_clip, picture, real_models
from tests.sim.face.photographs import OBAMA, OBAMA_SPEAKING, chip_portrait
from verifier.face.for_review import (
    EYE_DISTANCE_PX,
    EYES_Y,
    FRAMES_SHOWN,
    PICTURE_FILE,
    REPORT_FILE,
    TILE_SIZE,
    face_evidence,
)
from verifier.face.match import match
from verifier.face.track import FaceTrack, track
from verifier.image import decode_image
from verifier.types import Clip

pytestmark = pytest.mark.integration


@pytest.fixture(scope="module")
def seen() -> tuple[Clip, FaceTrack]:
    clip = genuine_clip(OBAMA, 3)
    return clip, track(clip, real_models())


def made(portrait, seen) -> dict[str, bytes]:
    clip, followed = seen
    models = real_models()
    return face_evidence(portrait, clip, followed, match(portrait, followed, models), models)


def test_portrait_and_frames_stand_side_by_side_with_level_eyes_equally_far_apart(seen):
    chip = decode_image(chip_portrait(picture(OBAMA_SPEAKING), real_models()))
    strip = decode_image(made(chip, seen)[PICTURE_FILE])
    width, height = TILE_SIZE
    assert strip.shape == (height, width * (1 + FRAMES_SHOWN), 3)
    for number in range(1 + FRAMES_SHOWN):
        tile = np.ascontiguousarray(strip[:, number * width : (number + 1) * width])
        _, face, border = real_models().still_face(tile)
        eyes = face.keypoints[:2] - border
        assert eyes[:, 1] == pytest.approx([EYES_Y, EYES_Y], abs=0.12 * EYE_DISTANCE_PX)
        assert face.eye_distance == pytest.approx(EYE_DISTANCE_PX, rel=0.12)


def test_the_report_says_score_limits_and_how_many_strangers_reach_it(seen):
    report = json.loads(made(picture(OBAMA_SPEAKING), seen)[REPORT_FILE])
    assert report["outcome"] == "passed"
    assert report["score"] > report["accept_from"] > report["refuse_below"]
    assert report["false_match_rate"] >= report["false_match_floor"]
    assert (report["picture"], report["model_pack"]) == (PICTURE_FILE, "registry")


def test_without_a_face_on_the_portrait_there_is_nothing_to_show(seen):
    assert made(np.full((240, 192, 3), 128, np.uint8), seen) == {}
