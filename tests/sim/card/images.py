"""Images as a card's chip holds them: 1-bit PNG lettering and a small grey JPEG 2000 portrait."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import cv2
import numpy as np
from PIL import Image as PilImage
from PIL import ImageDraw

from tests.sim.specimen.fonts import japanese_font

if TYPE_CHECKING:
    from verifier.types import Image

PORTRAIT_SIZE_PX = (192, 240)
"""Width and height; the size reported of real cards."""

PORTRAIT_BYTES = 2000
"""Real size unknown; JPEG 2000 at this size keeps 39 dB on a synthetic face."""

BACKGROUND = 205
"""Light grey, as behind a passport photograph."""

_LETTER_PX = 24


def text_png(text: str) -> bytes:
    """Render one line as a 1-bit PNG, as DF25 and DF26 hold name and address."""
    font = japanese_font("serif", _LETTER_PX)
    left, top, right, bottom = font.getbbox(text)
    image = PilImage.new("1", (round(right - left) + 4, round(bottom - top) + 4), 1)
    ImageDraw.Draw(image).text((2 - left, 2 - top), text, fill=0, font=font)
    return _encoded(image, "PNG")


def portrait_jp2(
    image: Image, *, margin: float = 0.30, size_bytes: int = PORTRAIT_BYTES, codestream: bool = False
) -> bytes:
    """Make a chip portrait from a photograph that the face fills.

    Args:
        image: (H, W, 3) uint8, BGR.
        margin: plain background added on every side, as a share of that side's length, so that face detectors
            that need surroundings find the face; 0 when the photograph has surroundings already.
        size_bytes: size aimed at.
        codestream: leave out the JP2 file around it, as on licences.

    Returns:
        Grey JP2, 192 x 240 px.
    """
    grey = cv2.cvtColor(image, cv2.COLOR_BGR2GRAY)
    framed = _framed(grey, margin)
    small = cv2.resize(framed, PORTRAIT_SIZE_PX, interpolation=cv2.INTER_AREA)
    rate = small.size / size_bytes
    return _encoded(
        PilImage.fromarray(small),
        "JPEG2000",
        quality_mode="rates",
        quality_layers=[rate],
        irreversible=True,
        no_jp2=codestream,
    )


def _framed(grey: np.ndarray, margin: float) -> np.ndarray:
    """Centre on a background of the portrait's proportions."""
    height, width = grey.shape
    aspect = PORTRAIT_SIZE_PX[0] / PORTRAIT_SIZE_PX[1]
    full_height = round(max(height * (1 + 2 * margin), width * (1 + 2 * margin) / aspect))
    full_width = round(full_height * aspect)
    canvas = np.full((full_height, full_width), BACKGROUND, np.uint8)
    top, left = (full_height - height) // 2, (full_width - width) // 2
    canvas[top : top + height, left : left + width] = grey
    return canvas


def _encoded(image: PilImage.Image, file_format: str, **options: object) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, file_format, **options)
    return buffer.getvalue()
