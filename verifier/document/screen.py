"""Does the picture beat with a screen's pixels? Pure.

Decides the check "document.screen". A display's colour stripes beat against the camera's pixels and leave
periodic patterns in the colour differences, where print has little; they stand out as lines of the spectrum.
A flag for a reviewer: displays of high resolution, blur and strong compression show nothing, fine print can
show something.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from verifier.document.pose import Corners
from verifier.types import CheckResult, Image, Outcome

TILE_PX: Final = 128
"""Spectra are averaged over tiles of the camera's own pixels: straightening the card would blur the beat."""
LOWEST, HIGHEST = 0.04, 0.48
"""Cycles per pixel: below is print and shade."""
NEIGHBOURHOOD: Final = 9
"""A line of the spectrum stands out against so many bins around it."""
STANDS_OUT: Final = 3.1
"""Natural logarithm of power above the neighbourhood: docs/measured."""


def beat(frame: Image, corners: Corners) -> float | None:
    """How far the strongest spectral line stands out, in natural logarithms of power; None for a small card.

    Args:
        frame: (H, W, 3) uint8, BGR, as the camera gave it.
        corners: outline of the card, px.
    """
    left, top = np.ceil(corners.min(axis=0)).astype(int)
    right, bottom = np.floor(corners.max(axis=0)).astype(int)
    tiles = [
        frame[y : y + TILE_PX, x : x + TILE_PX].astype(np.float32)
        for y in range(max(top, 0), bottom - TILE_PX, TILE_PX // 2)
        for x in range(max(left, 0), right - TILE_PX, TILE_PX // 2)
        if _inside(corners, x, y)
    ]
    if not tiles:
        return None
    red, blue = ([tile[:, :, channel] - tile[:, :, 1] for tile in tiles] for channel in (2, 0))
    return max(_line(red), _line(blue))


def judge_screen(values: Sequence[float]) -> CheckResult:
    """Judge the beats of several frames by their median."""
    if not values:
        return CheckResult("document.screen", Outcome.NOT_PERFORMED, "document.not_seen")
    value = float(np.median(values))
    clean = value < STANDS_OUT
    return CheckResult(
        "document.screen",
        Outcome.PASSED if clean else Outcome.FAILED,
        None if clean else "document.screen_pattern",
        score=round(value, 2),
        threshold=STANDS_OUT,
        facts={"frames": len(values)},
    )


def _inside(corners: Corners, x: int, y: int) -> bool:
    tile = ((x, y), (x + TILE_PX, y), (x, y + TILE_PX), (x + TILE_PX, y + TILE_PX))
    outline = np.asarray(corners, np.float32)
    return all(
        cv2.pointPolygonTest(outline, (float(px), float(py)), measureDist=False) >= 0 for px, py in tile
    )


def _line(planes: Sequence[NDArray[np.float32]]) -> float:
    window = np.outer(np.hanning(TILE_PX), np.hanning(TILE_PX)).astype(np.float32)
    powers = [np.abs(np.fft.fft2((plane - plane.mean()) * window)) ** 2 for plane in planes]
    spectrum = np.log(np.fft.fftshift(np.mean(powers, axis=0)) + 1).astype(np.float32)
    background = cv2.blur(spectrum, (NEIGHBOURHOOD, NEIGHBOURHOOD))
    frequency = np.fft.fftshift(np.fft.fftfreq(TILE_PX))
    radius = np.hypot(frequency[:, None], frequency[None, :])
    band = (radius >= LOWEST) & (radius <= HIGHEST)
    return float((spectrum - background)[band].max())
