"""Finds the classes that a licence holds in its grid. Pure.

Only a whole grid counts: every cell must be read as its own word or as a dash, or no list is given, because a
word that was not read would silently be a class that is not held. The form of now has seven columns of two
cells whose words stand upright; older ones have rows of five.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from verifier.ocr.fields import FieldRead
from verifier.ocr.layout import Piece

UPRIGHT: Final = (
    ("大型", "小特"),
    ("中型", "原付"),
    ("準中型", "大二"),
    ("普通", "中二"),
    ("大特", "普二"),
    ("大自二", "大特二"),
    ("普自二", "引引二|引二|引"),
)
"""Columns of the form of now, each from top to bottom."""
ROWS: Final = (
    ("大型", "中型", "準中型", "普通", "大特"),
    ("大自二", "普自二", "小特", "原付", "け引"),
    ("大二", "中二", "普二", "大特二", "け引二"),
)
"""Rows of the older form, each from left to right."""
DASHES: Final = "-‐‑–—―ー一──|丨"
_WORDS: Final = set("".join("".join(cells) for cells in (*UPRIGHT, *ROWS))) - {"|"}
MIN_PITCH: Final = 0.7
"""Characters of one column stand within this share of a character of each other."""


@dataclass(frozen=True, slots=True)
class _Mark:
    """One character of the grid; `across` and `down` are its middle, px, `size` its height."""

    text: str
    confidence: float
    across: float
    down: float
    size: float


def read_classes(placed: Sequence[Piece]) -> FieldRead | None:
    """Read the grid.

    Args:
        placed: everything on the document.

    Returns:
        The classes held, in printed order, or None where a cell is not sure.
    """
    return _by_columns(placed) or _by_rows(placed)


def _by_columns(placed: Sequence[Piece]) -> FieldRead | None:
    marks = [mark for piece in placed if _of_grid(piece) for mark in _marks(piece)]
    columns = list(_columns(marks))
    if len(columns) != len(UPRIGHT):
        return None
    texts = ["".join(mark.text for mark in column) for column in columns]
    cells = [_cells(text, words) for text, words in zip(texts, UPRIGHT, strict=True)]
    whole = [cell for cell in cells if cell is not None]
    if len(whole) != len(cells):
        return None
    # the grid is read row by row
    return _held(
        [cell for row in zip(*whole, strict=True) for cell in row], [mark.confidence for mark in marks]
    )


def _by_rows(placed: Sequence[Piece]) -> FieldRead | None:
    rows = _rows([piece for piece in placed if _of_grid(piece) and not piece.upright])
    if len(rows) != len(ROWS):
        return None
    cells = [_cells("".join(each.text for each in row), words) for row, words in zip(rows, ROWS, strict=True)]
    whole = [cell for row in cells if row is not None for cell in row]
    if len(whole) != sum(map(len, ROWS)):
        return None
    return _held(whole, [value for row in rows for each in row for value in each.confidences])


def _rows(pieces: Sequence[Piece]) -> list[list[Piece]]:
    """Rows from top to bottom, each from left to right."""
    rows: list[list[Piece]] = []
    for piece in sorted(pieces, key=lambda piece: piece.top):
        if rows and piece.in_row_with(rows[-1][0]):
            rows[-1].append(piece)
        else:
            rows.append([piece])
    return [sorted(row, key=lambda piece: piece.left) for row in rows]


def _held(cells: Sequence[str], confidences: Sequence[float]) -> FieldRead | None:
    held = "・".join(cell for cell in cells if cell)
    return FieldRead(held, held, min(confidences)) if held else None


def _of_grid(piece: Piece) -> bool:
    return all(character in _WORDS or character in DASHES for character in piece.text)


def _marks(piece: Piece) -> Iterator[_Mark]:
    """The characters of a piece, one above the other in an upright one."""
    width, count = piece.right - piece.left, len(piece.text)
    middle = (piece.left + piece.right) / 2, (piece.top + piece.bottom) / 2
    for index, (text, confidence) in enumerate(zip(piece.text, piece.confidences, strict=True)):
        share = (index + 0.5) / count
        if piece.upright:
            yield _Mark(text, confidence, middle[0], piece.top + share * piece.height, piece.height / count)
        else:
            yield _Mark(text, confidence, piece.left + share * width, middle[1], piece.height)


def _columns(marks: Sequence[_Mark]) -> Iterator[list[_Mark]]:
    """Characters that stand above each other, columns from left to right."""
    ordered = sorted(marks, key=lambda mark: mark.across)
    column: list[_Mark] = ordered[:1]
    for before, mark in pairwise(ordered):
        if mark.across - before.across > MIN_PITCH * min(mark.size, before.size):
            yield sorted(column, key=lambda each: each.down)
            column = []
        column.append(mark)
    if column:
        yield sorted(column, key=lambda each: each.down)


def _cells(text: str, words: Sequence[str]) -> tuple[str, ...] | None:
    """What stands in each cell: its word, or nothing for a dash; None when the text is anything else."""
    pattern = "".join(f"(?:({word})|[{re.escape(DASHES)}])" for word in words)
    match = re.fullmatch(pattern, text)
    return None if match is None else tuple(group or "" for group in match.groups())
