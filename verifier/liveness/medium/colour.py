"""How much colour does the face have? Pure.

A chip's photograph is grey, and so is a print of it; skin under any lamp is not. A camera in infra-red night
mode is grey too, so this calls a person, it does not reject.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

if TYPE_CHECKING:
    from verifier.face.faces import Face
    from verifier.types import Image


def colour(image: Image, face: Face) -> float:
    """Mean distance of the face's pixels from grey: CIELAB chroma as OpenCV scales it, 0 to about 90."""
    left, top, right, bottom = np.maximum(face.box, 0).astype(int)
    patch = image[top:bottom:4, left:right:4]
    if not patch.size:
        return 0.0
    lab = cv2.cvtColor(np.ascontiguousarray(patch), cv2.COLOR_BGR2LAB).astype(np.float32)
    return float(np.hypot(lab[..., 1] - 128, lab[..., 2] - 128).mean())
