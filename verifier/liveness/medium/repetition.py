"""Were these frames taken one after the other, or is a film repeated? Pure.

Exact copies: a sensor's noise never repeats, so two equal frames are one frame sent twice. Neighbours may be
(a slow camera behind a fast recorder), frames apart may not. Loops: while the person moves, a later stretch
that shows the same movement frame by frame is a repeated film, even when it was compressed anew. Says nothing
about a film shown once.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Final

import cv2
import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from verifier.types import Image

THUMBNAIL: Final = (64, 48)
SAMPLE_STEP: Final = 7
"""Every seventh pixel of every seventh row decides whether two frames are equal: 6,000 noisy values."""
MOVING: Final = 1.0
"""Mean difference of neighbouring thumbnails, grey levels, from which something moves."""
SAME: Final = 0.6
"""Mean difference, after the brightness was made equal, up to which two thumbnails show the same moment."""
MIN_MOVING_FRAMES: Final = 4
"""A repeated movement shorter than this may be chance: a person turns twice in much the same way."""


@dataclass(frozen=True, slots=True)
class Repetition:
    """What was found.

    Attributes:
        neighbours: share of frames equal to the one before.
        distant: frames equal to an earlier one with other frames between.
        loop: longest stretch of moving frames that shows an earlier one again.
    """

    neighbours: float
    distant: int
    loop: int


def repetition(frames: Sequence[Image]) -> Repetition:
    """Compare all frames of a clip with each other."""
    tags = [zlib.crc32(frame[::SAMPLE_STEP, ::SAMPLE_STEP].tobytes()) for frame in frames]
    neighbours = sum(a == b for a, b in pairwise(tags))
    return Repetition(
        neighbours=neighbours / max(1, len(tags) - 1), distant=_distant(tags), loop=_loop(_thumbnails(frames))
    )


def _distant(tags: Sequence[int]) -> int:
    """Frames seen before, apart from runs of one frame."""
    runs = [tag for tag, before in zip(tags, [None, *tags], strict=False) if tag != before]
    return len(runs) - len(set(runs))


def _loop(thumbnails: NDArray[np.float32]) -> int:
    """Longest run, at one distance, of moving frames that equal their earlier counterparts."""
    count = len(thumbnails)
    if count <= MIN_MOVING_FRAMES:
        return 0
    moving = np.abs(np.diff(thumbnails, axis=0)).mean(axis=1) >= MOVING
    longest = 0
    for lag in range(2, count - 1):
        equal = np.abs(thumbnails[lag:] - thumbnails[:-lag]).mean(axis=1) <= SAME
        longest = max(longest, _longest_run(equal[:-1] & equal[1:] & moving[: count - lag - 1]))
    return longest


def _longest_run(flags: NDArray[np.bool_]) -> int:
    edges = np.flatnonzero(np.diff(np.concatenate([[0], flags.astype(np.int8), [0]])))
    return int((edges[1::2] - edges[::2]).max(initial=0))


def _thumbnails(frames: Sequence[Image]) -> NDArray[np.float32]:
    """(N, 3072) grey thumbnails of equal mean brightness."""
    small = [
        # Grey first: leaving out pixels of one byte takes a quarter of the time of leaving out three.
        cv2.resize(cv2.cvtColor(f, cv2.COLOR_BGR2GRAY)[::2, ::2], THUMBNAIL, interpolation=cv2.INTER_AREA)
        for f in frames
    ]
    flat = np.stack(small).reshape(len(frames), -1).astype(np.float32)
    mean = flat.mean(axis=1, keepdims=True)
    return np.asarray(flat * (mean.mean() / np.maximum(mean, 1)), np.float32)
