"""Untrusted bytes in, bounded BGR arrays out.

Decides: whether bytes are a still image or a clip that the engine will look at, within fixed limits of
bytes, pixels, frames and time. Undoes EXIF rotation and lays transparency on grey. Does not judge sharpness
or content. Formats: JPEG, PNG, WebP and JPEG 2000 (file or bare codestream, as ICAO 9303-10 allows for chip
portraits).
"""

from __future__ import annotations

import io
from itertools import pairwise
from typing import TYPE_CHECKING, Final

import cv2
import numpy as np
import PIL.Image
from PIL import ExifTags, ImageOps, UnidentifiedImageError

from verifier.errors import InvalidInput
from verifier.types import Clip, Image

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

MAX_IMAGE_BYTES: Final = 20 << 20
"""A 24-megapixel phone photograph at high quality is below 15 MB."""
MAX_IMAGE_PIXELS: Final = 50_000_000
"""Phones of 2026 give 48 megapixels at most in their ordinary mode."""
MIN_IMAGE_SIDE: Final = 32
"""Smaller pictures cannot hold a face that any network here was trained on."""

MAX_CLIP_FRAMES: Final = 150
MAX_CLIP_MS: Final = 15_000
"""A challenge lasts about 6 s; twice that for slow clients."""
MIN_CLIP_FPS: Final = 5.0
"""Below this a head turn of half a second may fall between two frames."""
MIN_CLIP_FRAMES: Final = 10
MAX_CLIP_PIXELS: Final = 1920 * 1440
"""Of one frame. A clip has up to 150, and all are decoded: at 4K the slowest format took 50 s of processor
time, here it takes 15."""
MAX_CLIP_SIDE: Final = 640
"""Longer frames are reduced: the detector sees 320 pixels, and memory stays below 150 x 0.9 MB."""

MAX_PHOTOGRAPH_SIDE: Final = 2048
"""Longer side of a photograph of a card: on a card that fills half of it, print is large enough to read."""

_FORMATS: Final = ("JPEG", "PNG", "WEBP", "JPEG2000")
_MATTE: Final = (127, 127, 127)
_JPEG_QUALITY: Final = 90
_ON_ITS_SIDE: Final = frozenset({5, 6, 7, 8})
"""EXIF orientations that exchange width and height."""


def decode_image(data: bytes, *, max_pixels: int = MAX_IMAGE_PIXELS) -> Image:
    """Decode one still image.

    Args:
        data: the encoded file.
        max_pixels: refuse larger images before any pixel is decoded.

    Returns:
        (H, W, 3) uint8, BGR, upright.

    Raises:
        InvalidInput: "image.too_many_bytes", "image.unknown_format", "image.too_many_pixels",
        "image.too_small",
            "image.animated" or "image.damaged".
    """
    return _decoded(_checked(data, max_pixels))


def decode_photograph(data: bytes) -> Image:
    """Decode a photograph of a card; larger ones are reduced to `MAX_PHOTOGRAPH_SIDE`.

    Large ones are reduced before they are copied, a JPEG already while it is decoded: 48 megapixels as PNG
    need 150 MB, as JPEG less.

    Args:
        data: the encoded file.

    Returns:
        (H, W, 3) uint8, BGR, upright.

    Raises:
        InvalidInput: as `decode_image`.
    """
    picture = _checked(data, MAX_IMAGE_PIXELS)
    picture.draft("RGB", (MAX_PHOTOGRAPH_SIDE, MAX_PHOTOGRAPH_SIDE))
    return _reduced(_decoded(picture, shrink=max(picture.size) // MAX_PHOTOGRAPH_SIDE), MAX_PHOTOGRAPH_SIDE)


def _checked(data: bytes, max_pixels: int) -> PIL.Image.Image:
    """Open a file whose header says that it is a still picture within the limits; no pixel is decoded."""
    if len(data) > MAX_IMAGE_BYTES:
        raise InvalidInput("image.too_many_bytes", "the image file is too large", hint="send at most 20 MB")
    picture = _open(data)
    _check_size(picture.size, max_pixels)
    if getattr(picture, "n_frames", 1) > 1 and picture.format != "MPO":
        raise InvalidInput("image.animated", "the image is an animation", hint="send a single still picture")
    return picture


def _decoded(picture: PIL.Image.Image, *, shrink: int = 1) -> Image:
    """Decode, averaging blocks of `shrink` by `shrink` pixels where the mode allows it."""
    try:
        return _to_bgr(picture.reduce(shrink) if shrink > 1 and picture.mode in {"RGB", "L"} else picture)
    except (OSError, ValueError, SyntaxError, MemoryError) as error:
        raise InvalidInput(
            "image.damaged", "the image is truncated or damaged", hint="take or export the picture again"
        ) from error


def encode_jpeg(image: Image, *, quality: int = _JPEG_QUALITY) -> bytes:
    """JPEG file of a (H, W, 3) uint8 BGR image; quality 1..100."""
    return _encode(image, ".jpg", [cv2.IMWRITE_JPEG_QUALITY, quality])


def encode_png(image: Image) -> bytes:
    """PNG file of a (H, W, 3) uint8 BGR image; lossless."""
    return _encode(image, ".png", [])


def decode_clip(frames: Sequence[bytes], timestamps_ms: Sequence[int]) -> Clip:
    """Decode a captured clip.

    Args:
        frames: encoded frames in order, all of one size.
        timestamps_ms: milliseconds since the challenge was shown, one per frame, strictly increasing.

    Returns:
        The clip; frames whose longer side exceeds `MAX_CLIP_SIDE` are reduced to it.

    Raises:
        InvalidInput: "clip.timestamps", "clip.too_few_frames", "clip.too_many_frames", "clip.too_long",
            "clip.frame_rate", "clip.size_changes", or a code of `decode_image`.
    """
    check_timing(len(frames), timestamps_ms)
    images = tuple(clip_frame(decode_image(data, max_pixels=MAX_CLIP_PIXELS)) for data in frames)
    _check_one_size(image.shape for image in images)
    return Clip(images, tuple(timestamps_ms))


def check_clip(frames: Sequence[bytes], timestamps_ms: Sequence[int]) -> None:
    """Raise where `decode_clip` would, for a third of its time: an upload is judged later, and decoded then.

    Every byte of every frame is read, so that a truncated one is found; of a JPEG, which is what cameras
    send, only an eighth of the resolution is computed.

    Args:
        frames: as `decode_clip`.
        timestamps_ms: as `decode_clip`.

    Raises:
        InvalidInput: as `decode_clip`.
    """
    check_timing(len(frames), timestamps_ms)
    _check_one_size(_read_through(data) for data in frames)


def _read_through(data: bytes) -> tuple[int, int]:
    """Width and height of a frame, upright, all of whose data are there."""
    picture = _checked(data, MAX_CLIP_PIXELS)
    width, height = picture.size
    picture.draft(None, (1, 1))
    _decoded(picture)
    turned = picture.getexif().get(ExifTags.Base.Orientation) in _ON_ITS_SIDE
    return (height, width) if turned else (width, height)


def _check_one_size(sizes: Iterable[tuple[int, ...]]) -> None:
    if len(set(sizes)) > 1:
        raise InvalidInput(
            "clip.size_changes", "the frames differ in size", hint="record without rotating the camera"
        )


def clip_frame(image: Image) -> Image:
    """An image as a clip holds it: its longer side `MAX_CLIP_SIDE` at most."""
    return _reduced(image, MAX_CLIP_SIDE)


def _open(data: bytes) -> PIL.Image.Image:
    try:
        return PIL.Image.open(io.BytesIO(data), formats=_FORMATS)
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError) as error:
        raise InvalidInput(
            "image.unknown_format",
            "the data is not an image of a known format",
            hint="send JPEG, PNG, WebP or JPEG 2000",
        ) from error
    except PIL.Image.DecompressionBombError as error:
        raise _too_many_pixels() from error


def _check_size(size: tuple[int, int], max_pixels: int) -> None:
    if size[0] * size[1] > max_pixels:
        raise _too_many_pixels()
    if min(size) < MIN_IMAGE_SIDE:
        raise InvalidInput(
            "image.too_small",
            f"the image is smaller than {MIN_IMAGE_SIDE} pixels",
            hint="send the original picture",
        )


def _too_many_pixels() -> InvalidInput:
    return InvalidInput("image.too_many_pixels", "the image has too many pixels", hint="reduce the picture")


def _to_bgr(picture: PIL.Image.Image) -> Image:
    upright = ImageOps.exif_transpose(picture)
    if upright.mode.startswith("I;16"):
        # Pillow would clip 16-bit grey to white instead of scaling it.
        upright = PIL.Image.fromarray((np.asarray(upright) >> 8).astype(np.uint8))
    if upright.has_transparency_data:
        layer = upright.convert("RGBA")
        upright = PIL.Image.new("RGB", layer.size, _MATTE)
        upright.paste(layer, mask=layer.getchannel("A"))
    return cv2.cvtColor(np.asarray(upright.convert("RGB"), dtype=np.uint8), cv2.COLOR_RGB2BGR).astype(
        np.uint8
    )


def _encode(image: Image, suffix: str, parameters: list[int]) -> bytes:
    done, buffer = cv2.imencode(suffix, image, parameters)
    if not done:
        raise ValueError(f"cannot encode an image of shape {image.shape}")
    return bytes(buffer)


def check_timing(count: int, timestamps_ms: Sequence[int]) -> None:
    """Raise InvalidInput unless so many frames at these times make a clip (codes: `decode_clip`)."""
    if len(timestamps_ms) != count:
        raise InvalidInput(
            "clip.timestamps", "the clip needs one timestamp per frame", hint="record it again"
        )
    if count < MIN_CLIP_FRAMES:
        raise InvalidInput("clip.too_few_frames", "the clip has too few frames", hint="record it again")
    if count > MAX_CLIP_FRAMES:
        raise InvalidInput(
            "clip.too_many_frames", "the clip has too many frames", hint="record about 10 per second"
        )
    if timestamps_ms[0] < 0 or any(b <= a for a, b in pairwise(timestamps_ms)):
        raise InvalidInput("clip.timestamps", "the timestamps do not increase", hint="record it again")
    lasted_ms = timestamps_ms[-1] - timestamps_ms[0]
    if lasted_ms > MAX_CLIP_MS:
        raise InvalidInput("clip.too_long", "the clip lasts too long", hint="record only while prompted")
    if (count - 1) * 1000 < MIN_CLIP_FPS * lasted_ms:
        raise InvalidInput(
            "clip.frame_rate", "the clip has too few frames per second", hint="record 10 per second"
        )


def _reduced(image: Image, max_side: int) -> Image:
    longer = max(image.shape[:2])
    if longer <= max_side:
        return image
    scale = max_side / longer
    size = (round(image.shape[1] * scale), round(image.shape[0] * scale))
    return cv2.resize(image, size, interpolation=cv2.INTER_AREA).astype(np.uint8)
