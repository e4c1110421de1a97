"""Pose and focal length from outlines that were computed, not photographed."""

from __future__ import annotations

import math

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from verifier.document.challenge import Tilt
from verifier.document.pose import HEIGHT_MM, WIDTH_MM, focal_of, pose_of

pytestmark = pytest.mark.unit

SIZE_PX = (1280, 960)


def outline(pitch: float, yaw: float, *, focal: float = 0.8, distance_mm: float = 95.0) -> np.ndarray:
    """Where a pinhole camera sees the corners of a card turned so."""
    right, down = WIDTH_MM / 2, HEIGHT_MM / 2
    corners = np.array([(-right, -down, 0), (right, -down, 0), (right, down, 0), (-right, down, 0)])
    turn, _ = cv2.Rodrigues(np.array([math.radians(-pitch), 0.0, 0.0]))
    sway, _ = cv2.Rodrigues(np.array([0.0, math.radians(-yaw), 0.0]))
    seen = corners @ (sway @ turn).T + (1.5, -1.0, distance_mm)
    return (seen[:, :2] / seen[:, 2:] * focal * SIZE_PX[0] + np.array(SIZE_PX) / 2).astype(np.float32)


@given(st.floats(-50, 50), st.floats(0.65, 1.1))
def test_a_tilt_about_one_axis_is_measured_in_both_directions(angle, focal):
    pitched = pose_of(outline(angle, 0, focal=focal), SIZE_PX, focal=focal)
    swayed = pose_of(outline(0, angle, focal=focal), SIZE_PX, focal=focal)
    assert pitched.pitch_deg == pytest.approx(angle, abs=0.2)
    assert swayed.yaw_deg == pytest.approx(angle, abs=0.2)
    assert pitched.tilt_deg == pytest.approx(abs(angle), abs=0.3)


def test_millimetres_are_measured_at_the_cards_middle():
    assert pose_of(outline(0, 0), SIZE_PX, focal=0.8).px_per_mm == pytest.approx(0.8 * 1280 / 95, rel=0.01)


def test_each_direction_has_its_name():
    pose = pose_of(outline(40, 0), SIZE_PX, focal=0.8)
    assert pose.angle(Tilt.TOP_AWAY) == pytest.approx(40, abs=0.2)
    assert pose.angle(Tilt.BOTTOM_AWAY) == pytest.approx(-40, abs=0.2)


@pytest.mark.parametrize("focal", [0.7, 0.85, 1.1])
def test_the_focal_length_comes_out_of_a_film_that_tilts(focal):
    film = [outline(angle, 0, focal=focal) for angle in range(-45, 50, 5)]
    film += [outline(0, angle, focal=focal) for angle in range(-45, 50, 5)]
    assert focal_of(film, SIZE_PX) == pytest.approx(focal, rel=0.02)


def test_a_film_that_never_tilts_says_nothing_about_the_focal_length():
    assert focal_of([outline(1, 0), outline(0, 1)] * 20, SIZE_PX) is None
    assert focal_of([], SIZE_PX) is None
