"""Did a solid head turn, or a flat picture of one? Pure.

A homography maps every image of a plane onto every other image of it (Hartley and Zisserman, Multiple View
Geometry, 13.1), so landmarks of a turned print fit one and landmarks of a turned head, whose nose stands
out, do not. Below about 10 degrees the two cannot be told apart; the caller only passes frames turned
further. Says nothing about replayed video, which shows a real head's parallax.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import cv2
import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from verifier.face.faces import Points

EYE_CORNERS: Final = (35, 39, 89, 93)
"""Indices in the 106-point scheme of InsightFace's 2d106det: outer and inner corners."""
RIGID: Final = (*EYE_CORNERS, 72, 73, 74, 86, 80, 77, 83)
"""Eye corners, ridge, tip and wings of the nose: bone and cartilage. No mouth, lids, brows or outline: they
move."""


def residual(frontal: Points, turned: Points) -> float:
    """What a homography leaves unexplained of the rigid landmarks.

    Args:
        frontal: (106, 2) landmarks looking ahead, pixels.
        turned: (106, 2) landmarks of the same face turned, pixels.

    Returns:
        RMS distance after the best homography, divided by the frontal distance between the eyes.
    """
    source, target = _rigid(frontal), _rigid(turned)
    matrix, _ = cv2.findHomography(source, target, 0)
    if np.shape(matrix) != (3, 3):
        return 0.0  # Degenerate landmarks prove no depth.
    mapped = cv2.perspectiveTransform(source[None], matrix)[0]
    rms = float(np.sqrt(((mapped - target) ** 2).sum(axis=1).mean()))
    return rms / eye_distance(frontal)


def eye_distance(landmarks: Points) -> float:
    """Distance between the middles of the two eyes, pixels."""
    outer_left, inner_left, inner_right, outer_right = landmarks[list(EYE_CORNERS)]
    return float(np.linalg.norm((inner_right + outer_right) / 2 - (outer_left + inner_left) / 2))


def _rigid(landmarks: Points) -> NDArray[np.float64]:
    return landmarks[list(RIGID)].astype(np.float64)
