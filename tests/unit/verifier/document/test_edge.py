"""The strip of a card's edge: geometry against a computed slab, and the measurement on a drawn one."""

from __future__ import annotations

import math

import cv2
import numpy as np
import pytest

from verifier.document.challenge import Tilt
from verifier.document.edge import measure_edge, strip_px_per_mm
from verifier.document.pose import HEIGHT_MM, WIDTH_MM, pose_of

pytestmark = pytest.mark.unit

SIZE_PX, FOCAL, DISTANCE_MM = (1280, 960), 0.85, 100.0


def rim(pitch: float, depth_mm: float) -> np.ndarray:
    """The rim of a card whose top is tilted away, at a depth behind its face, px."""
    right, down = WIDTH_MM / 2, HEIGHT_MM / 2
    corners = [(-right, -down), (right, -down), (right, down), (-right, down)]
    points = np.array([(*corner, depth_mm) for corner in corners])
    turn, _ = cv2.Rodrigues(np.array([math.radians(-pitch), 0.0, 0.0]))
    seen = points @ turn.T + (0, 0, DISTANCE_MM)
    return (seen[:, :2] / seen[:, 2:] * FOCAL * SIZE_PX[0] + np.array(SIZE_PX) / 2).astype(np.float32)


def slab(pitch: float, thickness_mm: float) -> np.ndarray:
    """A white card with a grey edge on a dark desk."""
    picture = np.full((4 * SIZE_PX[1], 4 * SIZE_PX[0], 3), 60, np.uint8)
    outline = cv2.convexHull(np.vstack([rim(pitch, 0), rim(pitch, thickness_mm)]) * 4)
    cv2.fillConvexPoly(picture, np.round(outline).astype(np.int32), (170, 170, 170))
    cv2.fillConvexPoly(picture, np.round(rim(pitch, 0) * 4).astype(np.int32), (240, 240, 240))
    return np.asarray(cv2.resize(picture, SIZE_PX, interpolation=cv2.INTER_AREA), np.uint8)


@pytest.mark.parametrize("pitch", [30.0, 40.0, 48.0])
def test_the_projection_is_that_of_a_computed_slab(pitch):
    pose = pose_of(rim(pitch, 0), SIZE_PX, focal=FOCAL)
    strip = (rim(pitch, 1.0) - rim(pitch, 0.0))[2, 1]
    assert strip_px_per_mm(pose, Tilt.TOP_AWAY) == pytest.approx(float(strip), rel=0.05)


@pytest.mark.parametrize("thickness_mm", [0.5, 0.76, 1.0])
def test_a_drawn_edge_is_measured(thickness_mm):
    corners = rim(45, 0)
    pose = pose_of(corners, SIZE_PX, focal=FOCAL)
    found = measure_edge(slab(45, thickness_mm), corners, pose, Tilt.TOP_AWAY)
    assert found.thickness_mm == pytest.approx(thickness_mm, abs=0.12)
    assert found.uncertainty_mm < 0.15
    assert found.crop.shape[0] == 160


def test_paper_shows_no_strip_that_a_camera_resolves():
    corners = rim(45, 0)
    found = measure_edge(slab(45, 0.1), corners, pose_of(corners, SIZE_PX, focal=FOCAL), Tilt.TOP_AWAY)
    assert (found.strip_px, found.thickness_mm) == (0.0, 0.0)
