"""Does the face carry a regular pattern, as where a camera's pixels meet a display's? Pure.

Two grids of nearly equal pitch beat (moire); in the spectrum that is a sharp peak where skin and hair have
none. Skin has smooth noise: its highest peak over the surroundings is predictable, a beat stands out above
it. Slow beats hide among eyes and mouth in brightness but not in colour, since a display's red, green and
blue lie side by side and beat one after the other. Says nothing when the display's grid is finer than lens
and sensor resolve.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Final

import cv2
import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from verifier.face.faces import Face
    from verifier.types import Image

    Plane = NDArray[np.float32]

MAX_SIDE: Final = 192
"""Of the square looked at, pixels: about the width of the face."""
MIN_SIDE: Final = 64
GREY_CYCLES: Final = (0.10, 0.75)
"""Per pixel; eyes, nose and mouth are below."""
COLOUR_CYCLES: Final = (0.04, 0.25)
"""JPEG keeps half the resolution of colour."""
GRID: Final = 8
"""JPEG's blocks give peaks at every eighth of a cycle."""
GRID_BINS: Final = 1.6
NEIGHBOURHOOD: Final = 15
"""Bins over which the surroundings are averaged."""


def moire(image: Image, face: Face) -> float:
    """How far the strongest pattern stands out.

    Args:
        image: (H, W, 3) uint8, BGR.
        face: where to look; frontal.

    Returns:
        Natural logarithm of the highest peak's power over its surroundings; 0 for a face too small to tell.
    """
    patch = _middle(image, face)
    if patch is None:
        return 0.0
    blue, green, red = (patch[..., channel].astype(np.float32) for channel in range(3))
    grey = cv2.cvtColor(patch, cv2.COLOR_BGR2GRAY).astype(np.float32)
    return max(
        _peak(grey, GREY_CYCLES), _peak(blue - green, COLOUR_CYCLES), _peak(red - green, COLOUR_CYCLES)
    )


def _peak(plane: Plane, cycles: tuple[float, float]) -> float:
    side = plane.shape[0]
    power = np.abs(np.fft.fft2((plane - plane.mean()) * _window(side))) ** 2
    power = np.fft.fftshift(power).astype(np.float32) + 1
    around = cv2.blur(power, (NEIGHBOURHOOD, NEIGHBOURHOOD))
    return float(np.log(power / around)[_band(side, cycles)].max())


def _middle(image: Image, face: Face) -> Image | None:
    """The square in the middle of the face, at the camera's own resolution."""
    left, top, right, bottom = face.box
    side = min(MAX_SIDE, int(right - left), int(bottom - top)) // 2 * 2
    if side < MIN_SIDE:
        return None
    x, y = round(float(left + right - side) / 2), round(float(top + bottom - side) / 2)
    patch = image[max(y, 0) : y + side, max(x, 0) : x + side]
    return patch if patch.shape[:2] == (side, side) else None


@cache
def _window(side: int) -> NDArray[np.float32]:
    hann = np.hanning(side).astype(np.float32)
    return np.outer(hann, hann)


@cache
def _band(side: int, cycles: tuple[float, float]) -> NDArray[np.bool_]:
    """Bins to search: fast enough, and not on JPEG's own grid."""
    along = np.fft.fftshift(np.fft.fftfreq(side))
    x, y = np.meshgrid(along, along)
    off = [np.abs(axis * GRID - np.round(axis * GRID)) / GRID * side < GRID_BINS for axis in (x, y)]
    speed = np.hypot(x, y)
    return np.asarray((speed > cycles[0]) & (speed < cycles[1]) & ~(off[0] & off[1]))
