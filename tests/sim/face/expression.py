"""Lids that close and a mouth that opens, painted onto the photograph of a head.

The upper lid is drawn down over the eye: the skin between brow and lash line is stretched, the lash line
moves with it. The jaw goes down: everything below the line between the lips is shifted, and the gap shows
the dark of a mouth. Wrinkles, teeth behind the lower lip and the pull of a wink on the cheek are left out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import cv2
import numpy as np

from tests.sim.face.head import EYE_DISTANCE_PX, FRAME_SIZE, Field, Head

if TYPE_CHECKING:
    from verifier.types import Image

RIGHT_LID: Final = ((35, 41, 40, 42, 39), (35, 36, 33, 37, 39))
"""The person's right eye in the 106-point scheme: upper and lower edge, both from corner to corner."""
LEFT_LID: Final = ((89, 95, 94, 96, 93), (89, 90, 87, 91, 93))
LOWER_LIP: Final = (52, 54, 60, 57, 61)
"""Its inner edge: photographs of smiling people keep their teeth above it."""
CHIN: Final = 0
LID_SKIN: Final = 0.26
"""Height of the skin between lash line and brow that stretches, eye distances."""
CLOSED_SHARE: Final = 0.97
"""A closed lid reaches this far down: the lash line stays visible."""
GAP: Final = 0.55
"""Height of a wide open mouth, mouth widths; measured .55 to .84 on photographs of open mouths."""
FADE: Final = 1.0
"""Below the chin the shift of the jaw fades over this length, eye distances."""
MOUTH_DARK: Final = (38, 30, 60)
"""BGR of the inside of a mouth."""


@dataclass(frozen=True, slots=True)
class Expression:
    """What a face does; the person's own right and left. 0 as on the photograph, 1 closed or wide open."""

    right_lid: float = 0.0
    left_lid: float = 0.0
    mouth: float = 0.0

    @property
    def is_still(self) -> bool:
        """Whether the photograph can be shown as it is."""
        return max(self.right_lid, self.left_lid, self.mouth) <= 0.0


def expressed(head: Head, expression: Expression) -> Image:
    """The photograph of a head with another expression, (480, 640, 3) BGR."""
    if expression.is_still:
        return head.frame
    x, y = (axis.astype(np.float32) for axis in np.meshgrid(*map(np.arange, FRAME_SIZE)))
    shift = np.zeros_like(y)
    for (upper, lower), closed in ((RIGHT_LID, expression.right_lid), (LEFT_LID, expression.left_lid)):
        if closed > 0:
            shift += _lid_shift(x, y, head.landmarks[list(upper)], head.landmarks[list(lower)], closed)
    gap = np.zeros_like(y)
    if expression.mouth > 0:
        jaw, gap = _jaw_shift(x, y, head.landmarks, expression.mouth)
        shift += jaw
    moved = cv2.remap(head.frame, x, y - shift, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    dark = np.array(MOUTH_DARK, np.float32)
    return np.asarray(moved * (1 - gap[..., None]) + dark * gap[..., None], np.uint8)


def _lid_shift(x: Field, y: Field, upper: Field, lower: Field, closed: float) -> Field:
    """How far each pixel of the closing lid came down."""
    lash, floor = _curve(upper, x), _curve(lower, x)
    open_height = np.maximum(floor - lash, 0) * _between(x, upper[0, 0], upper[-1, 0])
    drawn = CLOSED_SHARE * closed * open_height
    skin = np.float32(LID_SKIN * EYE_DISTANCE_PX)
    share = (y - (lash - skin)) / (skin + drawn)
    return np.where((share > 0) & (share <= 1), share * drawn, 0).astype(np.float32)


def _jaw_shift(x: Field, y: Field, landmarks: Field, opened: float) -> tuple[Field, Field]:
    """How far each pixel of the jaw came down, and the share of each pixel that the gap covers."""
    lip = landmarks[list(LOWER_LIP)]
    line, middle = _curve(lip, x), float(lip[:, 0].mean())
    half = float(lip[-1, 0] - lip[0, 0]) / 2
    across = np.clip(np.abs(x - middle) / half, 0, 1)
    height = np.float32(GAP * 2 * half * opened)
    gap_height = height * np.sqrt(1 - across**2)
    chin = float(landmarks[CHIN, 1])
    wide = height * np.exp(-(((x - middle) / (1.7 * half)) ** 2))
    down = np.clip((y - line) / max(1.0, chin - float(lip[:, 1].mean())), 0, 1)
    fade = np.clip(1 - (y - chin - height) / (FADE * EYE_DISTANCE_PX), 0, 1)
    moved = (gap_height * (1 - down) + wide * down) * fade
    below = np.clip(y - line - gap_height, 0, 1)
    inside = np.clip(y - line, 0, 1) * np.clip(line + gap_height - y, 0, 1) * (across < 1)
    return (moved * below).astype(np.float32), inside.astype(np.float32)


def _curve(points: Field, x: Field) -> Field:
    """Parabola through points of one edge, continued flat beyond its ends."""
    middle = float(points[:, 0].mean())
    factors = np.polyfit(points[:, 0] - middle, points[:, 1], 2)
    inside = np.clip(x, points[0, 0], points[-1, 0]) - middle
    return np.polyval(factors, inside).astype(np.float32)


def _between(x: Field, left: float, right: float) -> Field:
    return ((x >= left) & (x <= right)).astype(np.float32)
