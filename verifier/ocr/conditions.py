"""Finds a licence's conditions: up to four lines, one condition each, right of a label of two lines. Pure.

All of them or none: a condition that is left out would make a restricted licence look unrestricted.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Final

from verifier.ocr.fields import FieldRead
from verifier.ocr.glyphs import is_japanese
from verifier.ocr.layout import Piece
from verifier.ocr.rows import ALIGNMENT_HEIGHTS, MAX_GAP_HEIGHTS, follow, lead

LABEL: Final = re.compile(r"^(?:免許の条件等|免許の|条件等)")
OTHER_FIELD: Final = re.compile(r"有[効效]|番号|第\d|[号第]$|\d{6}|公安|交付|\d月|SPECIMEN|^見本|^優良$")
TITLE: Final = "運転免許証"
"""Stands as a column between the conditions and the photograph, and may be read character by character."""
MAX_LINES: Final = 4
MAX_LEAD_HEIGHTS: Final = 2.4
"""Middles of neighbouring lines, in heights of the print."""
UNEVEN: Final = 1.5
"""A line that was not read doubles the distance between its neighbours."""
SEPARATOR: Final = "、"


def read_conditions(placed: Sequence[Piece]) -> FieldRead | None:
    """Read the conditions.

    Args:
        placed: everything on the document that stands in rows.
    """
    labels, values = _cut(piece for piece in placed if piece.text not in TITLE)
    lines = _lines(labels, values)
    if not lines or len(lines) > MAX_LINES or _gap(lines):
        return None
    texts = [_ended("".join(part.text for part in line)) for line in lines]
    confidences = [value for line in lines for part in line for value in part.confidences]
    text = SEPARATOR.join(texts)
    return FieldRead(text, text, min(confidences)) if is_japanese(text) else None


def _cut(placed: Iterable[Piece]) -> tuple[list[Piece], list[Piece]]:
    """The label's lines and everything else; what was read in one piece with the label is cut off it."""
    labels, values = [], []
    for piece in placed:
        match = LABEL.match(piece.text)
        end = match.end() if match else 0
        if end:
            labels.append(piece.characters(0, end))
        if end < len(piece.text):
            values.append(piece.from_character(end))
    return labels, values


def _lines(labels: Sequence[Piece], values: Sequence[Piece]) -> list[tuple[Piece, ...]]:
    """The lines of the column that begins right of the label, top to bottom."""
    beside = [
        piece
        for piece in values
        if any(piece.in_row_with(label) and _right_of(label, piece) for label in labels)
        and not OTHER_FIELD.search(piece.text)
    ]
    if not beside:
        return []
    start, height = min(piece.left for piece in beside), max(label.height for label in labels)
    column = [piece for piece in values if abs(piece.left - start) <= ALIGNMENT_HEIGHTS * height]
    return [(piece, *follow(piece, values)) for piece in _field(beside, column)]


def _right_of(label: Piece, piece: Piece) -> bool:
    return 0 <= piece.left - label.right + label.height <= (MAX_GAP_HEIGHTS + 1) * label.height


def _field(beside: Sequence[Piece], column: Sequence[Piece]) -> list[Piece]:
    """All of the column from one other field to the next."""
    field: list[Piece] = []
    for piece in sorted(column, key=lambda piece: piece.top):
        if not OTHER_FIELD.search(piece.text):
            field.append(piece)
        elif any(each in beside for each in field):
            break
        else:
            field = []
    return field


def _gap(lines: Sequence[tuple[Piece, ...]]) -> bool:
    """True when lines are set so unevenly or so far apart that one between them was not read."""
    leads = [lead(upper[0], lower[0]) for upper, lower in pairwise(lines)]
    far = any(
        distance > MAX_LEAD_HEIGHTS * upper[0].height for distance, upper in zip(leads, lines, strict=False)
    )
    return far or (bool(leads) and max(leads) > UNEVEN * min(leads))


def _ended(text: str) -> str:
    """Without a character of the title that was read together with the end of the line."""
    return re.sub(rf"(?<=限る)[{TITLE}]+$", "", text)
