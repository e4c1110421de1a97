"""Is the face inside a rectangle with straight edges, one of them below the chin? Pure.

A held print or telephone ends below the chin in one straight line where a person has a neck and shoulders,
and has an upright edge on each side. Windows and pictures behind a person are interrupted by the body. Says
nothing when the sheet fills the picture.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import cv2
import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from verifier.face.faces import Face
    from verifier.types import Image

WIDTH: Final = 320
"""The image is reduced to this many columns: an edge stays an edge, noise and texture go."""
TILT: Final = 0.21
"""Tangent of 12 degrees: how far an edge may lean."""
MIN_LENGTH: Final = 1.6
"""Of an edge, in eye distances."""
SIDE_REACH: Final = (1.0, 4.0)
"""Where a side edge may be, eye distances from between the eyes."""
BELOW_REACH: Final = (1.9, 4.5)
ABOVE_REACH: Final = (1.2, 4.0)
CENTRED: Final = 0.8
"""The lower edge must pass under the face, at least this far to both sides of its middle."""


def edges(image: Image, face: Face) -> int:
    """How many of the four edges of a sheet around the face are seen; 0 unless the lower one is.

    Args:
        image: (H, W, 3) uint8, BGR.
        face: frontal.
    """
    scale = WIDTH / image.shape[1]
    small = cv2.resize(
        cv2.cvtColor(image, cv2.COLOR_BGR2GRAY), None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA
    )
    eye_distance = face.eye_distance * scale
    if eye_distance <= 0:
        return 0
    centre = face.keypoints[:2].mean(axis=0) * scale
    found = np.asarray(cv2.createLineSegmentDetector().detect(small)[0], np.float32)
    # No line at all comes back as None, which makes an array without a shape.
    return _count((found.reshape(-1, 2, 2) - centre) / eye_distance) if found.ndim else 0


def _count(lines: NDArray[np.float32]) -> int:
    """Edges among segments given in eye distances from between the eyes."""
    (x1, y1), (x2, y2) = lines[:, 0].T, lines[:, 1].T
    wide, high = np.abs(x2 - x1), np.abs(y2 - y1)
    level = (high <= TILT * wide) & (wide >= MIN_LENGTH)
    upright = (wide <= TILT * high) & (high >= MIN_LENGTH)
    x, y = (x1 + x2) / 2, (y1 + y2) / 2
    spans = (np.minimum(x1, x2) < -CENTRED) & (np.maximum(x1, x2) > CENTRED)
    below = level & spans & _within(y, BELOW_REACH)
    if not below.any():
        return 0
    above = level & _within(-y, ABOVE_REACH)
    sides = (upright & _within(-x, SIDE_REACH), upright & _within(x, SIDE_REACH))
    return 1 + sum(bool(edge.any()) for edge in (above, *sides))


def _within(value: NDArray[np.float32], reach: tuple[float, float]) -> NDArray[np.bool_]:
    return np.asarray((value >= reach[0]) & (value <= reach[1]))
