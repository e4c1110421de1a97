"""Measures the strip that a card's edge shows when the card is tilted. Pure.

Evidence for a person, never a verdict: a blank card of the same thickness, or a telephone, shows a strip too,
and paper shows none that a camera resolves. The strip lies along the edge that is nearer to the camera; seen
from afar its width is thickness times the sine of the tilt, and less from near by, because the back rim is
farther away: 3 to 6 px for a card of 0.76 mm (ISO/IEC 7810) 1000 px wide.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from verifier.document.challenge import Tilt
from verifier.document.pose import HEIGHT_MM, WIDTH_MM, Corners, Pose
from verifier.types import Image

REACH_PX: Final = 16.0
STEP_PX: Final = 0.25
PLACES: Final = 240
ENDS: Final = 0.12
"""Share left out at both ends of an edge: corners are round."""
GROUPS: Final = 8
"""Parts of the edge measured apart: their scatter is the uncertainty."""
MIN_STEP: Final = 0.12
"""A border of the strip changes colour by this share of the strongest change."""
MIN_COLOUR: Final = 3.0
"""Distance in CIE 1976 L*a*b* between the strip and each side of it; 2.3 is just noticeable."""
WIDEST_PX: Final = 8.0
"""A border farther from the strongest one is print or desk: this is about 1.1 mm at 45 degrees, for a card
1000 px wide."""
RESOLVED_PX: Final = 1.5
"""Two borders closer than this are one to a camera."""
FLOOR_PX: Final = 0.3
"""Uncertainty of a border's place even where all parts agree."""
MIN_SEEN: Final = 0.05
"""Below this share of the thickness the edge is all but hidden, and a figure would be noise."""
CROP_PX: Final = 160
"""Height of the picture that the reviewer sees."""

NEAR_EDGE: Final = {
    Tilt.TOP_AWAY: (2, 3),
    Tilt.BOTTOM_AWAY: (0, 1),
    Tilt.RIGHT_AWAY: (3, 0),
    Tilt.LEFT_AWAY: (1, 2),
}
"""Corners at the ends of the edge that comes nearer."""


@dataclass(frozen=True, slots=True)
class EdgeStrip:
    """What one tilted frame shows of the edge.

    Attributes:
        tilt: the direction.
        tilt_deg: how far.
        strip_px: width of the strip; 0 when no two borders can be told apart.
        thickness_mm: of the object, if the strip is its edge.
        uncertainty_mm: one standard deviation.
        crop: (160, W, 3) uint8, BGR: the edge straightened, card above, three times enlarged.
    """

    tilt: Tilt
    tilt_deg: float
    strip_px: float
    thickness_mm: float
    uncertainty_mm: float
    crop: Image


def measure_edge(frame: Image, corners: Corners, pose: Pose, tilt: Tilt) -> EdgeStrip:
    """Measure the near edge in a frame that is tilted in this direction.

    Args:
        frame: (H, W, 3) uint8, BGR.
        corners: the card's outline, px.
        pose: of the card in it.
        tilt: which edge is away.
    """
    band = _straightened(frame, corners, tilt)
    parts = np.array_split(np.arange(PLACES), GROUPS)
    widths = [_strip(band[part]) for part in parts]
    strip = _strip(band)
    scatter = float(np.std(widths)) / math.sqrt(GROUPS)
    per_mm = strip_px_per_mm(pose, tilt)
    return EdgeStrip(
        tilt=tilt,
        tilt_deg=round(pose.angle(tilt), 1),
        strip_px=round(strip, 2),
        thickness_mm=round(strip / per_mm, 2),
        uncertainty_mm=round(math.hypot(scatter, FLOOR_PX, 0.0 if strip else RESOLVED_PX / 2) / per_mm, 2),
        crop=_crop(band),
    )


def strip_px_per_mm(pose: Pose, tilt: Tilt) -> float:
    """Width of the strip that one millimetre of thickness gives, px, by central projection.

    The near edge stands half a side in front of the card's middle, the back rim behind it along the normal.
    """
    angle = math.radians(max(pose.angle(tilt), 1.0))
    half = (HEIGHT_MM if tilt in {Tilt.TOP_AWAY, Tilt.BOTTOM_AWAY} else WIDTH_MM) / 2
    nearer = pose.distance_mm - half * math.sin(angle)
    seen = math.sin(angle) - math.cos(angle) ** 2 * half / nearer
    return max(seen, MIN_SEEN) * pose.px_per_mm * pose.distance_mm / nearer


def _straightened(frame: Image, corners: Corners, tilt: Tilt) -> NDArray[np.float32]:
    """(PLACES, offsets, 3) float32, Lab: along the edge, from inside the card to outside."""
    start, end = (np.asarray(corners[index], np.float64) for index in NEAR_EDGE[tilt])
    along = end - start
    outward = np.array([along[1], -along[0]]) / np.linalg.norm(along)
    if outward @ (start - corners.mean(axis=0)) < 0:
        outward = -outward
    places = start + np.linspace(ENDS, 1 - ENDS, PLACES)[:, None] * along
    offsets = np.arange(-REACH_PX, REACH_PX, STEP_PX)
    grid = (places[:, None] + offsets[None, :, None] * outward).astype(np.float32)
    lab = cv2.cvtColor(frame.astype(np.float32) / 255, cv2.COLOR_BGR2LAB)
    return np.asarray(
        cv2.remap(lab, grid[..., 0], grid[..., 1], cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
    )


def _strip(band: NDArray[np.float32]) -> float:
    """Distance of the two strongest borders in the mean profile, px; 0 when there is but one."""
    profile = np.median(band, axis=0)
    smooth = np.asarray(cv2.GaussianBlur(profile[None], (0, 0), 2.0))[0]  # half a pixel
    change = np.linalg.norm(np.gradient(smooth, axis=0), axis=1)
    peaks = [
        index
        for index in range(1, len(change) - 1)
        if change[index - 1] < change[index] >= change[index + 1] and change[index] >= MIN_STEP * change.max()
    ]
    if not peaks:
        return 0.0
    strongest = max(peaks, key=lambda index: change[index])
    near = [index for index in peaks if 0 < abs(index - strongest) * STEP_PX <= WIDEST_PX]
    if not near:
        return 0.0
    first, last = sorted((strongest, max(near, key=lambda index: change[index])))
    width = (last - first) * STEP_PX
    return width if width >= RESOLVED_PX and _stands_apart(smooth, first, last) else 0.0


def _stands_apart(profile: NDArray[np.float32], first: int, last: int) -> bool:
    """Whether the strip has a colour of its own: otherwise one of its borders is print, grain or noise."""
    middle = (first + last) // 2
    card, desk = profile[max(0, first - 12) : first - 3], profile[last + 4 : last + 13]
    if not len(card) or not len(desk):
        return False
    strip = profile[middle - 1 : middle + 2].mean(axis=0)
    away = [float(np.linalg.norm(strip - side.mean(axis=0))) for side in (card, desk)]
    return min(away) >= MIN_COLOUR


def _crop(band: NDArray[np.float32]) -> Image:
    """The straightened edge as a picture, the card on top."""
    bgr = cv2.cvtColor(np.ascontiguousarray(band.transpose(1, 0, 2)), cv2.COLOR_LAB2BGR)
    picture = np.clip(bgr * 255, 0, 255).astype(np.uint8)
    return np.asarray(cv2.resize(picture, (PLACES * 3, CROP_PX), interpolation=cv2.INTER_LINEAR), np.uint8)
