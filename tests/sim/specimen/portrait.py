"""A drawn head and shoulders: a specimen needs no photograph of a person."""

from __future__ import annotations

import cv2
import numpy as np

from verifier.types import Image


def drawn_portrait() -> Image:
    """Head and shoulders in two colours on a blue ground, (385, 300, 3) uint8, BGR."""
    portrait = np.full((385, 300, 3), (190, 150, 110), np.uint8)
    cv2.ellipse(portrait, (150, 400), (130, 130), 0, 0, 360, (60, 60, 70), -1)
    cv2.ellipse(portrait, (150, 180), (75, 100), 0, 0, 360, (150, 180, 220), -1)
    return portrait
