"""What happens to a flat document before it is photographed: its stock, years in a purse, a plastic sleeve.

All of it is mild enough that a person still reads every field; amounts by level are in `AMOUNTS`. They are
guesses: no worn document was measured.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np

from tests.sim.specimen.camera import Level
from verifier.types import Image


@dataclass(frozen=True, slots=True)
class Amount:
    """How worn the documents of one level are, at most.

    Attributes:
        tint: of the stock, share by which a channel is darker.
        scratches: how many.
        rubbed: share of ink that is gone in a rubbed patch.
        patches: rubbed patches.
        sleeves: share of documents in a plastic sleeve or laminate.
        haze: of a sleeve, share of contrast that it takes.
    """

    tint: float
    scratches: int
    rubbed: float
    patches: int
    sleeves: float
    haze: float


AMOUNTS: Final[Mapping[Level, Amount]] = {
    "easy": Amount(tint=0.04, scratches=2, rubbed=0.1, patches=1, sleeves=0.0, haze=0.0),
    "medium": Amount(tint=0.08, scratches=5, rubbed=0.25, patches=2, sleeves=0.2, haze=0.15),
    "hard": Amount(tint=0.12, scratches=9, rubbed=0.35, patches=3, sleeves=0.35, haze=0.22),
    "extreme": Amount(tint=0.15, scratches=14, rubbed=0.5, patches=4, sleeves=0.5, haze=0.35),
}
INK_PX = 13
"""Print is thinner than this, so its maximum over so many pixels is the paper."""


def worn(flat: Image, level: Level, rng: np.random.Generator) -> Image:
    """Give a flat document a stock colour, rubbed patches and scratches.

    Args:
        flat: (H, W, 3) uint8, BGR.
        level: how much at most.
        rng: draws how much, and where.
    """
    amount = AMOUNTS[level]
    tinted = flat * (1 - rng.uniform(0, amount.tint, 3).astype(np.float32))
    for _ in range(int(rng.integers(amount.patches + 1))):
        tinted = _rubbed(tinted, rng.uniform(0, amount.rubbed), rng)
    return _scratched(np.clip(tinted, 0, 255).astype(np.uint8), int(rng.integers(amount.scratches + 1)), rng)


def _rubbed(flat: np.ndarray, share: float, rng: np.random.Generator) -> np.ndarray:
    """Ink worn off in an elliptic patch, in grains."""
    height, width = flat.shape[:2]
    paper = cv2.GaussianBlur(cv2.dilate(flat, np.ones((INK_PX, INK_PX), np.uint8)), (0, 0), 5)
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    centre, reach = rng.uniform((0, 0), (width, height)), rng.uniform(0.06, 0.16, 2) * width
    patch = np.exp(-(((x - centre[0]) / reach[0]) ** 2) - ((y - centre[1]) / reach[1]) ** 2)
    grains = cv2.resize(rng.random((height // 3, width // 3), np.float32), (width, height))
    alpha = (share * patch * (0.5 + grains))[:, :, None]
    return np.asarray(flat * (1 - alpha) + paper * alpha, np.float32)


def _scratched(flat: Image, count: int, rng: np.random.Generator) -> Image:
    """Hairlines, light or dark, half transparent."""
    height, width = flat.shape[:2]
    scratched = flat.copy()
    for _ in range(count):
        start, angle = rng.uniform((0, 0), (width, height)), rng.uniform(0, math.pi)
        end = start + rng.uniform(0.05, 0.4) * width * np.array((math.cos(angle), math.sin(angle)))
        bend = (start + end) / 2 + rng.normal(0, 8, 2)
        line = np.array([start, bend, end], np.int32)
        shade = 250 if rng.random() < 0.6 else 110
        cv2.polylines(scratched, [line], False, (shade,) * 3, 1, cv2.LINE_AA)
    return cv2.addWeighted(scratched, 0.6, flat, 0.4, 0)


def is_sleeved(level: Level, rng: np.random.Generator) -> bool:
    """Draw whether a document is in a sleeve."""
    return bool(rng.random() < AMOUNTS[level].sleeves)


def sleeved(flat: Image, level: Level, rng: np.random.Generator) -> Image:
    """Lay a plastic sleeve over a document: haze, and a soft reflection that lies elsewhere in each frame."""
    height, width = flat.shape[:2]
    haze = rng.uniform(0.3, 1) * AMOUNTS[level].haze
    y, x = np.mgrid[0:height, 0:width].astype(np.float32) / width
    angle, middle = rng.uniform(0, math.pi), rng.uniform(-0.1, 1.1)
    across = x * math.cos(angle) + y * math.sin(angle) - middle
    streak = rng.uniform(20, 70) * np.exp(-((across / rng.uniform(0.02, 0.08)) ** 2))
    veiled = flat * (1 - haze) + 235 * haze + streak[:, :, None]
    return np.clip(veiled, 0, 255).astype(np.uint8)
