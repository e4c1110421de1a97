"""The hand-held phone before which a synthetic person stands: light, a trembling hand, noise, JPEG."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING, Final

import cv2
import numpy as np

from tests.sim.face.head import EYE_DISTANCE_PX, EYES_AT, FRAME_SIZE, Field

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from verifier.types import Image

FRAMES_PER_SECOND: Final = 10.0
JITTER_SHARE: Final = 0.12
"""Frames come this share of an interval late at most."""
NOISE_LEVELS: Final = 2.0
"""Standard deviation of the sensor noise, grey levels of 255."""
DIM_NOISE_LEVELS: Final = 5.0
NOISE_SPARE_PX: Final = 256
JPEG_QUALITY: Final = 88
TREMBLE_PX: Final = 1.5
TREMBLE_DEGREES: Final = 0.3


class Light(StrEnum):
    """Where the light comes from."""

    PLAIN = "plain"
    DIM = "dim"
    SIDE = "side"
    BACK = "back"
    WARM = "warm"


@dataclass(frozen=True, slots=True)
class Camera:
    """How a clip is taken."""

    fps: float = FRAMES_PER_SECOND
    light: Light = Light.PLAIN


def frame_times(duration_ms: int, rng: np.random.Generator, fps: float = FRAMES_PER_SECOND) -> list[int]:
    """Capture times of a browser: regular but for some lateness."""
    interval = 1000 / fps
    late = rng.uniform(0, JITTER_SHARE * interval, int(duration_ms / interval) + 1)
    return [round(number * interval + delay) for number, delay in enumerate(late)]


def through_camera(frame: Image, rng: np.random.Generator, light: Light = Light.PLAIN) -> Image:
    """Light, a hand that trembles, exposure flicker, sensor noise, JPEG."""
    held = cv2.warpAffine(frame, _tremble(rng), FRAME_SIZE, borderMode=cv2.BORDER_REPLICATE)
    level = DIM_NOISE_LEVELS if light is Light.DIM else NOISE_LEVELS
    noise = _noise(rng) * np.float32(level)
    flicker = np.float32(rng.normal(1, 0.01))
    taken = np.clip(held * (_gain(light) * flicker) + noise, 0, 255).astype(np.uint8)
    _, data = cv2.imencode(".jpg", taken, [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY])
    return np.asarray(cv2.imdecode(data, cv2.IMREAD_COLOR), np.uint8)


def _noise(rng: np.random.Generator) -> Field:
    """A piece of one large sheet of noise, from a place of its own: drawing it anew costs half of a frame."""
    down, across = rng.integers(0, NOISE_SPARE_PX, 2)
    return _noise_sheet()[down : down + FRAME_SIZE[1], across : across + FRAME_SIZE[0]]


@cache
def _noise_sheet() -> Field:
    shape = (FRAME_SIZE[1] + NOISE_SPARE_PX, FRAME_SIZE[0] + NOISE_SPARE_PX, 3)
    return np.random.default_rng(0).standard_normal(shape, dtype=np.float32)


def _tremble(rng: np.random.Generator) -> NDArray[np.float64]:
    angle = float(rng.normal(0, TREMBLE_DEGREES / 3))
    matrix = np.asarray(cv2.getRotationMatrix2D(EYES_AT, angle, 1.0), np.float64)
    matrix[:, 2] += rng.normal(0, TREMBLE_PX / 3, 2)
    return matrix


@cache
def _gain(light: Light) -> Field:
    """Brightness factor by pixel and channel (BGR), (480, 640, 3) or broadcastable to it."""
    if light is Light.DIM:
        return np.full((1, 1, 3), 0.32, np.float32)
    if light is Light.WARM:
        return np.array([[[0.62, 0.88, 1.08]]], np.float32)
    x, y = (axis.astype(np.float32) for axis in np.meshgrid(*map(np.arange, FRAME_SIZE)))
    across = (x - EYES_AT[0]) / np.float32(EYE_DISTANCE_PX)
    if light is Light.SIDE:
        return np.asarray((0.78 + 0.45 * np.tanh(across / 0.8))[..., None], np.float32)
    if light is Light.BACK:
        down = (y - EYES_AT[1] - 40) / np.float32(EYE_DISTANCE_PX)
        inside = 1 / (1 + np.exp(6 * (np.hypot(across / 1.5, down / 2.0) - 1)))
        return np.asarray((1.45 - 1.0 * inside)[..., None], np.float32)
    return np.ones((1, 1, 1), np.float32)
