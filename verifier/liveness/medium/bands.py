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
    """Standard deviation over the rows of the change of brightness between two frames, percent.

    What a small shift of the whole picture explains is taken out first: a hand trembles.
    """
    first, second = _rows(before), _rows(after)
    change = np.log(second / first)
    slopes = np.gradient(np.log(first))
    design = np.stack([np.ones(change.size), *(slope.ravel() for slope in slopes)], axis=1)
    fitted, *_ = np.linalg.lstsq(design, change.ravel(), rcond=None)
    left = change - (design @ fitted).reshape(change.shape)
    return float(100 * np.median(left, axis=1).std())


def _rows(image: Image) -> NDArray[np.float32]:
    small = cv2.resize(image, (COLUMNS, ROWS), interpolation=cv2.INTER_AREA)
    return np.asarray(small.mean(axis=2, dtype=np.float32) + np.float32(DARK))
