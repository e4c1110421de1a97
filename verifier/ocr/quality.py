"""Decides whether a frame is good enough to take part in the vote.

Only what spoils digits is judged, and only where it would: too few pixels, print that is blurred, light spots
where needed fields stand. White paper is no light spot and a blank field is not blurred. Thresholds come from
specimens (tests/sim/specimen) and are to be set again on photographs of real cards.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np

from verifier.ocr.place import WHOLE, Place

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from verifier.ocr.quad import Quad
    from verifier.types import Image

MIN_CARD_WIDTH_PX = 850.0
"""In the photograph. On specimens frames of 850 to 900 px are read as well as those of 900 to 1000 px."""
MIN_SHARPNESS = 42.0
"""Variance of the Laplacian where print stands, grey levels squared. On specimens every frame above 58 gave
its fields, one of four between 45 and 50."""
TILE_PX = 64
"""Side of the squares that sharpness is told of: a few characters."""
PRINTED_SHARE = 0.10
"""Share of a document's squares that are sure to hold print; the others may be blank."""
MAX_GLARE_SHARE = 0.06
"""Share of a field's neighbourhood that may be burnt out: about two fields of a card."""
BURNT_OUT = 254
"""Grey level from which a pixel carries no print."""
MIN_GLARE_SPOT_PX = 21
"""A burnt-out spot counts from this diameter on, about a character; card stock itself may be white."""


@dataclass(frozen=True, slots=True)
class Quality:
    """Figures of one rectified frame.

    Attributes:
        card_width_px: in the photograph.
        sharpness: variance of the Laplacian where print stands.
        glare_share: burnt-out share of the places where needed fields stand, 0..1.
    """

    card_width_px: float
    sharpness: float
    glare_share: float

    @property
    def code(self) -> str | None:
        """Why the frame is not read: "ocr.card_too_small" or "ocr.frame_blurred"; None when it is."""
        if self.card_width_px < MIN_CARD_WIDTH_PX:
            return "ocr.card_too_small"
        return "ocr.frame_blurred" if self.sharpness < MIN_SHARPNESS else None

    @property
    def glare_code(self) -> str | None:
        """Why needed fields may be missing: "ocr.frame_glare"; None where no light spot is over them."""
        return "ocr.frame_glare" if self.glare_share > MAX_GLARE_SHARE else None


def measure(rectified: Image, quad: Quad, needed: Sequence[Place] = (WHOLE,)) -> Quality:
    """Measure a rectified card.

    Args:
        rectified: (821, 1288, 3) uint8, BGR.
        quad: its outline in the photograph.
        needed: where the needed fields stand.
    """
    grey = np.asarray(cv2.cvtColor(rectified, cv2.COLOR_BGR2GRAY), np.uint8)
    burnt = (grey >= BURNT_OUT).astype(np.uint8)
    spots = cv2.morphologyEx(burnt, cv2.MORPH_OPEN, np.ones((MIN_GLARE_SPOT_PX, MIN_GLARE_SPOT_PX), np.uint8))
    return Quality(
        card_width_px=quad.width_px,
        sharpness=_sharpness(grey),
        glare_share=max(float(place.of(np.asarray(spots, np.uint8)).mean()) for place in needed),
    )


def _sharpness(grey: NDArray[np.uint8]) -> float:
    """Variance of the Laplacian in the least sharp of the squares that are sure to hold print."""
    edges = cv2.Laplacian(grey, cv2.CV_32F)
    tiles = (grey.shape[1] // TILE_PX, grey.shape[0] // TILE_PX)
    mean, square = (cv2.resize(values, tiles, interpolation=cv2.INTER_AREA) for values in (edges, edges**2))
    return float(np.quantile(square - mean**2, 1 - PRINTED_SHARE))
