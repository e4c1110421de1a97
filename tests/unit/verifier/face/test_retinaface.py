"""The network's answers turned into boxes and keypoints, with answers made by hand."""

from __future__ import annotations

import numpy as np
import pytest

from verifier.face.retinaface import RetinaFace

pytestmark = pytest.mark.unit

SIDE = 64
ANCHORS = 2 * (8 * 8 + 4 * 4 + 2 * 2)
"""Two per cell of three grids."""


class Answers:
    """Stands in for a session; answers nothing but what a test puts in."""

    def __init__(self) -> None:
        self.offsets = np.zeros((1, ANCHORS, 4), np.float32)
        self.scores = np.tile(np.array([1, 0], np.float32), (1, ANCHORS, 1))
        self.points = np.zeros((1, ANCHORS, 10), np.float32)
        self.fed: dict[str, np.ndarray] = {}

    def run(self, _: None, feeds: dict[str, np.ndarray]) -> list[np.ndarray]:
        self.fed = feeds
        return [self.offsets.copy(), self.scores.copy(), self.points.copy()]

    def face_at(self, anchor: int, score: float) -> None:
        self.scores[0, anchor] = 1 - score, score


def detect(answers: Answers, shape: tuple[int, int] = (SIDE, SIDE)):
    image = np.full((*shape, 3), 100, np.uint8)
    return RetinaFace(answers, 0.5).detect(image, (SIDE, SIDE))


def test_an_anchor_without_offsets_is_its_own_box_and_its_middle_the_keypoints():
    answers = Answers()
    answers.face_at(2 * (3 * 8 + 2) + 1, 0.9)  # row 3, column 2 of the finest grid, its larger anchor
    boxes, points = detect(answers)
    assert boxes.tolist() == [pytest.approx([20 - 16, 28 - 16, 20 + 16, 28 + 16, 0.9])]
    assert points.tolist() == [[[20, 28]] * 5]


def test_offsets_move_by_a_tenth_of_the_side_and_grow_by_a_fifth_of_an_exponent():
    answers = Answers()
    answers.face_at(1, 0.9)  # 32 pixels around (4, 4)
    answers.offsets[0, 1] = 1, -1, 5 * np.log(2), 0
    answers.points[0, 1] = np.arange(10)
    boxes, points = detect(answers)
    assert boxes[0, :4].tolist() == pytest.approx([7.2 - 32, 0.8 - 16, 7.2 + 32, 0.8 + 16], abs=1e-4)
    assert points[0, 4].tolist() == pytest.approx([4 + 3.2 * 8, 4 + 3.2 * 9], abs=1e-4)


def test_of_overlapping_faces_the_surer_one_stays():
    answers = Answers()
    answers.face_at(1, 0.7)
    answers.face_at(3, 0.9)  # 32 pixels around (12, 4): three quarters shared
    boxes, _ = detect(answers)
    assert boxes[:, 4].tolist() == pytest.approx([0.9])


def test_coordinates_are_those_of_the_picture_not_of_the_network():
    answers = Answers()
    answers.face_at(1, 0.9)
    boxes, _ = detect(answers, (128, 64))
    assert boxes[0, :4].tolist() == pytest.approx([-24, -24, 40, 40])
    assert answers.fed["input"].shape == (1, 3, SIDE, SIDE)
    assert answers.fed["input"][0, :, 0, 0].tolist() == pytest.approx([100 - 104, 100 - 117, 100 - 123])


def test_no_face_is_two_empty_arrays():
    boxes, points = detect(Answers())
    assert (boxes.shape, points.shape) == ((0, 5), (0, 5, 2))
