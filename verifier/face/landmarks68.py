"""Landmarks by a small 68-point network, told in the 106-point scheme that the rest of the engine reads.

For the pack without research-only licences. Decides nothing. Eyes, nose ridge, nose base and lips have a
point of their own in both schemes; the 106-point outline, brows and what lies between take the nearest of the
68, so they serve to bound the face, not to measure it. Against 2d106det on four photographs the corners of
eyes and mouth and the tip of the nose lie 1.7 to 3.3 % of an eye distance apart (2026-11-22). The limits of
liveness were not measured with it: they do not hold, and what rests on them stays undecided.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from verifier.types import Image

SIDE: Final = 64
"""Input, grey / 256."""

# fmt: off
NEAREST: Final = np.array([
    8, 0, 4, 5, 5, 6, 6, 7, 7, 0, 1, 1, 2, 2, 3, 3, 4,                        # outline, image left
    16, 12, 11, 11, 10, 10, 9, 9, 16, 15, 15, 14, 14, 13, 13, 12,             # outline, image right
    41, 37, 36, 41, 40, 37, 39, 37, 37, 38,                                   # eye on the image's left
    17, 18, 19, 21, 20, 18, 19, 21, 20,                                       # brow above it
    48, 57, 59, 59, 58, 55, 55, 56, 66, 54, 62, 50, 49, 60, 49, 52, 53, 64, 53, 51,  # mouth
    27, 28, 29, 39, 31, 31, 31, 32, 33, 42, 35, 35, 35, 34, 30,               # nose
    47, 43, 42, 47, 46, 43, 45, 43, 43, 44,                                   # eye on the image's right
    22, 23, 24, 25, 26, 22, 23, 24, 25,                                       # brow above it
])
# fmt: on
"""For each of the 106 points the one of the 68 (iBUG 300-W numbering from 0) that stands for it."""
BETWEEN: Final = {33: (40, 41), 40: (37, 38), 87: (46, 47), 94: (43, 44)}
"""Points of the 106 that lie midway between two of the 68: the middles of the lids."""


class Landmarks68:
    """The same call as InsightFace's landmark reader: `get(image, face)`."""

    def __init__(self, session: Any) -> None:
        self._session = session

    def get(self, image: Image, face: Any) -> NDArray[np.float32]:
        """(106, 2) landmarks of one face, pixels of `image`; `face.bbox` says where it is."""
        box = np.asarray(face.bbox, np.float64)
        side = float((box[2:] - box[:2]).mean())
        corner = (box[:2] + box[2:] - side) / 2
        scale = SIDE / side
        matrix = np.array([[scale, 0, -corner[0] * scale], [0, scale, -corner[1] * scale]])
        patch = cv2.warpAffine(image, matrix, (SIDE, SIDE), flags=cv2.INTER_AREA)
        grey = cv2.cvtColor(patch, cv2.COLOR_BGR2GRAY).astype(np.float32) / 256
        shares = self._session.run(None, {"input": grey[None, None]})[0].reshape(-1, 2)
        return in_106_points(shares * side + corner)


def in_106_points(points: NDArray[np.float64]) -> NDArray[np.float32]:
    """(68, 2) points in the 106-point scheme."""
    told = points[NEAREST]
    for index, (one, other) in BETWEEN.items():
        told[index] = (points[one] + points[other]) / 2
    return np.asarray(told, np.float32)
