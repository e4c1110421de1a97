"""Did a solid head turn, or a flat picture of one? Pure; the same question as planar.py, without a network.

Corners in the face are followed from a frontal frame through the turn (Lucas and Kanade 1981, pyramidal as in
Bouguet 2000). On a plane all of them obey one homography; on a head, nose and cheeks slide over each other.
Landmark networks draw a face where none is; followed corners do not. Needs a turn large enough to move them,
and a face with enough texture, or gives no figure.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Final

import cv2
import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from verifier.face.faces import Face
    from verifier.types import Image

MAX_CORNERS: Final = 80
MIN_CORNERS: Final = 20
"""A homography has eight unknowns; twenty corners leave most of the residual to the shape."""
QUALITY: Final = 0.01
SPACING: Final = 0.05
"""Least distance of corners, and size of the window that is followed is three times it; face widths."""
INNER: Final = 0.12
"""Share of the box left out at each edge: hair and background."""
KEPT: Final = 0.85
"""Share of corners kept after the first fit: lost ones jump."""
MIN_MOTION: Final = 0.12
"""Mean displacement, eye distances, below which plane and head look alike (measured)."""
WIDTH: Final = 160.0
"""Frames are reduced until the face is this wide: enough for the corners, a quarter of the time."""


@dataclass(frozen=True, slots=True)
class Flow:
    """What following the corners gave.

    Attributes:
        residual: median distance from the best homography, eye distances.
        motion: mean displacement of the corners, eye distances.
        corners: how many were followed to the end.
    """

    residual: float
    motion: float
    corners: int

    @property
    def conclusive(self) -> bool:
        """Whether enough corners moved far enough."""
        return self.corners >= MIN_CORNERS and self.motion >= MIN_MOTION


def flow(frames: Sequence[Image], face: Face) -> Flow:
    """Follow the corners of a face.

    Args:
        frames: consecutive images, the first one frontal, the last one turned; BGR.
        face: where the face is in the first.
    """
    scale = min(1.0, WIDTH / face.width)
    greys = [_reduced(frame, scale) for frame in frames]
    start = _corners(greys[0], face, scale)
    first, last = _followed(greys, start, window=round(3 * SPACING * WIDTH) | 1)
    unit = face.eye_distance * scale
    if len(first) < MIN_CORNERS or unit <= 0:
        return Flow(0.0, 0.0, len(first))
    motion = float(np.linalg.norm(last - first, axis=1).mean())
    return Flow(_residual(first, last) / unit, motion / unit, len(first))


def _reduced(frame: Image, scale: float) -> NDArray[np.uint8]:
    grey = cv2.cvtColor(frame, cv2.COLOR_BGR2GRAY)
    return np.asarray(cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), np.uint8)


def _corners(grey: NDArray[np.uint8], face: Face, scale: float) -> NDArray[np.float32]:
    """(N, 2) corners inside the face."""
    box = face.box * scale
    margin = (box[2:] - box[:2]) * INNER
    left, top = np.maximum(box[:2] + margin, 0).astype(int)
    right, bottom = np.maximum(box[2:] - margin, 0).astype(int)
    mask = np.zeros_like(grey)
    mask[top:bottom, left:right] = 255
    spacing = SPACING * float(box[2] - box[0])
    found = cv2.goodFeaturesToTrack(grey, MAX_CORNERS, QUALITY, spacing, mask=mask)
    return np.zeros((0, 2), np.float32) if found is None else found.reshape(-1, 2).astype(np.float32)


def _followed(
    greys: Sequence[NDArray[np.uint8]], start: NDArray[np.float32], *, window: int
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Where the corners were and where they ended, without those that were lost."""
    first = last = start
    for before, after in pairwise(greys):
        if not len(last):
            break
        moved, found, _ = cv2.calcOpticalFlowPyrLK(
            before, after, last[:, None], np.empty_like(last[:, None]), winSize=(window, window), maxLevel=3
        )
        kept = found.ravel() == 1
        first, last = first[kept], moved[kept][:, 0]
    return first, last


def _residual(first: NDArray[np.float32], last: NDArray[np.float32]) -> float:
    """Median distance from the homography that fits the best part of the corners."""
    distance = _distances(first, last, np.ones(len(first), np.bool_))
    kept = distance <= np.quantile(distance, KEPT)
    return float(np.median(_distances(first, last, kept)[kept]))


def _distances(
    first: NDArray[np.float32], last: NDArray[np.float32], used: NDArray[np.bool_]
) -> NDArray[np.float64]:
    matrix, _ = cv2.findHomography(first[used], last[used], 0)
    if np.shape(matrix) != (3, 3):
        return np.zeros(len(first))
    missed = cv2.perspectiveTransform(first[None], matrix)[0] - last
    return np.asarray(np.linalg.norm(missed, axis=1), np.float64)
