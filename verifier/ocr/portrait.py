"""Cuts the printed photograph out of a rectified document.

By its place: the form fixes it. The shares are those of this project's specimens, not checked on real
documents, with a margin of 1 % of the width; a face detector finds the face inside.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from verifier.types import DocumentKind, Image


@dataclass(frozen=True, slots=True)
class Place:
    """Where a photograph stands, as shares of the document's width (left, right) and height (top, bottom)."""

    left: float
    right: float
    top: float
    bottom: float


PLACES: Final[Mapping[DocumentKind, Place]] = {
    "mynumber_card": Place(0.030, 0.346, 0.324, 0.948),
    "drivers_licence": Place(0.698, 0.975, 0.256, 0.794),
    "residence_card": Place(0.726, 0.973, 0.225, 0.709),
    "passport": Place(0.024, 0.308, 0.150, 0.706),
}


def crop_portrait(rectified: Image, kind: DocumentKind = "mynumber_card") -> Image:
    """Cut out the photograph.

    Args:
        rectified: (821, 1288, 3) uint8, BGR, the document alone.
        kind: which document.

    Returns:
        (H, W, 3) uint8, BGR, a copy.
    """
    height, width = rectified.shape[:2]
    place = PLACES[kind]
    rows = slice(round(place.top * height), round(place.bottom * height))
    columns = slice(round(place.left * width), round(place.right * width))
    return np.ascontiguousarray(rectified[rows, columns])
