"""Decode the front of a residence card as its chip holds it: a TIFF with one bit per pixel.

Decides whether the bytes are such a TIFF of a believable size. Reads no text. Call it only on bytes whose
signature passed (`ChipReading.front`). TIFF 6.0; MMR is ITU-T T.6.
"""

from __future__ import annotations

import io
from typing import Final

import numpy as np
from PIL import Image as PilImage

from verifier.card.portrait import DECODER_ERRORS
from verifier.errors import InvalidInput
from verifier.types import Image

MAX_BYTES: Final = 7_000
"""Size of the file's value."""

MAX_SIDE_PX: Final = 2_048
"""A card of 85.6 mm at 600 dpi has 2,022."""

_BYTE_ORDERS: Final = (b"II*\x00", b"MM\x00*")


def decode_front(tiff: bytes) -> Image:
    """Decode the front.

    Args:
        tiff: padding after it is ignored.

    Returns:
        (H, W, 3) uint8, BGR; black and white only.

    Raises:
        InvalidInput: not such a TIFF ("card.front_format"), too large ("card.front_size"), or damaged
            ("card.front_damaged").
    """
    if not tiff.startswith(_BYTE_ORDERS):
        raise _unusable("card.front_format", "the front is not a TIFF")
    if len(tiff) > MAX_BYTES:
        raise _unusable("card.front_size", f"the front has {len(tiff)} bytes, limit {MAX_BYTES}")
    try:
        with PilImage.open(io.BytesIO(tiff), formats=["TIFF"]) as image:
            return _pixels(image)
    except DECODER_ERRORS as error:
        raise _unusable("card.front_damaged", f"cannot be decoded ({type(error).__name__})") from error


def _pixels(image: PilImage.Image) -> Image:
    if max(image.size) > MAX_SIDE_PX:  # before load(): nothing has been decompressed yet
        raise _unusable("card.front_size", f"the front is {image.width} x {image.height} px")
    if image.mode != "1":
        raise _unusable("card.front_format", f"unexpected pixel format {image.mode}")
    grey = np.asarray(image.convert("L"), dtype=np.uint8)
    return np.repeat(grey[:, :, np.newaxis], 3, axis=2)


def _unusable(code: str, message: str) -> InvalidInput:
    return InvalidInput(code, message, hint="treat the card as suspect; ask for another document")
