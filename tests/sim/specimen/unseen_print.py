"""What the unseen layouts are printed with: their type faces, paper, and the play of a printing machine."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from tests.sim.specimen.items import Handwriting, Words
from tests.sim.specimen.paper import guilloche, rosettes
from tests.sim.specimen.sheet import Faces, Item
from verifier.types import Image

SIZE_PX: Final = (1284, 810)
"""Width and height: ID-1 at 381 dpi."""
BIZ_SERIF: Faces = {"value": "biz-serif", "label": "biz-sans", "strong": "biz-bold", "hand": "klee-hand"}
BIZ_SANS: Faces = {"value": "biz-sans", "label": "biz-sans", "strong": "biz-bold", "hand": "kurenaido-hand"}
PLUS: Faces = {"value": "plus-sans", "label": "plus-sans", "strong": "plus-bold", "hand": "klee-hand"}
SHIPPORI: Faces = {
    "value": "shippori-serif",
    "label": "zen-sans",
    "strong": "biz-bold",
    "hand": "kurenaido-hand",
}
ZEN: Faces = {"value": "zen-sans", "label": "biz-sans", "strong": "plus-bold", "hand": "klee-hand"}
FACES: Final = (BIZ_SERIF, BIZ_SANS, PLUS, SHIPPORI, ZEN)
PLAY: Final = (0.004, 0.002)
"""Every line stands so far from its place at most, shares of width and height: machines are not exact."""


def paper(rng: np.random.Generator, size_px: tuple[int, int] = SIZE_PX) -> Image:
    """Rosettes or sine lines, RGB."""
    return (rosettes if rng.integers(2) else guilloche)(size_px, rng)


def faces(rng: np.random.Generator) -> Faces:
    """Draw the faces of one document."""
    return FACES[int(rng.integers(len(FACES)))]


def played(items: Sequence[Item], rng: np.random.Generator) -> tuple[Item, ...]:
    """Move every written line a little."""
    return tuple(_moved(item, rng) for item in items)


def _moved(item: Item, rng: np.random.Generator) -> Item:
    across, down = rng.uniform(-1, 1, 2) * PLAY
    if isinstance(item, Words):
        right = None if item.right is None else item.right + across
        return replace(item, x=item.x + across, y=item.y + down, right=right)
    if isinstance(item, Handwriting):
        return replace(item, x=item.x + across, y=item.y + down)
    return item
