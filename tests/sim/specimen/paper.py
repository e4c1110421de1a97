"""What all specimens are printed on and with: guilloche, the mark 見本 SPECIMEN, a pen, a photograph."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import cv2
import numpy as np
from PIL import Image as PillowImage
from PIL import ImageDraw, ImageFilter

from tests.sim.specimen.fonts import japanese_font

if TYPE_CHECKING:
    from verifier.types import Image

CARD_SIZE_PX = (1011, 638)
"""Width and height: ID-1, 85.6 x 54 mm, at 300 dpi."""
PEN_INK = (40, 52, 120)
MARK_INK = (196, 52, 60)


def draw_mark(draw: ImageDraw.ImageDraw, place: tuple[int, int], *, size_px: int = 56) -> None:
    """Print 見本 SPECIMEN: no specimen leaves this package without it."""
    draw.text(place, "見本 SPECIMEN", font=japanese_font("sans", size_px), fill=MARK_INK)


def write_date_by_hand(canvas: PillowImage.Image, place: tuple[int, int], rng: np.random.Generator) -> None:
    """Write a shaky date: a distractor beside a printed one."""
    year, month, day = 2026 + rng.integers(8), 1 + rng.integers(12), 1 + rng.integers(28)
    layer = PillowImage.new("L", (330, 60), 0)
    pen = ImageDraw.Draw(layer)
    x = 4.0
    for character in f"{year}年{month}月{day}日":
        pen.text((x, 8 + rng.normal(0, 2)), character, font=japanese_font("sans", 30), fill=210)
        x += 30 if character in "年月日" else 19
    layer = layer.rotate(rng.normal(0, 2)).filter(ImageFilter.GaussianBlur(0.8))
    canvas.paste(PillowImage.new("RGB", layer.size, PEN_INK), place, layer)


def guilloche(size_px: tuple[int, int], rng: np.random.Generator) -> Image:
    """Pastel blobs under fine sine lines, RGB."""
    width, height = size_px
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    paper = np.full((height, width, 3), (246, 243, 240), np.float32)
    for _ in range(6):
        centre_x, centre_y = rng.uniform(0, width), rng.uniform(0, height)
        strength = np.exp(-((x - centre_x) ** 2 + (y - centre_y) ** 2) / (2 * rng.uniform(90, 220) ** 2))
        paper -= strength[:, :, None] * rng.uniform(0, 22, 3).astype(np.float32)
    for _ in range(5):
        phase, slope = rng.uniform(0, 2 * math.pi), rng.uniform(-0.4, 0.4)
        wave = y + slope * x + 16 * np.sin(x / rng.uniform(40, 90) + phase)
        lines = np.cos(wave * 2 * math.pi / rng.uniform(9, 15)) > 0.93
        paper[lines] -= rng.uniform(4, 14, 3).astype(np.float32)
    return np.clip(paper, 0, 255).astype(np.uint8)


def rosettes(size_px: tuple[int, int], rng: np.random.Generator) -> Image:
    """A gradient under overlapping rosettes, RGB."""
    width, height = size_px
    ends = rng.uniform(222, 252, (2, 3)).astype(np.float32)
    share = np.linspace(0, 1, width, dtype=np.float32)[None, :, None]
    paper = np.repeat(ends[0] * (1 - share) + ends[1] * share, height, axis=0)
    paper = np.ascontiguousarray(paper)
    for _ in range(7):
        centre = rng.uniform(0, size_px)
        turns = np.linspace(0, 2 * math.pi, 720)
        radius = rng.uniform(60, 230) * (1 + 0.3 * np.cos(rng.integers(5, 12) * turns))
        curve = np.column_stack([np.cos(turns), np.sin(turns)]) * radius[:, None] + centre
        colour = tuple(float(c) for c in paper.mean(axis=(0, 1)) - rng.uniform(12, 30, 3))
        for scale in np.linspace(0.4, 1, 6):
            points = (curve - centre) * scale + centre
            cv2.polylines(paper, [points.astype(np.int32)], isClosed=True, color=colour, lineType=cv2.LINE_AA)
    return np.clip(paper, 0, 255).astype(np.uint8)


def cropped(portrait: Image, box: tuple[int, int, int, int]) -> Image:
    """Centre crop to a photo box (left, top, right, bottom), RGB."""
    left, top, right, bottom = box
    box_width, box_height = right - left, bottom - top
    height, width = portrait.shape[:2]
    scale = min(width / box_width, height / box_height)
    crop_width, crop_height = int(box_width * scale), int(box_height * scale)
    x, y = (width - crop_width) // 2, (height - crop_height) // 2
    crop = portrait[y : y + crop_height, x : x + crop_width]
    resized = cv2.resize(crop, (box_width, box_height), interpolation=cv2.INTER_AREA)
    return np.ascontiguousarray(resized[:, :, ::-1]).astype(np.uint8)
