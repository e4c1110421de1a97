"""Quality of one face: each limit, the weights, and pixels that show what each figure means."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.verifier.face.faces import a_face
from verifier.face.quality import (
    BLOCKING,
    HINTS,
    LEAST_WEIGHT,
    Quality,
    assess,
    blocked,
    faults,
    shared_obstacle,
    weight,
    weighted_median,
)

pytestmark = pytest.mark.unit

GOOD = Quality(
    eye_distance=60.0,
    yaw=0.0,
    sharpness=0.5,
    brightness=140.0,
    contrast=40.0,
    clipped=0.0,
    eye_light=0.8,
    mouth_detail=0.9,
    inside=1.0,
)
SPOILT = {
    "face.cut_off": {"inside": 0.94},
    "face.eyes_covered": {"eye_light": 0.34},
    "face.mouth_covered": {"mouth_detail": 0.34},
    "face.turned": {"yaw": 25.1},
    "face.too_small": {"eye_distance": 23.9},
    "face.too_dark": {"brightness": 39.0},
    "face.too_bright": {"clipped": 0.26},
    "face.flat_light": {"contrast": 11.9},
    "face.blurred": {"sharpness": 0.099},
}


def textured(height: int = 320, width: int = 300) -> np.ndarray:
    """A picture with light, shade and detail everywhere, around a_face()."""
    noise = np.random.default_rng(3).normal(0, 30, (height, width))
    rows, columns = np.mgrid[:height, :width]
    shade = 130 + 40 * np.sin(rows / 25) * np.cos(columns / 25)
    grey = np.clip(shade + cv2.GaussianBlur(noise, (0, 0), 0.8), 0, 255).astype(np.uint8)
    return cv2.cvtColor(grey, cv2.COLOR_GRAY2BGR)


def test_a_good_picture_has_no_fault_and_full_weight():
    assert (faults(GOOD), weight(GOOD)) == ((), 1.0)


@pytest.mark.parametrize(("code", "change"), SPOILT.items())
def test_each_limit_has_its_code_its_hint_and_the_least_weight(code, change):
    spoilt = replace(GOOD, **change)
    assert faults(spoilt) == (code,)
    assert code in HINTS
    assert weight(spoilt) == LEAST_WEIGHT


def test_only_what_hides_part_of_the_face_blocks_a_match():
    assert {code for code in SPOILT if blocked([code])} == BLOCKING


def test_one_whole_picture_among_covered_ones_is_no_obstacle():
    assert shared_obstacle([("face.cut_off",), ("face.blurred",)]) is None
    assert shared_obstacle([("face.blurred", "face.cut_off"), ("face.turned",)]) == "face.cut_off"


@pytest.mark.parametrize(
    ("change", "expected"),
    [({"sharpness": 0.15}, 0.5), ({"yaw": 17.5}, 0.5), ({"brightness": 55.0}, 0.5), ({"yaw": 10.0}, 1.0)],
)
def test_weight_falls_along_its_ramps(change, expected):
    assert weight(replace(GOOD, **change)) == pytest.approx(expected)


def test_weighted_median_of_equal_weights_is_the_median():
    assert weighted_median([0.9, 0.1, 0.5], [1, 1, 1]) == 0.5
    assert weighted_median([0.2, 0.4], [1, 1]) == pytest.approx(0.3)


def test_one_lucky_blurred_frame_does_not_move_the_score():
    assert weighted_median([0.30, 0.31, 0.95], [1, 1, 0.05]) == pytest.approx(0.31)


@given(st.lists(st.tuples(st.floats(-1, 1), st.floats(LEAST_WEIGHT, 1)), min_size=1, max_size=9))
def test_weighted_median_leaves_at_most_half_of_the_weight_on_either_side(pairs):
    values, weights = (list(column) for column in zip(*pairs, strict=True))
    middle = weighted_median(values, weights)
    half = sum(weights) / 2 + 1e-6
    assert sum(w for v, w in pairs if v < middle) <= half
    assert sum(w for v, w in pairs if v > middle) <= half


def test_blur_lowers_sharpness_and_nothing_but_sharpness_becomes_a_fault():
    sharp = textured()
    soft = cv2.GaussianBlur(sharp, (0, 0), 6)
    before, after = (assess(image, a_face(), yaw=0) for image in (sharp, soft))
    assert before.sharpness > 0.5
    assert after.sharpness < 0.1
    assert "face.blurred" not in faults(before)
    assert "face.blurred" in faults(after)


def test_darkness_and_glare_are_told_apart():
    image = textured()
    assert "face.too_dark" in faults(assess((image * 0.15).astype(np.uint8), a_face(), yaw=0))
    glare = np.clip(image.astype(int) + 130, 0, 255).astype(np.uint8)
    assert "face.too_bright" in faults(assess(glare, a_face(), yaw=0))


def test_dark_lenses_and_a_plain_mask_are_seen():
    image = textured()
    lenses, mask = image.copy(), image.copy()
    for x, y in a_face().keypoints[:2]:
        cv2.ellipse(lenses, (int(x), int(y)), (17, 13), 0, 0, 360, (15, 15, 15), -1)
    cv2.rectangle(mask, (125, 182), (175, 215), (200, 190, 180), -1)
    assert faults(assess(lenses, a_face(), yaw=0))[:1] == ("face.eyes_covered",)
    assert faults(assess(mask, a_face(), yaw=0))[:1] == ("face.mouth_covered",)


def test_a_face_at_the_edge_is_cut_off_and_a_border_does_not_count_as_picture():
    image = textured()
    assert assess(image, a_face(), yaw=0).inside == 1.0
    assert faults(assess(image[:, :160], a_face(), yaw=0))[:1] == ("face.cut_off",)
    assert faults(assess(image, a_face(), yaw=0, border=130))[:1] == ("face.cut_off",)


def test_keypoints_on_one_spot_are_no_usable_face_and_no_crash():
    face = replace(a_face(), keypoints=np.full((5, 2), 150, np.float32))
    assert weight(assess(textured(), face, yaw=0)) == LEAST_WEIGHT
