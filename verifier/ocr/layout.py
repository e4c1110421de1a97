"""Puts text lines into rows. Pure.

A frame that could not be rectified shows the card turned, so positions are taken along the lines' own common
direction, and lengths in units of text height.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from verifier.ocr.glyphs import compact

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from verifier.ocr.text import TextLine

ROW_OVERLAP = 0.5
"""Two pieces stand in one row when they overlap vertically by this share of the smaller one's height."""
MIN_DIRECTION_LENGTH = 3.0
"""Lines shorter than this many heights say little about the direction of the print."""
UPRIGHT_HEIGHTS = 1.5
"""A box this much taller than wide holds a column of characters: text readers turn it before they read it."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A line of text with its place, in px along and across the print's direction.

    Attributes:
        text: normalised, without spaces.
        confidences: one per character of `text`.
        left: start along the direction.
        right: end along the direction.
        top: upper edge across the direction.
        bottom: lower edge across the direction.
        centres: where each character of `text` stands along the direction; evenly spread where not told.
    """

    text: str
    confidences: tuple[float, ...]
    left: float
    right: float
    top: float
    bottom: float
    centres: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        if not self.centres:
            step = (self.right - self.left) / max(len(self.text), 1)
            even = tuple(self.left + (place + 0.5) * step for place in range(len(self.text)))
            object.__setattr__(self, "centres", even)

    @property
    def height(self) -> float:
        """Across the direction of the print."""
        return self.bottom - self.top

    @property
    def upright(self) -> bool:
        """True for a column of characters: beside many rows, part of none."""
        return self.height >= UPRIGHT_HEIGHTS * (self.right - self.left)

    def in_row_with(self, other: Piece) -> bool:
        """True when both stand in one row."""
        shared = min(self.bottom, other.bottom) - max(self.top, other.top)
        return shared >= ROW_OVERLAP * min(self.height, other.height)

    def from_character(self, start: int) -> Piece:
        """The rest of the piece from one character on; its left edge is interpolated."""
        return self.characters(start, len(self.text))

    def characters(self, start: int, end: int) -> Piece:
        """Some of the piece's characters; left and right edge are interpolated."""
        step = (self.right - self.left) / max(len(self.text), 1)
        return Piece(
            self.text[start:end],
            self.confidences[start:end],
            self.left + start * step,
            self.left + end * step,
            self.top,
            self.bottom,
            self.centres[start:end],
        )


def pieces(lines: Sequence[TextLine]) -> tuple[Piece, ...]:
    """Normalise lines and place them along their common direction, sorted from top to bottom.

    A line without text or without a place (an outline that is not finite) is none.
    """
    boxed = [(line, line.box.astype(np.float64)) for line in lines]
    somewhere = [(line, box) for line, box in boxed if np.isfinite(box).all()]
    turn = _turn_to_horizontal([box for _, box in somewhere])
    placed = [_piece(line, box, turn) for line, box in somewhere]
    return tuple(sorted((piece for piece in placed if piece.text), key=lambda piece: piece.top))


def _piece(line: TextLine, box: NDArray[np.float64], turn: NDArray[np.float64]) -> Piece:
    text, confidences, shares = compact(line)
    # The middle line of a box is steadier than its corners once the box itself is slightly turned.
    middle_left = (box[0] + box[3]) / 2 @ turn
    middle_right = (box[1] + box[2]) / 2 @ turn
    half = float(np.linalg.norm(box[3] - box[0])) / 2
    centre = float(middle_left[1] + middle_right[1]) / 2
    left, right = float(middle_left[0]), float(middle_right[0])
    centres = tuple(left + share * (right - left) for share in shares)
    return Piece(text, confidences, left, right, centre - half, centre + half, centres)


def _turn_to_horizontal(boxes: Sequence[NDArray[np.float64]]) -> NDArray[np.float64]:
    """(2, 2) matrix for row vectors that turns the median direction of long lines to the x axis."""
    angles = [
        float(np.arctan2(along[1], along[0]))
        for box in boxes
        for along in (box[1] - box[0],)
        if np.linalg.norm(along) >= MIN_DIRECTION_LENGTH * np.linalg.norm(box[3] - box[0])
    ]
    angle = float(np.median(angles)) if angles else 0.0
    cos, sin = np.cos(angle), np.sin(angle)
    return np.array([[cos, -sin], [sin, cos]])
