"""The card's outline is found to a few pixels, or not at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest

from verifier.ocr.quad import RECTIFIED_SIZE_PX, Quad, find_quad, find_quads, rectify

if TYPE_CHECKING:
    from verifier.types import Image

pytestmark = pytest.mark.unit

CORNERS = np.array([(210, 190), (1380, 250), (1340, 1000), (240, 930)], np.float32)


def desk_with_card(corners: np.ndarray, *, card: int = 235, desk: int = 90) -> Image:
    frame = np.full((1200, 1600, 3), desk, np.uint8)
    cv2.fillPoly(frame, [corners.astype(np.int32)], (card, card, card), cv2.LINE_AA)
    return frame


def test_a_tilted_cards_corners_are_found_in_order() -> None:
    quad = find_quad(desk_with_card(CORNERS))
    assert quad is not None
    assert np.abs(quad.corners - CORNERS).max() < 4
    assert quad.support > 0.9


def test_a_dark_card_on_a_pale_desk_is_found_too() -> None:
    quad = find_quad(desk_with_card(CORNERS, card=60, desk=220))
    assert quad is not None
    assert np.abs(quad.corners - CORNERS).max() < 4


def test_the_width_is_the_mean_of_the_upper_and_lower_side() -> None:
    corners = np.array([(0, 0), (1000, 0), (950, 600), (50, 600)], np.float32)
    assert Quad(corners, 1.0).width_px == pytest.approx(950)


@pytest.mark.parametrize("grey", [0, 128, 255])
def test_an_empty_frame_has_no_card(grey: int) -> None:
    assert find_quad(np.full((1200, 1600, 3), grey, np.uint8)) is None


def test_a_square_is_no_card() -> None:
    square = np.array([(400, 200), (1200, 200), (1200, 1000), (400, 1000)], np.float32)
    assert find_quad(desk_with_card(square)) is None


def test_a_small_rectangle_is_no_card() -> None:
    small = np.array([(700, 500), (900, 500), (900, 626), (700, 626)], np.float32)
    assert find_quad(desk_with_card(small)) is None


def test_rectifying_puts_the_cards_corners_into_the_images_corners() -> None:
    frame = desk_with_card(CORNERS)
    flat = rectify(frame, Quad(CORNERS, 1.0))
    assert flat.shape == (RECTIFIED_SIZE_PX[1], RECTIFIED_SIZE_PX[0], 3)
    assert flat[10:-10, 10:-10].min() > 225


def test_two_cards_beside_each_other_are_both_found() -> None:
    frame = np.full((1200, 1600, 3), 90, np.uint8)
    for left in (40, 820):
        cv2.rectangle(frame, (left, 350), (left + 740, 350 + 467), (235, 235, 235), -1)
    found = find_quads(frame)
    assert len(found) == 2
    assert {round(quad.width_px, -1) for quad in found} == {740}


def test_one_card_is_found_once() -> None:
    assert len(find_quads(desk_with_card(CORNERS))) == 1


def test_an_outline_holds_what_lies_within_it() -> None:
    quad = Quad(CORNERS, 1.0)
    assert quad.holds(np.array([800, 600], np.float32))
    assert not quad.holds(np.array([100, 600], np.float32))
