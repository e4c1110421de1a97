"""What happens while a document is photographed: shadows of fingers and a phone, the light's colour.

Amounts are guesses, growing with the level; no real photograph was measured.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from tests.sim.specimen.camera import FRAME_SIZE_PX, Level, capture
from tests.sim.specimen.held_out import photograph_held_out
from tests.sim.specimen.wear import is_sleeved, sleeved, worn
from verifier.types import Image


@dataclass(frozen=True, slots=True)
class Handling:
    """How a level's photographs are taken.

    Attributes:
        shadows: share of frames with a finger's shadow.
        darkness: of a shadow, share of light that it takes at most.
        cast: share by which the light's colour changes a channel at most.
        second_camera: share of documents photographed by the camera of `held_out.py`.
    """

    shadows: float
    darkness: float
    cast: float
    second_camera: float


HANDLING: Final[Mapping[Level, Handling]] = {
    "easy": Handling(shadows=0.1, darkness=0.2, cast=0.04, second_camera=0.0),
    "medium": Handling(shadows=0.3, darkness=0.35, cast=0.10, second_camera=0.3),
    "hard": Handling(shadows=0.5, darkness=0.45, cast=0.14, second_camera=0.0),
    "extreme": Handling(shadows=0.7, darkness=0.6, cast=0.20, second_camera=0.0),
}
FINGER_PX = (40, 110)
"""Half the width of a shadow, and how soft its edge is, come from this range."""


def photographs(flat: Image, level: Level, rng: np.random.Generator, *, count: int = 3) -> tuple[Image, ...]:
    """Wear a document, perhaps put it in a sleeve, and photograph it in hands.

    Args:
        flat: (H, W, 3) uint8, BGR.
        level: how bad everything is.
        rng: source of everything.
        count: independent photographs.

    Returns:
        (1200, 1600, 3) or (1440, 1920, 3) uint8, BGR each.
    """
    document, in_sleeve = worn(flat, level, rng), is_sleeved(level, rng)
    by_second = rng.random() < HANDLING[level].second_camera
    frames = []
    for _ in range(count):
        shown = sleeved(document, level, rng) if in_sleeve else document
        frame = photograph_held_out(shown, rng) if by_second else capture(shown, level, rng)
        frames.append(_in_light(frame, HANDLING[level], rng))
    return tuple(frames)


def _in_light(frame: Image, handling: Handling, rng: np.random.Generator) -> Image:
    light = 1 + rng.uniform(-handling.cast, handling.cast, 3).astype(np.float32)
    lit = frame * light
    if rng.random() < handling.shadows:
        lit *= 1 - rng.uniform(0.1, handling.darkness) * _finger(frame.shape[:2], rng)[:, :, None]
    return np.clip(lit, 0, 255).astype(np.uint8)


def _finger(size: tuple[int, int], rng: np.random.Generator) -> np.ndarray:
    """(H, W) float32, 1 in the shadow: a long soft shape that comes in from outside the frame."""
    height, width = size
    unit = width / FRAME_SIZE_PX[0]
    y, x = (np.arange(length, dtype=np.float32) for length in size)
    tip = rng.uniform((0.2 * width, 0.2 * height), (0.8 * width, 0.8 * height))
    angle = rng.uniform(0, 2 * math.pi)
    along = (x[None, :] - tip[0]) * math.cos(angle) + (y[:, None] - tip[1]) * math.sin(angle)
    across = -(x[None, :] - tip[0]) * math.sin(angle) + (y[:, None] - tip[1]) * math.cos(angle)
    half, soft = rng.uniform(*FINGER_PX, 2) * unit
    beyond = np.maximum(np.abs(across) - half, -along - half)
    return np.asarray(1 / (1 + np.exp(np.clip(beyond / (soft / 3), -30, 30))), np.float32)
