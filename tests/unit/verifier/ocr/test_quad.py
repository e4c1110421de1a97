"""The card's outline is found to a few pixels, or not at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest

from verifier.ocr.card_shape import extended, misshape
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


BAND = (0.0, 0.047, 0.122)
"""Upper edge of the card, upper and lower edge of its header band, shares of its height."""


def seen_from(tilt_deg: float, *, top: float = 0.0, focal_widths: float = 1.0) -> np.ndarray:
    """Corners of a card that is tilted about both axes, from a share of its height down."""
    width, height = 85.6, 53.98
    flat = np.array([(0, top * height), (width, top * height), (width, height), (0, height)]) - (
        width / 2,
        27,
    )
    turn, _ = cv2.Rodrigues(np.radians([tilt_deg, tilt_deg / 2, tilt_deg / 3]))
    focal = focal_widths * 1600
    solid = np.column_stack([flat, np.zeros(4)]) @ turn.T + (0, 0, focal * width / 1150)
    return (solid[:, :2] / solid[:, 2:] * focal + (800, 600)).astype(np.float32)


@pytest.mark.parametrize("tilt_deg", [0, 8, 16, 24])
@pytest.mark.parametrize("focal_widths", [0.75, 1.0, 1.25])
def test_an_outline_that_ends_at_a_band_is_worse_shaped_than_the_cards_own(tilt_deg, focal_widths) -> None:
    shapes = [
        misshape(seen_from(tilt_deg, top=top, focal_widths=focal_widths), (1600, 1200))
        for top in (0.0, 0.122)
    ]
    assert shapes[0] < 0.02
    assert shapes[1] > shapes[0] + 0.03


def test_a_passports_page_is_as_well_shaped_as_a_card() -> None:
    page = np.array([(200, 100), (1325, 100), (1325, 892), (200, 892)], np.float32)
    assert misshape(page, (1600, 1200)) < 0.01


def test_an_outline_that_is_too_flat_is_moved_out_to_the_cards_own() -> None:
    outlines = list(extended(seen_from(6, top=0.122), (1600, 1200)))
    assert min(np.abs(outline - seen_from(6)).max() for outline in outlines) < 25
    assert not list(extended(seen_from(6), (1600, 1200)))


@pytest.mark.parametrize("desk", [(222, 222, 222), (214, 222, 228)])
def test_a_band_over_the_whole_width_is_not_taken_for_the_cards_edge(desk: tuple[int, int, int]) -> None:
    frame = np.full((1200, 1600, 3), desk, np.uint8)
    for top, ink in zip(BAND, ((236, 238, 238), (232, 212, 176), (236, 238, 238)), strict=True):
        cv2.fillPoly(frame, [seen_from(6, top=top).astype(np.int32)], ink, cv2.LINE_AA)
    quad = find_quad(frame)
    assert quad is not None
    assert np.abs(quad.corners - seen_from(6)).max() < 8
