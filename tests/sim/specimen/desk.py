"""Backgrounds for photographs of a card: a textured desk, plain or cluttered."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np
from PIL import Image as PillowImage
from PIL import ImageDraw

from tests.sim.specimen.fonts import japanese_font

if TYPE_CHECKING:
    from verifier.types import Image

CLUTTER_PIECES = 9


def plain_desk(size_px: tuple[int, int], rng: np.random.Generator) -> Image:
    """A desk of one colour with soft grain, BGR."""
    width, height = size_px
    colour = (rng.uniform(40, 220) + rng.uniform(-25, 25, 3)).astype(np.float32)
    grain = rng.normal(0, 1, (height // 4, width // 24)).astype(np.float32)
    stripes = cv2.resize(grain, size_px, interpolation=cv2.INTER_CUBIC)
    fine = rng.standard_normal((height, width), np.float32)
    shade = np.linspace(-1, 1, width, dtype=np.float32)[None, :] * np.float32(rng.uniform(-20, 20))
    relief = 7 * stripes + 3 * fine + shade
    return cv2.merge([np.clip(relief + channel, 0, 255).astype(np.uint8) for channel in colour])


def cluttered_desk(size_px: tuple[int, int], rng: np.random.Generator) -> Image:
    """A desk with papers, boxes and printed lines, BGR."""
    desk = plain_desk(size_px, rng)
    for _ in range(CLUTTER_PIECES):
        centre = tuple(float(v) for v in rng.uniform(0, size_px))
        extent = tuple(float(v) for v in rng.uniform(80, 420, 2))
        corners = cv2.boxPoints((centre, extent, float(rng.uniform(0, 180))))
        cv2.fillPoly(
            desk, [corners.astype(np.int32)], tuple(int(c) for c in rng.integers(20, 236, 3)), cv2.LINE_AA
        )
    return _with_print(desk, rng)


def _with_print(desk: Image, rng: np.random.Generator) -> Image:
    canvas = PillowImage.fromarray(desk)
    draw = ImageDraw.Draw(canvas)
    for text in ("お知らせ 2024年 1月15日", "請求書 4821", "受付番号 0937"):
        x, y = (int(v) for v in rng.uniform(0, (canvas.width - 300, 120)))
        y += int(rng.integers(2)) * (canvas.height - 160)
        draw.text((x, y), text, font=japanese_font("sans", 26), fill=(60, 60, 60))
    return np.asarray(canvas).copy()
