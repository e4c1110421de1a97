"""What a layout of a printed document is: a name, a source, and how to draw it.

Layouts are kept apart by who may look at them. Rules of the readers may be thought out on *seen* layouts;
*unseen* ones (`unseen_*.py`) are drawn from the same public descriptions for scripts/bench/ocr.py alone, and
nobody who writes a reader looks at them. SOURCES.md says where each description comes from.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

import numpy as np

from verifier.types import Image

Printed_contra = TypeVar("Printed_contra", contravariant=True)


class Draw(Protocol[Printed_contra]):
    """Draws one document, flat."""

    def __call__(self, printed: Printed_contra, portrait: Image, *, rng: np.random.Generator) -> Image:
        """Draw it: (H, W, 3) uint8, BGR; `portrait` the same; `rng` makes every choice."""


Document = TypeVar("Document")


@dataclass(frozen=True, slots=True)
class Layout(Generic[Document]):
    """One way a document is printed.

    Attributes:
        name: as in figures and in SOURCES.md, e.g. `mynumber_2016`.
        source: letters of the sources in SOURCES.md that give its places; empty for guessed ones.
        seen: whether readers' rules may be thought out on it.
        draw: draws it.
    """

    name: str
    source: str
    seen: bool
    draw: Draw[Document]
