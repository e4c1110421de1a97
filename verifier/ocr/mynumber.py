"""Finds the fields of a My Number card's front among its text lines. Pure.

By meaning, not by place: dates by their form and the words 生 and まで有効, sex, name and address by their
words, the security code by what it stands with (`security_code`). The date that people write by hand beside
電子証明書の有効期限 looks like the card's own, and only the words tell them apart. Two candidates for one
field mean that the frame does not give it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from verifier.era import PRINTED_DATE
from verifier.ocr.address import address_start, read_address
from verifier.ocr.fields import FieldName, FieldRead, FrameRead
from verifier.ocr.layout import Piece, pieces
from verifier.ocr.quad import RECTIFIED_SIZE_PX
from verifier.ocr.rows import (
    after_label,
    aligned,
    as_date,
    follow,
    joined,
    lead,
    matches,
    next_line,
    only,
    rows,
)
from verifier.ocr.security_code import find_code
from verifier.ocr.sheet import RECTIFIED, Sheet, estimated
from verifier.ocr.text import TextLine

BIRTH = re.compile(rf"(?P<date>{PRINTED_DATE.pattern})[生牛王主]")
EXPIRY = re.compile(rf"(?P<date>{PRINTED_DATE.pattern})(?:ま[でて]有?[効效劾郊]?|.?.?有[効效]$)")
"""With what readers make of the words; no other date on the card is followed by any of it."""
SEX = re.compile(r"性別([男女])")
SEXES = ("男", "女")
NAME_LABEL = re.compile(r"^氏名[::]?")
ADDRESS_LABEL = re.compile(r"^住所[::]?")
NAME_TO_EXPIRY = {"one row": 0.25, "two rows": 0.33}
"""Share of the card's height between the rows of the name and of the end of validity: published pictures have
birth date and end of validity in one row; specimens also in two."""
NAME_PLACE = {"one row": (0.025, 0.12), "two rows": (0.04, 0.08)}
"""Where the word 氏名 stands, shares of width and height, in the same two forms."""
UNREAD = (0.06, 0.28, 0.42, 0.78)
"""Left, right, top, bottom of what is sure to be photograph, shares of the card's width and height: its
published place is .045 to .285 and .35 to .84, with room for what stands around it."""
LONG_LINES_LEFT, LONG_LINES_TOP = 0.36, 0.45
"""Right of and below these shares no field is long: signature panel and donor lines stand there."""
LONG_LINE_HEIGHTS = 20.0
"""A serial number with its code is at most about 16 heights wide; the donor lines are 25 and more."""
NOT_A_NAME = re.compile(r"個人番号|カード$|SPECIMEN|^見本$|^性別|^[男女]$")
NOT_AN_ADDRESS = re.compile(r"性別|\d年|元年|有効|氏名|個人番号|^カード$|^[男女]$")
MAX_NAME_LEAD_HEIGHTS = 3.0
"""The name stands at most this many heights of the address print above it."""


def parse_fields(lines: Sequence[TextLine]) -> FrameRead:
    """Read the fields among the lines of a rectified card.

    Args:
        lines: text on the card, and nothing beside it, placed in px of the rectified card.

    Returns:
        The fields found; whatever is missing or ambiguous is left out. "code_doubt" says why the code was, if
        there were candidates for it.
    """
    placed = pieces(lines)
    return _fields(placed, lambda _: RECTIFIED)


def parse_photograph(lines: Sequence[TextLine]) -> FrameRead:
    """Read the fields among the lines of a photograph whose card has no outline.

    A number lying beside the card must not pass for its security code, so that is only looked for within the
    card as estimated from the distance of two of its rows.
    """
    placed = pieces(lines)
    return _fields(placed, lambda printed: _estimated(placed, printed))


def _fields(placed: Sequence[Piece], extent: Callable[[Sequence[Piece]], Sheet | None]) -> FrameRead:
    """All fields; `extent` gives the card's from its rows."""
    printed = tuple(rows(placed))
    finders: Mapping[FieldName, Callable[[], FieldRead | None]] = {
        "name": lambda: _name(placed),
        "address": lambda: read_address(placed, ADDRESS_LABEL, NOT_AN_ADDRESS),
        "birth_date": lambda: _date(printed, BIRTH, "生"),
        "sex": lambda: only(matches(printed, SEX, group=1)) or _lone_sex(placed),
        "expires_on": lambda: _date(printed, EXPIRY, "まで有効"),
    }
    found = {name: find() for name, find in finders.items()} | _code(placed, extent(printed))
    given: FrameRead = {name: read for name, read in found.items() if read is not None}
    return given if given.keys() - {"code_doubt"} else {}


def _code(placed: Sequence[Piece], sheet: Sheet | None) -> dict[FieldName, FieldRead | None]:
    """The security code, or why there is none."""
    if sheet is None:
        return {}
    found = find_code(placed, sheet)
    doubt = FieldRead(found.doubt, found.doubt, 0.0) if found.doubt else None
    return {"security_code": found.read, "code_doubt": doubt}


def _estimated(placed: Sequence[Piece], printed: Sequence[Piece]) -> Sheet | None:
    """The card's extent from the rows of its name and its end of validity."""
    name = next((piece for piece in placed if NAME_LABEL.match(piece.text)), None)
    expiry = next((row for row in printed if EXPIRY.search(row.text)), None)
    if name is None or expiry is None:
        return None
    birth = next((row for row in printed if BIRTH.search(row.text)), None)
    form = "one row" if birth is not None and birth.in_row_with(expiry) else "two rows"
    left, down = NAME_PLACE[form]
    return estimated(name, expiry, share=NAME_TO_EXPIRY[form], name_left=left, name_down=down)


def worth_reading(outline: NDArray[np.float32]) -> bool:
    """Tell whether a line of a rectified card may hold a field or a word beside one.

    Coarse on purpose: only what is far from every field is left unread, which saves half of the time.

    Args:
        outline: (4, 2), px of the rectified card.
    """
    across, down = outline.mean(axis=0) / RECTIFIED_SIZE_PX
    length = float(np.linalg.norm(outline[1] - outline[0]))
    thickness = float(np.linalg.norm(outline[3] - outline[0]))
    left, right, top, bottom = UNREAD
    in_photograph = left < across < right and top < down < bottom
    beside = across > LONG_LINES_LEFT and down > LONG_LINES_TOP
    return not in_photograph and not (beside and length >= LONG_LINE_HEIGHTS * thickness)


def _date(printed: Sequence[Piece], pattern: re.Pattern[str], word: str) -> FieldRead | None:
    """The one date before a word, printed with the word as it should be: frames agree on the date."""
    read = as_date(only(matches(printed, pattern, group="date")))
    return None if read is None else replace(read, printed=read.printed + word)


def _lone_sex(placed: Sequence[Piece]) -> FieldRead | None:
    """The one free-standing 男 or 女: the small word before it is often unread."""
    return only(
        FieldRead(piece.text, piece.text, piece.confidences[0]) for piece in placed if piece.text in SEXES
    )


def _name(placed: Sequence[Piece]) -> FieldRead | None:
    """The row after its word and the rows under it: a Latin name, a name in kanji, a name in use (通称)."""
    parts = after_label(placed, NAME_LABEL) or _above_address(placed)
    kept = [part for part in parts if not NOT_A_NAME.search(part.text)]
    if not kept:
        return None
    address = address_start(placed, ADDRESS_LABEL)
    above = [piece for piece in placed if address and not _from(address[0], piece)]
    line = next_line(kept[0], above, NOT_A_NAME)
    while line is not None:
        kept += [line, *(part for part in follow(line, above) if not NOT_A_NAME.search(part.text))]
        line = next_line(line, above, NOT_A_NAME)
    return joined(kept)


def _from(address: Piece, piece: Piece) -> bool:
    """True for what stands in the address's first row or below it."""
    return piece.in_row_with(address) or lead(address, piece) > 0


def _above_address(placed: Sequence[Piece]) -> tuple[Piece, ...]:
    """The row right above the address, which begins at the same place."""
    address = address_start(placed, ADDRESS_LABEL)
    if not address:
        return ()
    start = address[0]
    above = [piece for piece in placed if lead(piece, start) > 0 and aligned(piece, start)]
    nearest = min(above, key=lambda piece: lead(piece, start), default=None)
    if nearest is None or lead(nearest, start) > MAX_NAME_LEAD_HEIGHTS * start.height:
        return ()
    return (nearest, *follow(nearest, placed))
