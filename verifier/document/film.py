"""Untrusted bytes of a filmed tilt in, bounded frames out, one at a time.

Decides whether a film may be examined, within fixed limits of pixels; frames and time have the limits of any
clip (`verifier.image`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

import cv2
import numpy as np

from verifier.document.challenge import TiltChallenge
from verifier.errors import InvalidInput
from verifier.image import check_timing, decode_image
from verifier.types import Image

MIN_SIDE_PX: Final = 480
"""Shorter side: a card in a smaller picture shows neither its edge nor a screen's pixels."""
MAX_SIDE_PX: Final = 1280
"""Longer frames are reduced: a card is about 1000 px wide then, as the edge strip asks."""
MAX_PIXELS: Final = 12_000_000
"""A still of a phone's camera; frames of a film are smaller."""


@dataclass(frozen=True, slots=True)
class TiltFilm:
    """A film as it was uploaded.

    Attributes:
        frames: encoded images, in order.
        timestamps_ms: milliseconds since the challenge was shown, one per frame.
        challenge: what it answers.
    """

    frames: tuple[bytes, ...] = field(repr=False)
    timestamps_ms: tuple[int, ...]
    challenge: TiltChallenge

    def __iter__(self) -> Iterator[tuple[int, Image]]:
        """(time in ms, (H, W, 3) uint8 BGR): decoded one by one, so that one frame is in memory at a time."""
        return decoded(self.frames, self.timestamps_ms)


def decoded(frames: tuple[bytes, ...], timestamps_ms: tuple[int, ...]) -> Iterator[tuple[int, Image]]:
    """Decode frame by frame.

    Raises:
        InvalidInput: "film.too_small", "film.size_changes", or a code of `check_timing` ("clip.*") or of
            `decode_image` ("image.*").
    """
    check_timing(len(frames), timestamps_ms)
    size: tuple[int, ...] | None = None
    for data, time_ms in zip(frames, timestamps_ms, strict=True):
        image = decode_image(data, max_pixels=MAX_PIXELS)
        if min(image.shape[:2]) < MIN_SIDE_PX:
            raise InvalidInput("film.too_small", f"a side is under {MIN_SIDE_PX} px", hint="film at 1280x960")
        if size not in {None, image.shape}:
            raise InvalidInput("film.size_changes", "the frames differ in size", hint="film without rotating")
        size = image.shape
        yield time_ms, _reduced(image)


def check_film(frames: tuple[bytes, ...], timestamps_ms: tuple[int, ...]) -> None:
    """Refuse what `decoded` refuses."""
    for _ in decoded(frames, timestamps_ms):
        pass


def _reduced(image: Image) -> Image:
    scale = MAX_SIDE_PX / max(image.shape[:2])
    if scale >= 1:
        return image
    return np.asarray(cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), np.uint8)
