"""Do bright and dark rows wander over the face between frames, as over a pulsed display? Pure.

A rolling shutter reads row after row while a display's backlight is switched on and off; the difference of
two frames then has level bands. Lamps on alternating current do the same, weakly, so this is evidence beside
others. The median over the columns of each row keeps what moves, which is not level, out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import cv2
import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from verifier.types import Image

ROWS, COLUMNS = 48, 36
DARK: Final = 8.0
"""Grey levels added before taking ratios: noise in the dark is no light."""


def bands(before: Image, after: Image) -> float:
    """Standard deviation over the rows of the change of brightness between two frames, percent."""
    change = np.log(_rows(after) / _rows(before))
    by_row = np.median(change, axis=1)
    return float(100 * (by_row - np.median(by_row)).std())


def _rows(image: Image) -> NDArray[np.float32]:
    small = cv2.resize(image, (COLUMNS, ROWS), interpolation=cv2.INTER_AREA)
    return np.asarray(small.mean(axis=2, dtype=np.float32) + np.float32(DARK))
