"""Finds a name in Latin capitals, with the spaces that compact text has lost. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from verifier.ocr.fields import FieldRead
from verifier.ocr.glyphs import compact, normalise
from verifier.ocr.layout import Piece
from verifier.ocr.rows import aligned, follow, lead
from verifier.ocr.text import TextLine

LABEL: Final = re.compile(r"^(?:氏名|NAME\b)?\s*(?:NAME\b)?\s*")
LATIN: Final = re.compile(r"[A-Z][A-Z',. -]*[A-Z.](?![A-Za-z0-9])")
"""Capitals up to the first character of another kind: kanji may stand beside them."""
NOT_A_NAME: Final = re.compile(
    r"NAME|SEX|STATUS|ADDRESS|SPECIMEN|JAPAN|ISA"
    r"|(?:GOVERNMENTOF|DATEOF|RESIDENCECARD|PERIODOF|NATIONALITY|MINISTRYOF|SPECIALPERM).*"
)
MAX_LEAD_HEIGHTS: Final = 5.0
"""The name stands at most this many heights of the birth date above it, 3.1 on the official specimen; a kanji
name or a second line may stand between."""
NEXT_LINE_HEIGHTS: Final = 1.7
MIN_SAME_PRINT: Final = 0.6
"""Lines of one name are of one size; the small print of the header is not."""
MAX_SINGLE_LETTERS: Final = 3
"""More words of one letter than this: the letters are set apart, and where words end is not known."""


def latin_name(below: Piece | None, placed: Sequence[Piece], lines: Sequence[TextLine]) -> FieldRead | None:
    """The Latin capitals above a piece, on one or more lines.

    Args:
        below: the birth date; without one no name is looked for.
        placed: everything on the document that stands in rows.
        lines: the same as read, with spaces.
    """
    if below is None:
        return None
    spaced = {compact(line)[0]: " ".join(normalise(line.text).split()) for line in lines}
    words = {piece: _words(spaced.get(piece.text, piece.text)) for piece in placed}
    named = [piece for piece in placed if words[piece]]
    near = [piece for piece in named if 0 < lead(piece, below) <= MAX_LEAD_HEIGHTS * below.height]
    lowest = max(near, key=lambda piece: piece.top, default=None)
    if lowest is None:
        return None
    first = min((piece for piece in near if piece.in_row_with(lowest)), key=lambda piece: piece.left)
    row = [piece for line in _lines_up(first, near) for piece in (line, *follow(line, near))]
    text = " ".join(words[piece] for piece in row)
    if sum(len(word) == 1 for word in text.split()) > MAX_SINGLE_LETTERS:
        return None
    return FieldRead(text, text, min(value for piece in row for value in piece.confidences))


def _words(text: str) -> str:
    """The capitals that a line begins with, behind its label; empty where it is no name."""
    match = LATIN.match(LABEL.sub("", text))
    words = "" if match is None else match[0].strip()
    return "" if NOT_A_NAME.fullmatch(words.replace(" ", "")) else words


def _lines_up(first: Piece, named: Sequence[Piece]) -> list[Piece]:
    """The first pieces of all lines of the name, top to bottom."""
    found = [first]
    while (above := _line_above(found[0], named)) is not None:
        found.insert(0, above)
    return found


def _line_above(line: Piece, named: Sequence[Piece]) -> Piece | None:
    for piece in named:
        above = line.height / 2 < lead(piece, line) <= NEXT_LINE_HEIGHTS * line.height
        same = MIN_SAME_PRINT <= piece.height / max(line.height, 1.0) <= 1 / MIN_SAME_PRINT
        if above and same and aligned(piece, line):
            return piece
    return None
