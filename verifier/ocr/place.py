"""Places on a document as shares of its width and height. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from verifier.types import Image


@dataclass(frozen=True, slots=True)
class Place:
    """A part of a document: shares of its width (left, right) and height (top, bottom)."""

    left: float
    right: float
    top: float
    bottom: float

    def of(self, image: Image) -> Image:
        """That part of a picture of the document, a view."""
        height, width = image.shape[:2]
        rows = slice(round(self.top * height), round(self.bottom * height))
        columns = slice(round(self.left * width), round(self.right * width))
        return image[rows, columns]


WHOLE = Place(0.0, 1.0, 0.0, 1.0)
