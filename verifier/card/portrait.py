"""Decode the photograph a chip carries.

Decides whether the bytes are a JPEG 2000 file or codestream, or a JPEG (passports have either), of a
believable size, and decodes them. Does not look at the face. Call it only on bytes whose signature passed:
`ChipReading.portrait` is None otherwise. ISO/IEC 15444-1, ISO/IEC 10918-1.
"""

from __future__ import annotations

import io
import struct
from typing import TYPE_CHECKING, Final

import numpy as np
from PIL import Image as PilImage

from verifier.errors import InvalidInput

if TYPE_CHECKING:
    from verifier.types import Image

MAX_BYTES: Final = 65_536
"""A My Number card's photograph has about 2 kB, a passport's (DG2) up to some 30 kB."""

MAX_SIDE_PX: Final = 2_048
"""192 x 240 px on a My Number card; a passport scan stays under 1,000."""

_SIGNATURES: Final = (
    bytes.fromhex("0000000C6A5020200D0A870A"),  # JP2 file: signature box, ISO/IEC 15444-1 I.5.1
    bytes.fromhex("FF4FFF51"),  # bare codestream: SOC then SIZ, A.4.1 and A.5.1
    bytes.fromhex("FFD8FF"),  # JPEG: SOI, then the first marker
)
_MODES: Final = ("L", "RGB")

DECODER_ERRORS = (
    OSError,
    SyntaxError,
    ValueError,
    TypeError,
    IndexError,
    struct.error,
    MemoryError,
    PilImage.DecompressionBombError,
)
"""What Pillow raises on damaged images; found by mutation testing."""


def decode_portrait(encoded: bytes) -> Image:
    """Decode a chip photograph.

    Args:
        encoded: a JP2 file, a JPEG 2000 codestream or a JPEG, grey or RGB, 8 bits; padding after it is
            ignored.

    Returns:
        (H, W, 3) uint8, BGR.

    Raises:
        InvalidInput: neither JPEG 2000 nor JPEG ("card.portrait_format"), too large ("card.portrait_size"),
            or damaged ("card.portrait_damaged").
    """
    if not encoded.startswith(_SIGNATURES):
        raise _unusable("card.portrait_format", "the photograph is neither JPEG 2000 nor JPEG")
    if len(encoded) > MAX_BYTES:
        raise _unusable("card.portrait_size", f"the photograph has {len(encoded)} bytes, limit {MAX_BYTES}")
    try:
        with PilImage.open(io.BytesIO(encoded), formats=["JPEG2000", "JPEG"]) as image:
            return _pixels(image)
    except DECODER_ERRORS as error:
        raise _unusable("card.portrait_damaged", f"cannot be decoded ({type(error).__name__})") from error


def _pixels(image: PilImage.Image) -> Image:
    if max(image.size) > MAX_SIDE_PX:  # before load(): nothing has been decompressed yet
        raise _unusable("card.portrait_size", f"the photograph is {image.width} x {image.height} px")
    if image.mode not in _MODES:
        raise _unusable("card.portrait_format", f"unexpected pixel format {image.mode}")
    rgb = np.asarray(image.convert("RGB"), dtype=np.uint8)
    return np.ascontiguousarray(rgb[:, :, ::-1])


def _unusable(code: str, message: str) -> InvalidInput:
    return InvalidInput(code, message, hint="treat the card as suspect; ask for another document")
