"""What 106 landmarks say about one face: where it looks, how near it is, how open eyes and mouth are. Pure.

Directions as in verifier/face/faces.py. The figures of one person mean something only against the same
person's own (`verifier/face/baseline.py`): eyes differ in height, noses in length.

Yaw is taken from the parallax of the nose alone: how far its tip stands beside the middle of the eyes, along
the line of the eyes. On a flat picture that offset hardly moves however far the picture is turned (a print
turned by 40 degrees reads 3 to 5), where a fit of a whole head to the landmarks is fooled by the narrower
face (measured: 4 to 18 degrees).

The 106-point scheme is that of InsightFace's 2d106det; its points were read off plots of real photographs.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from verifier.face.faces import Points

RIGHT_EYE: Final = ((35, 41, 40, 42, 39), (35, 36, 33, 37, 39))
"""The person's right eye, which an unmirrored image shows on its left: upper and lower edge, both from the
image's left to its right corner."""
LEFT_EYE: Final = ((89, 95, 94, 96, 93), (89, 90, 87, 91, 93))
NOSE_TIP: Final = 86
UPPER_LIP: Final = 62
"""Middle of its inner edge."""
LOWER_LIP: Final = 60

NOSE_DEPTH: Final = 0.57
"""How far the tip of the nose stands before the plane of the eyes, eye distances. With it yaw reads 9, 19 and
33 to 36 degrees where heads are turned by 10, 20 and 35 (3 photographs, 2026-11-22)."""


@dataclass(frozen=True, slots=True)
class Measures:
    """One face's figures in one frame.

    Attributes:
        yaw: degrees, from the parallax of the nose; unlike `Pose.yaw` it is little fooled by flat pictures.
        roll: degrees, from the line of the eyes.
        nose_drop: how far the tip of the nose lies below the eyes, eye distances: smaller looking up.
        eye_distance: pixels, as it would be without yaw: grows as the face comes nearer.
        right_eye: height of the person's right eye / its width.
        left_eye: the same of the left.
        mouth: gap between the lips, eye distances.
    """

    yaw: float
    roll: float
    nose_drop: float
    eye_distance: float
    right_eye: float
    left_eye: float
    mouth: float


def measure(landmarks: Points) -> Measures:
    """Read (106, 2) landmarks."""
    right, left = (landmarks[[edge[0][0], edge[0][-1]]].mean(axis=0) for edge in (RIGHT_EYE, LEFT_EYE))
    across = left - right
    seen = max(float(np.linalg.norm(across)), 1e-6)
    along, down = across / seen, np.array([-across[1], across[0]]) / seen
    nose = (landmarks[NOSE_TIP] - (right + left) / 2) / seen
    yaw = float(np.arctan2(nose @ along, NOSE_DEPTH))
    narrowed = float(np.cos(yaw))
    gap = float(np.linalg.norm(landmarks[LOWER_LIP] - landmarks[UPPER_LIP])) / seen
    return Measures(
        yaw=float(np.degrees(yaw)),
        roll=float(np.degrees(np.arctan2(across[1], across[0]))),
        nose_drop=float(nose @ down) * narrowed,
        eye_distance=seen / narrowed,
        right_eye=_openness(landmarks, RIGHT_EYE),
        left_eye=_openness(landmarks, LEFT_EYE),
        mouth=gap * narrowed,
    )


def _openness(landmarks: Points, eye: tuple[tuple[int, ...], tuple[int, ...]]) -> float:
    upper, lower = (landmarks[list(edge)] for edge in eye)
    width = max(float(np.linalg.norm(upper[-1] - upper[0])), 1e-6)
    return float(np.linalg.norm(upper[1:-1] - lower[1:-1], axis=1).mean()) / width
