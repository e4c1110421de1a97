"""Finds fields among placed pieces of text: by row, by label, by what stands below. Pure.

Shared by the readers of all documents. Knows how print is arranged, not what any document prints. Two
different candidates for one field mean that the frame does not give it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from verifier.era import parse_printed_date
from verifier.ocr.fields import FieldRead
from verifier.ocr.layout import ROW_OVERLAP, Piece

MAX_GAP_HEIGHTS = 3.0
"""Pieces of one field stand at most this many text heights apart: a full-width space is one."""
MAX_LEAD_HEIGHTS = 1.7
"""The next line of a field begins at most this many text heights below the previous one's middle."""
ALIGNMENT_HEIGHTS = 1.5
"""Lines of one field begin at the same place, within this many text heights."""

MAX_COLUMN_LEAD_HEIGHTS = 2.0
"""Characters of one column follow each other within this many of their heights."""


def rows(placed: Sequence[Piece]) -> Iterator[Piece]:
    """Every piece joined with what follows it in its row without a wide gap; single pieces included."""
    for piece in placed:
        yield piece
        following = follow(piece, placed)
        if following:
            yield join((piece, *following))


def follow(first: Piece, placed: Sequence[Piece]) -> tuple[Piece, ...]:
    """The pieces right of the first one in its row, up to the first wide gap."""
    in_row = [piece for piece in placed if piece.left > first.left and piece.in_row_with(first)]
    chain = [first, *sorted(in_row, key=lambda piece: piece.left)]
    for index, (left, right) in enumerate(pairwise(chain), start=1):
        if right.left - left.right > MAX_GAP_HEIGHTS * max(left.height, right.height):
            return tuple(chain[1:index])
    return tuple(chain[1:])


def whole_row(piece: Piece, placed: Sequence[Piece]) -> Piece:
    """A piece joined with all that stands in its row, however wide the gaps.

    Each neighbour is compared with the one before it: over a document's width a row may climb or fall.
    """
    left = [other for other in placed if other.left < piece.left]
    right = [other for other in placed if other.left > piece.left]
    before, after = [piece], [piece]
    for other in sorted(left, key=lambda other: -other.left):
        if other.in_row_with(before[0]):
            before.insert(0, other)
    for other in sorted(right, key=lambda other: other.left):
        if other.in_row_with(after[-1]):
            after.append(other)
    return join((*before, *after[1:]))


def columns(placed: Sequence[Piece]) -> Iterator[Piece]:
    """Every single character joined with those right below it: a column that was read in pieces."""
    singles = [piece for piece in placed if len(piece.text) == 1]
    for piece in singles:
        column = [piece]
        while (below := _right_below(column[-1], singles)) is not None:
            column.append(below)
        if len(column) > 1:
            yield join(column)


def _right_below(upper: Piece, singles: Sequence[Piece]) -> Piece | None:
    """The nearest character under another one, no further than its height."""
    below = [
        piece
        for piece in singles
        if ROW_OVERLAP * upper.height < lead(upper, piece) <= MAX_COLUMN_LEAD_HEIGHTS * upper.height
        and abs(piece.left + piece.right - upper.left - upper.right) <= upper.height
    ]
    return min(below, key=lambda piece: piece.top, default=None)


def join(parts: Sequence[Piece]) -> Piece:
    """One piece out of several in a row."""
    return Piece(
        text="".join(part.text for part in parts),
        confidences=tuple(value for part in parts for value in part.confidences),
        left=parts[0].left,
        right=parts[-1].right,
        top=min(part.top for part in parts),
        bottom=max(part.bottom for part in parts),
        centres=tuple(centre for part in parts for centre in part.centres),
    )


def matches(found: Iterable[Piece], pattern: re.Pattern[str], *, group: int | str = 0) -> Iterator[FieldRead]:
    """What a pattern, or one group of it, finds in the rows; a match without characters finds nothing."""
    for row in found:
        for match in pattern.finditer(row.text):
            start, end = match.span(group)
            printed = row.text[start:end]
            if printed:
                yield FieldRead(printed, printed, min(row.confidences[start:end]))


def only(reads: Iterable[FieldRead]) -> FieldRead | None:
    """The one value that all candidates share, at its best confidence; None when they differ."""
    by_value: dict[str, FieldRead] = {}
    for read in reads:
        known = by_value.get(read.printed)
        if known is None or read.confidence > known.confidence:
            by_value[read.printed] = read
    return next(iter(by_value.values())) if len(by_value) == 1 else None


def date_read(found: Iterable[Piece], pattern: re.Pattern[str]) -> FieldRead | None:
    """The one printed date that a pattern finds; its value is empty when there is no such day."""
    return as_date(only(matches(found, pattern)))


def as_date(read: FieldRead | None) -> FieldRead | None:
    """The same reading with the civil date as its value; None when there is no date in it."""
    printed = parse_printed_date(read.printed) if read else None
    if read is None or printed is None:
        return None
    civil = printed.civil
    return FieldRead(civil.isoformat() if civil else "", read.printed, read.confidence)


def lead(upper: Piece, lower: Piece) -> float:
    """Distance between the middles of two rows, px; negative when the upper one is below."""
    return (lower.top + lower.bottom - upper.top - upper.bottom) / 2


def aligned(one: Piece, other: Piece) -> bool:
    """True when both begin at the same place."""
    return abs(one.left - other.left) <= ALIGNMENT_HEIGHTS * other.height


def after_label(placed: Sequence[Piece], label: re.Pattern[str]) -> tuple[Piece, ...]:
    """What stands in the row of a label, right of it."""
    for piece in placed:
        match = label.match(piece.text)
        if match is None:
            continue
        following = follow(piece, placed)
        return (piece.from_character(match.end()), *following) if match.end() < len(piece.text) else following
    return ()


def next_line(line: Piece, placed: Sequence[Piece], stop: re.Pattern[str]) -> Piece | None:
    """The line below that begins at the same place and is no other field (`stop` matches those)."""
    for piece in placed:
        below = ROW_OVERLAP * line.height < lead(line, piece) <= MAX_LEAD_HEIGHTS * line.height
        if below and aligned(piece, line):
            return None if stop.search(piece.text) else piece
    return None


def joined(parts: Sequence[Piece]) -> FieldRead | None:
    """The text of several pieces as one field; None when they are empty."""
    text = "".join(part.text for part in parts)
    if not text:
        return None
    return FieldRead(text, text, min(value for part in parts for value in part.confidences))
