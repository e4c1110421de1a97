"""Decides whether a frame is good enough to take part in the vote.

Only what spoils digits is judged: too few pixels, blur, light spots. Thresholds come from specimens
(tests/sim/specimen) and are to be set again on photographs of real cards.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np

if TYPE_CHECKING:
    from verifier.ocr.quad import Quad
    from verifier.types import Image

MIN_CARD_WIDTH_PX = 850.0
"""In the photograph. On specimens frames of 850 to 900 px are read as well as those of 900 to 1000 px."""
MIN_SHARPNESS = 30.0
"""Variance of the Laplacian over the rectified card, grey levels squared."""
MAX_GLARE_SHARE = 0.06
"""Share of the rectified card that is burnt out: about two fields. A smaller spot loses a field."""
BURNT_OUT = 254
"""Grey level from which a pixel carries no print."""
MIN_GLARE_SPOT_PX = 21
"""A burnt-out spot counts from this diameter on, about a character; card stock itself may be white."""


@dataclass(frozen=True, slots=True)
class Quality:
    """Figures of one rectified frame.

    Attributes:
        card_width_px: in the photograph.
        sharpness: variance of the Laplacian, grey levels squared.
        glare_share: burnt-out share of the card, 0..1.
    """

    card_width_px: float
    sharpness: float
    glare_share: float

    @property
    def code(self) -> str | None:
        """Why the frame is refused, None if it is not.

        "ocr.card_too_small", "ocr.frame_blurred" or "ocr.frame_glare".
        """
        if self.card_width_px < MIN_CARD_WIDTH_PX:
            return "ocr.card_too_small"
        if self.sharpness < MIN_SHARPNESS:
            return "ocr.frame_blurred"
        return "ocr.frame_glare" if self.glare_share > MAX_GLARE_SHARE else None


def measure(rectified: Image, quad: Quad) -> Quality:
    """Measure a rectified card, (821, 1288, 3) uint8, BGR."""
    grey = cv2.cvtColor(rectified, cv2.COLOR_BGR2GRAY)
    burnt = (grey >= BURNT_OUT).astype(np.uint8)
    spots = cv2.morphologyEx(burnt, cv2.MORPH_OPEN, np.ones((MIN_GLARE_SPOT_PX, MIN_GLARE_SPOT_PX), np.uint8))
    return Quality(
        card_width_px=quad.width_px,
        sharpness=float(cv2.Laplacian(grey, cv2.CV_64F).var()),
        glare_share=float(spots.mean()),
    )
