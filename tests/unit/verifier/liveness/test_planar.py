"""The planar test on exact geometry: a plane fits a homography, a head does not."""

from __future__ import annotations

import numpy as np
import pytest

from verifier.liveness.planar import EYE_CORNERS, RIGID, eye_distance, residual

pytestmark = pytest.mark.unit

# Rigid landmarks in eye distances: outer and inner corners, five points down the nose, two wings.
EYES = [(-0.74, 0.0), (-0.26, 0.03), (0.26, 0.03), (0.74, 0.0)]
NOSE = [(0.0, 0.05), (0.0, 0.25), (0.0, 0.45), (0.0, 0.70), (0.0, 0.85)]
WINGS = [(-0.28, 0.72), (0.28, 0.72)]
FLAT_XY = np.array([*EYES, *NOSE, *WINGS])
NOSE_DEPTH = np.array([0, 0, 0, 0, 0.08, 0.2, 0.32, 0.42, 0.3, 0.08, 0.08])


def seen(depth: np.ndarray, yaw_degrees: float, *, pixels: float = 80.0) -> np.ndarray:
    """Perspective image of the rigid points, in the 106-point scheme."""
    yaw = np.radians(yaw_degrees)
    x = FLAT_XY[:, 0] * np.cos(yaw) + depth * np.sin(yaw)
    z = -FLAT_XY[:, 0] * np.sin(yaw) + depth * np.cos(yaw)
    scale = pixels * 8 / (8 - z)
    landmarks = np.zeros((106, 2), np.float32)
    landmarks[list(RIGID)] = np.stack([x * scale + 320, FLAT_XY[:, 1] * scale + 200], axis=1)
    return landmarks


@pytest.mark.parametrize("yaw", [15, 30, 50])
def test_a_turned_plane_leaves_no_residual(yaw):
    assert residual(seen(NOSE_DEPTH * 0, 0), seen(NOSE_DEPTH * 0, yaw)) < 1e-4


def test_a_head_leaves_more_residual_the_further_it_turns():
    frontal = seen(NOSE_DEPTH, 0)
    small, large = (residual(frontal, seen(NOSE_DEPTH, yaw)) for yaw in (15, 30))
    assert 0.01 < small < large


def test_the_residual_does_not_depend_on_image_scale():
    by_size = [residual(seen(NOSE_DEPTH, 0, pixels=p), seen(NOSE_DEPTH, 25, pixels=p)) for p in (40.0, 160.0)]
    assert by_size[0] == pytest.approx(by_size[1], rel=1e-3)


def test_the_residual_of_one_and_the_same_view_is_zero():
    assert residual(seen(NOSE_DEPTH, 20), seen(NOSE_DEPTH, 20)) < 1e-5


def test_points_that_coincide_prove_no_depth():
    assert residual(seen(NOSE_DEPTH, 0), np.zeros((106, 2), np.float32)) == 0.0


def test_the_eye_distance_is_between_the_middles_of_the_eyes():
    assert set(EYE_CORNERS) < set(RIGID)
    assert eye_distance(seen(NOSE_DEPTH, 0)) == pytest.approx(80.0, rel=0.01)
