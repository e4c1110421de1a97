"""How much each eye still looks like the same person's open eye. Pure.

The landmark network moves both lids together: of a wink it shows a few hundredths of opening on either side
(measured: .22 and .24 where .29 is open), too little to tell which eye closed. So each eye is cut out, turned
level and scaled by its own corners, and compared with the mean of the same person's open eyes at the start
of the clip: a closed one falls to .45 to .80, the other stays at .97 or more. The comparison does not depend
on brightness or contrast. Turning or tilting the head lowers it too (to .75), so it says nothing about a
turned head.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from verifier.face.measures import LEFT_EYE, RIGHT_EYE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from verifier.face.faces import Points
    from verifier.types import Image

PATCH_SIDE: Final = 32
"""Pixels; an eye of a face 200 pixels wide is about 40 wide."""
PATCH_SCALE: Final = 1.3
"""Side of the square around an eye, eye widths."""
SEARCH_PX: Final = 2
"""Landmarks tremble this much: the best match within it counts."""

Patch = NDArray[np.uint8]
"""(32, 32) grey."""


@dataclass(frozen=True, slots=True)
class Eyes:
    """How alike the person's two eyes are to their own open ones."""

    right: float
    left: float


def eye_patches(image: Image, landmarks: Points) -> tuple[Patch, Patch]:
    """Both eyes cut out, level and of one size, grey: right, left."""
    return _patch(image, landmarks, RIGHT_EYE), _patch(image, landmarks, LEFT_EYE)


def mean_patch(patches: Sequence[Patch]) -> Patch:
    """The mean of several looks at one eye."""
    return np.asarray(np.stack(patches).mean(axis=0), np.uint8)


def likeness(patch: Patch, reference: Patch) -> float:
    """Normalised correlation, -1 to 1, of the best match within `SEARCH_PX`."""
    inner = reference[SEARCH_PX:-SEARCH_PX, SEARCH_PX:-SEARCH_PX]
    found = cv2.matchTemplate(patch, inner, cv2.TM_CCOEFF_NORMED)
    best = float(found.max())
    return best if np.isfinite(best) else 0.0


def _patch(image: Image, landmarks: Points, eye: tuple[tuple[int, ...], tuple[int, ...]]) -> Patch:
    start, end = landmarks[eye[0][0]].astype(float), landmarks[eye[0][-1]].astype(float)
    centre, across = (start + end) / 2, end - start
    scale = PATCH_SIDE / (PATCH_SCALE * max(float(np.linalg.norm(across)), 1.0))
    angle = float(np.degrees(np.arctan2(across[1], across[0])))
    middle = (float(centre[0]), float(centre[1]))
    matrix = np.asarray(cv2.getRotationMatrix2D(middle, angle, scale), np.float64)
    matrix[:, 2] += PATCH_SIDE / 2 - centre
    cut = cv2.warpAffine(image, matrix, (PATCH_SIDE, PATCH_SIDE), flags=cv2.INTER_AREA)
    return np.asarray(cv2.cvtColor(cut, cv2.COLOR_BGR2GRAY), np.uint8)
