"""What the networks say about one face in one image. Values only; nothing here runs a network.

Directions: yaw is positive when the person turns to their own left, which in an unmirrored image is towards
the image's right side; pitch is positive when they look up; roll is positive when the head tilts clockwise
in the image. Pitch reads about 10 degrees low for people looking ahead: only its change means something.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

Points: TypeAlias = NDArray[np.float32]
"""(N, 2) float32, pixels, x then y."""

Embedding: TypeAlias = NDArray[np.float32]
"""(D,) float32, length 1: the dot product of two is their cosine."""

MAIN_FACE_SHARE: Final = 0.5
"""A second face above this share of the first one's area makes it unclear whose picture it is."""


@dataclass(frozen=True, slots=True)
class Face:
    """One detected face.

    Attributes:
        box: (4,) float32: left, top, right, bottom, pixels.
        keypoints: (5, 2): the eye, eye, nose tip, mouth corner, mouth corner, image left first.
        score: detector's confidence, 0..1.
    """

    box: NDArray[np.float32]
    keypoints: Points
    score: float

    @property
    def width(self) -> float:
        """Width of the box, pixels."""
        return float(self.box[2] - self.box[0])

    @property
    def area(self) -> float:
        """Area of the box, square pixels."""
        return self.width * float(self.box[3] - self.box[1])

    @property
    def eye_distance(self) -> float:
        """Distance between the two eye points, pixels."""
        return float(np.linalg.norm(self.keypoints[1] - self.keypoints[0]))


@dataclass(frozen=True, slots=True)
class Pose:
    """Head pose in degrees; see the module for signs."""

    yaw: float
    pitch: float
    roll: float
