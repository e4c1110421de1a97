"""Pose of an ID-1 card from its outline in a picture. Pure.

Decides how far the card is tilted, which edge is away, and how many pixels a millimetre has. The camera is a
pinhole with square pixels and its centre in the picture's middle; its focal length comes from the outlines of
a whole film (Zhang, A Flexible New Technique for Camera Calibration, 2000: each outline of a known rectangle
constrains it), or from `USUAL_FOCAL` when the film never tilts.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from verifier.document.challenge import Tilt

WIDTH_MM, HEIGHT_MM = 85.60, 53.98
"""ID-1 (ISO/IEC 7810)."""
USUAL_FOCAL: Final = 0.85
"""Focal length over the longer side of the picture: phones' main cameras have about 0.72 to 0.95."""
FOCAL_RANGE: Final = (0.6, 1.8)
MIN_EVIDENCE: Final = 0.1
"""Sum of squared constraints below which a film says too little about the focal length: four outlines at 20
degrees give it, or one at 30."""

Corners = NDArray[np.float32]
"""(4, 2), px: top left, top right, bottom right, bottom left of the card."""


@dataclass(frozen=True, slots=True)
class Pose:
    """How a card stands before the camera.

    Attributes:
        pitch_deg: positive when the top edge is farther away than the bottom edge.
        yaw_deg: positive when the right edge is farther away than the left edge.
        px_per_mm: at the card's middle, across the line of sight.
        distance_mm: from the camera to the card's middle.
    """

    pitch_deg: float
    yaw_deg: float
    px_per_mm: float
    distance_mm: float

    @property
    def tilt_deg(self) -> float:
        """Angle between the card's plane and the picture's."""
        upright = math.sqrt(
            max(
                0.0,
                1 - math.sin(math.radians(self.pitch_deg)) ** 2 - math.sin(math.radians(self.yaw_deg)) ** 2,
            )
        )
        return math.degrees(math.acos(min(1.0, upright)))

    def angle(self, tilt: Tilt) -> float:
        """How far the card is tilted in one direction, degrees; negative in the opposite one."""
        return {
            Tilt.TOP_AWAY: self.pitch_deg,
            Tilt.BOTTOM_AWAY: -self.pitch_deg,
            Tilt.RIGHT_AWAY: self.yaw_deg,
            Tilt.LEFT_AWAY: -self.yaw_deg,
        }[tilt]


def pose_of(corners: Corners, size_px: tuple[int, int], *, focal: float) -> Pose:
    """Pose of one outline.

    Args:
        corners: the outline.
        size_px: width and height of the picture.
        focal: over the longer side of the picture.
    """
    plane = _plane(corners, size_px)
    across, down = plane[:, 0], plane[:, 1]
    rays = [np.array([axis[0] / focal, axis[1] / focal, axis[2]]) for axis in (across, down)]
    lengths = [float(np.linalg.norm(ray)) for ray in rays]
    depth = 1 / float(np.mean(lengths))
    return Pose(
        pitch_deg=-math.degrees(math.asin(_clip(rays[1][2] / lengths[1]))),
        yaw_deg=math.degrees(math.asin(_clip(rays[0][2] / lengths[0]))),
        px_per_mm=focal * max(size_px) / depth,
        distance_mm=depth,
    )


def focal_of(outlines: Iterable[Corners], size_px: tuple[int, int]) -> float | None:
    """Focal length over the longer side, by least squares over a film; None when it hardly tilts.

    Args:
        outlines: of one card in many poses.
        size_px: width and height of the pictures.
    """
    constraints = [pair for corners in outlines for pair in _constraints(_plane(corners, size_px))]
    evidence = sum(depth**2 for _, depth in constraints)
    if evidence < MIN_EVIDENCE:
        return None
    # flat + focal^2 * depth = 0 for every constraint
    squared = -sum(flat * depth for flat, depth in constraints) / evidence
    low, high = FOCAL_RANGE
    return math.sqrt(min(max(squared, low**2), high**2))


def _constraints(plane: NDArray[np.float64]) -> tuple[tuple[float, float], tuple[float, float]]:
    """Equal length and right angle of the card's axes: (in-plane part, part along the line of sight)."""
    across, down = plane[:, 0], plane[:, 1]
    size = float(across[:2] @ across[:2] + down[:2] @ down[:2]) / 2
    equal = float(across[:2] @ across[:2] - down[:2] @ down[:2]), float(across[2] ** 2 - down[2] ** 2)
    square = 2 * float(across[:2] @ down[:2]), 2 * float(across[2] * down[2])
    return (equal[0] / size, equal[1] / size), (square[0] / size, square[1] / size)


def _plane(corners: Corners, size_px: tuple[int, int]) -> NDArray[np.float64]:
    """(3, 3): card millimetres around its middle -> picture around its middle, longer side = 1."""
    half_width, half_height = WIDTH_MM / 2, HEIGHT_MM / 2
    card = [(-half_width, -half_height), (half_width, -half_height), (half_width, half_height)]
    card.append((-half_width, half_height))
    longer = max(size_px)
    picture = (np.asarray(corners, np.float64) - np.array(size_px) / 2) / longer
    matrix = cv2.getPerspectiveTransform(np.array(card, np.float32), picture.astype(np.float32))
    return np.asarray(matrix, np.float64)


def _clip(sine: float) -> float:
    return min(1.0, max(-1.0, float(sine)))
