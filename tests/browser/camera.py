"""What Chromium's fake camera shows: a specimen of a card, lying still."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import cv2
import numpy as np

from tests.sim.specimen import random_person, render_mynumber
from verifier.image import encode_jpeg
from verifier.types import Image

FRAME_PX = (640, 480)
FRAMES = 3
TODAY = date(2026, 11, 22)


def specimen_frame() -> Image:
    """One camera frame: the card on a desk. (480, 640, 3) uint8, BGR."""
    rng = np.random.default_rng(7)
    grey = np.full((400, 300, 3), 190, np.uint8)  # no face is needed where nothing is verified
    card = render_mynumber(random_person(rng, today=TODAY), grey, rng=rng)
    width, height = FRAME_PX
    frame = np.full((height, width, 3), (60, 80, 110), np.uint8)
    shown = cv2.resize(card, (560, 353), interpolation=cv2.INTER_AREA)
    frame[60 : 60 + 353, 40 : 40 + 560] = shown
    return frame


def write_camera(path: Path) -> Path:
    """Write the camera's film as MJPEG: JPEG files one after the other."""
    path.write_bytes(encode_jpeg(specimen_frame()) * FRAMES)
    return path
