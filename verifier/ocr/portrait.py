"""Cuts the printed photograph out of a rectified document.

The form says about where it stands, the picture's own edges say exactly: each side is moved onto the
strongest edge near its published place that runs along most of the side. A side without such an edge, as of a
white background on pale paper, stays at its published place. A face detector finds the face inside.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from verifier.ocr.place import Place
from verifier.types import DocumentKind, Image

PLACES: Final[Mapping[DocumentKind, Place]] = {
    "mynumber_card": Place(0.045, 0.285, 0.350, 0.840),
    "drivers_licence": Place(0.683, 0.912, 0.294, 0.836),
    "residence_card": Place(0.700, 0.955, 0.290, 0.850),
    "passport": Place(0.034, 0.298, 0.165, 0.691),
}
"""Measured on published pictures, to a hundredth; the passport's is that of our specimens."""
OUTWARDS: Final = Place(0.055, 0.055, 0.08, 0.10)
"""How far outside its published place each side may stand, shares of the document's width and height."""
INWARDS: Final = 0.03
"""How far inside: further in, the strongest edge may be hair or a collar."""
EDGE: Final = 0.012
"""Share of the document along its own edges in which no photograph ends."""
INNER: Final = 0.25
"""Share of a side that is left out at both ends when its edge is looked for."""
STEP_PX: Final = 3
"""Colours this far on both sides of an edge are compared."""
MIN_CONTRAST: Final = 10.0
"""Distance in Lab that most of a side must show, of the picture against the paper, at its published place."""
FAR_CONTRAST: Final = 30.0
"""The same at the end of its reach: bands and panels stand near photographs."""
MARGIN: Final = 0.004
"""Left around a picture, share of the document's width: the edge itself is soft."""


def crop_portrait(rectified: Image, kind: DocumentKind = "mynumber_card") -> Image:
    """Cut out the photograph.

    Args:
        rectified: (821, 1288, 3) uint8, BGR, the document alone.
        kind: which document.

    Returns:
        (H, W, 3) uint8, BGR, a copy.
    """
    found = find_portrait(rectified, PLACES[kind])
    around = Place(found.left - MARGIN, found.right + MARGIN, found.top - MARGIN, found.bottom + MARGIN)
    return np.ascontiguousarray(around.of(rectified))


def find_portrait(rectified: Image, published: Place) -> Place:
    """Find the photograph's sides near its published place."""
    lab = np.asarray(cv2.cvtColor(cv2.GaussianBlur(rectified, (5, 5), 0), cv2.COLOR_BGR2LAB), np.float32)
    height, width = lab.shape[:2]
    rows = _middle(published.top, published.bottom, height)
    columns = _middle(published.left, published.right, width)
    across = _contrast(lab[rows])
    down = _contrast(lab[:, columns].transpose(1, 0, 2))
    out = OUTWARDS
    return Place(
        _edge(across, published.left, before=out.left, after=INWARDS),
        _edge(across, published.right, before=INWARDS, after=out.right),
        _edge(down, published.top, before=out.top, after=INWARDS),
        _edge(down, published.bottom, before=INWARDS, after=out.bottom),
    )


def _middle(start: float, end: float, length: int) -> slice:
    cut = INNER * (end - start)
    return slice(round((start + cut) * length), round((end - cut) * length))


def _contrast(lines: NDArray[np.float32]) -> NDArray[np.float32]:
    """Median over lines, (N, length, 3), of the colour change at each place along them; 0 at both ends."""
    change = np.linalg.norm(lines[:, 2 * STEP_PX :] - lines[:, : -2 * STEP_PX], axis=2)
    return np.pad(np.median(change, axis=0), STEP_PX).astype(np.float32)


def _edge(contrast: NDArray[np.float32], published: float, *, before: float, after: float) -> float:
    """Share at which the clearest edge within reach stands; the published one where there is none."""
    places = np.arange(len(contrast)) / len(contrast)
    away = np.where(places < published, (published - places) / before, (places - published) / after)
    within = (away <= 1) & (places >= EDGE) & (places <= 1 - EDGE)
    needed = MIN_CONTRAST + (FAR_CONTRAST - MIN_CONTRAST) * away
    clearness = np.where(within, contrast / needed, 0.0)
    clearest = int(np.argmax(clearness))
    return float(places[clearest]) if clearness[clearest] >= 1 else published
