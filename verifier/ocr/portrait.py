"""Cuts the printed photograph out of a rectified My Number card.

By its place on the card: the form fixes it. The share of the card is that of this project's specimens, not
checked on a real card, with a margin of 1 % of the card's width; a face detector finds the face inside.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from verifier.types import Image

LEFT, RIGHT = 0.030, 0.346
"""Of the card's width: the photograph stands at 0.040 to 0.336."""
TOP, BOTTOM = 0.324, 0.948
"""Of the card's height: the photograph stands at 0.334 to 0.938."""


def crop_portrait(rectified: Image) -> Image:
    """Cut out the photograph.

    Args:
        rectified: (821, 1288, 3) uint8, BGR, the card alone.

    Returns:
        (H, W, 3) uint8, BGR, a copy.
    """
    height, width = rectified.shape[:2]
    rows = slice(round(TOP * height), round(BOTTOM * height))
    columns = slice(round(LEFT * width), round(RIGHT * width))
    return np.ascontiguousarray(rectified[rows, columns])
