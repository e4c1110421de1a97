"""How much colour does the face have? Pure.

A chip's photograph is grey, and so is a print of it; skin under any lamp is not. A camera in infra-red night
mode is grey too, so this calls a person, it does not reject.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import cv2
import numpy as np

if TYPE_CHECKING:
    from verifier.face.faces import Face
    from verifier.types import Image

PATCHES: Final = 16
"""Per side of the face."""
WELL_LIT: Final = 130.0
"""Mean lightness of a well lit face, of 255; a darker one shows less chroma."""


def colour(image: Image, face: Face) -> float:
    """Mean distance of the face from grey, as in good light: chroma in OpenCV's CIELAB, 0 to about 90.

    Colours are averaged over patches first, so that the noise of a dark picture is not taken for colour.
    """
    left, top, right, bottom = np.maximum(face.box, 0).astype(int)
    face_only = image[top:bottom, left:right]
    if not face_only.size:
        return 0.0
    patches = cv2.resize(face_only, (PATCHES, PATCHES), interpolation=cv2.INTER_AREA)
    lab = cv2.cvtColor(patches, cv2.COLOR_BGR2LAB).astype(np.float32)
    chroma = float(np.hypot(lab[..., 1] - 128, lab[..., 2] - 128).mean())
    return chroma * max(1.0, WELL_LIT / max(1.0, float(lab[..., 0].mean())))
