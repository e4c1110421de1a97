"""The sheet a layout is printed on: items placed in shares of its width and height, printed in order.

A layout is a tuple of items (items.py), which reads like the table of places it was taken from.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol, TypeAlias

import numpy as np
from PIL import Image as PillowImage
from PIL import ImageDraw, ImageFont

from tests.sim.specimen.fonts import Face, japanese_font
from verifier.types import Image

Role: TypeAlias = Literal["value", "label", "strong", "hand"]
"""What a piece of print is: filled in, part of the form, filled in bolder, or written by a pen."""
Faces: TypeAlias = Mapping[Role, Face]
Box: TypeAlias = tuple[float, float, float, float]
"""Left, top, right, bottom in shares of width and height."""

SERIF_FACES: Faces = {"value": "serif", "label": "sans", "strong": "serif-bold", "hand": "sans"}
SANS_FACES: Faces = {"value": "sans", "label": "sans", "strong": "sans-bold", "hand": "sans"}


@dataclass
class Sheet:
    """A document while it is printed.

    Attributes:
        canvas: RGB.
        texts: what the items' templates name.
        faces: which type face each role has on this document.
        portrait: (H, W, 3) uint8, BGR.
        rng: of every choice.
    """

    canvas: PillowImage.Image
    texts: Mapping[str, str]
    faces: Faces
    portrait: Image
    rng: np.random.Generator

    @property
    def pen(self) -> ImageDraw.ImageDraw:
        """To draw lines and areas with."""
        return ImageDraw.Draw(self.canvas)

    def point(self, x: float, y: float) -> tuple[int, int]:
        """Pixels of a place in shares."""
        return round(x * self.canvas.width), round(y * self.canvas.height)

    def box(self, place: Box) -> tuple[int, int, int, int]:
        """Pixels of a box in shares."""
        left, top, right, bottom = place
        return *self.point(left, top), *self.point(right, bottom)

    def font(self, role: Role, size: float) -> ImageFont.FreeTypeFont:
        """A face whose em is `size` of the sheet's height."""
        return japanese_font(self.faces[role], max(6, round(size * self.canvas.height)))


class Item(Protocol):
    """Something printed at a fixed place."""

    def draw(self, sheet: Sheet) -> None:
        """Print it."""


def printed(
    paper: Image,
    items: Sequence[Item],
    texts: Mapping[str, str],
    *,
    portrait: Image,
    rng: np.random.Generator,
    faces: Faces | None = None,
) -> Image:
    """Print items on paper.

    Args:
        paper: (H, W, 3) uint8, RGB.
        items: in the order of printing.
        texts: what is filled in.
        portrait: (H, W, 3) uint8, BGR.
        rng: of every choice.
        faces: drawn by `rng` if not given.

    Returns:
        (H, W, 3) uint8, BGR.

    Raises:
        FontMissingError: no Japanese font on this machine.
    """
    chosen = faces or (SERIF_FACES, SANS_FACES)[int(rng.integers(2))]
    sheet = Sheet(PillowImage.fromarray(paper), texts, chosen, portrait, rng)
    for item in items:
        item.draw(sheet)
    return np.ascontiguousarray(np.asarray(sheet.canvas)[:, :, ::-1])
