"""Says how far an outline is from a card seen by a camera, and where a cut-off side may really lie. Pure.

A printed band over a card's whole width makes as good an edge as the card's own, and an outline that ends
there is too flat. Shape tells: a rectangle of known proportions, seen by a camera of a usual focal length,
has four corners that no other rectangle has.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import cv2
import numpy as np
from numpy.typing import NDArray

CARD_ASPECT = 85.6 / 53.98
"""ID-1 width over height (ISO/IEC 7810)."""
PAGE_ASPECT = 125.0 / 88.0
"""ID-3, a passport's data page (ISO/IEC 7810)."""
FOCAL_WIDTHS = (0.7, 1.0, 1.4)
"""Focal lengths in frame widths: telephones' main cameras, as they are and cropped to half."""
TOO_FLAT = 0.03
"""Relative excess of width over height from which a side may lie at a band: its edge is 5 % off or more."""


def misshape(corners: NDArray[np.float32], frame_size: tuple[int, int]) -> float:
    """How far an outline is from a card or a passport page in any pose.

    Args:
        corners: (4, 2), px: top left, top right, bottom right, bottom left.
        frame_size: width and height of the image, px; its middle is taken for the camera's axis.

    Returns:
        0 for a perfect one; else the relative error of its proportions or the cosine of its angle, whichever
        is larger, at the focal length and for the document that fit best.

    Source: Zhang and He, Whiteboard scanning and image enhancement, 2007, section 3.
    """
    return min(
        max(abs(math.log(width / height / aspect)), abs(cosine))
        for aspect in (CARD_ASPECT, PAGE_ASPECT)
        for width, height, cosine in _seen(corners, frame_size)
    )


def extended(corners: NDArray[np.float32], frame_size: tuple[int, int]) -> Iterator[NDArray[np.float32]]:
    """Outlines whose upper or lower side is moved out until the card has its proportions.

    None where the outline is not too flat.
    """
    proportion = min(width / height for width, height, _ in _seen(corners, frame_size))
    if proportion <= CARD_ASPECT * (1 + TOO_FLAT):
        return
    to_image = cv2.getPerspectiveTransform(_unit_square(), corners)
    added = proportion / CARD_ASPECT - 1
    for top, bottom in ((-added, 1.0), (0.0, 1 + added)):
        moved = np.array([[(0, top), (1, top), (1, bottom), (0, bottom)]], np.float32)
        yield np.asarray(cv2.perspectiveTransform(moved, to_image)[0], np.float32)


def _seen(corners: NDArray[np.float32], frame_size: tuple[int, int]) -> Iterator[tuple[float, float, float]]:
    """Width, height and the cosine between them, in common units, at each focal length."""
    centred = (corners - np.array(frame_size, np.float32) / 2).astype(np.float32)
    transform = cv2.getPerspectiveTransform(_unit_square(), centred)
    for focal in FOCAL_WIDTHS:
        across, down = (np.diag((1.0, 1.0, focal * frame_size[0])) @ transform)[:, :2].T
        width, height = float(np.linalg.norm(across)), float(np.linalg.norm(down))
        yield width, height, float(across @ down) / (width * height)


def _unit_square() -> NDArray[np.float32]:
    return np.array([(0, 0), (1, 0), (1, 1), (0, 1)], np.float32)
