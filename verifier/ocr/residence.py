"""Finds the fields of a residence card's front (2012 form) among its text lines. Pure.

Labels on this card are small and bilingual and often not readable, so each field has a second anchor: the
birth date is the topmost date, sex and nationality stand in its row, the name is the row of Latin capitals
above it, the status is one of those that the law lists. The number has no check digit: letters and digits
have fixed places, where look-alikes are read as what their place allows, and only agreement of frames makes
it usable.

Source of items and number form: 在留カード等仕様書 v1.5 (Immigration Services Agency); of the statuses:
出入国管理及び難民認定法 別表第一, 第二.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final

from verifier.era import PRINTED_DATE, parse_printed_date
from verifier.ocr.address import read_address
from verifier.ocr.fields import FieldName, FieldRead, FrameRead
from verifier.ocr.layout import Piece, pieces
from verifier.ocr.rows import as_date, date_read, follow, joined, lead, matches, only, rows
from verifier.ocr.text import TextLine

EXPIRY: Final = re.compile(PRINTED_DATE.pattern + "まで有[効效]")
STAY: Final = re.compile(r"((?:\d{1,2}年)?(?:\d{1,2}月)?(?:\d{1,3}日)?)\((\d{4}年\d{1,2}月\d{1,2}日)\)?")
NUMBER: Final = re.compile(r"(?<![A-Z0-9])(?=[A-Z]*\d)[A-Z0-9]{12}(?![A-Z0-9])")
NUMBER_PLACES: Final = "LLDDDDDDDDLL"
"""L a letter, D a digit."""
AS_LETTER: Final = str.maketrans("0123456789", "OIZBASGTBG")
AS_DIGIT: Final = str.maketrans("OQDILZASGTB", "00011245678")
SEX: Final = re.compile(r"([男女])[FM]?")
NATIONALITY_LABEL: Final = re.compile(r"^(?:国.{0,3}地域|NATIONALITY.?REGION)")
ADDRESS_LABEL: Final = re.compile(r"^(?:住居地)?(?:ADDRESS)?[::]?(?<=[地S::])")
LATIN_NAME: Final = re.compile(r"[A-Z][A-Z'.,-]+")
NOT_A_NAME: Final = re.compile(r"^(?:NAME|SEX|STATUS|ADDRESS|DATEOF|GOVERNMENT|RESIDENCE|PERIOD|NATIONALITY)")
STATUSES: Final = (
    "外交|公用|教授|芸術|宗教|報道|高度専門職|経営・管理|法律・会計業務|医療|研究|教育|技術・人文知識・国際業務"
    "|企業内転勤|介護|興行|技能実習|特定技能|育成就労|技能|文化活動|短期滞在|留学|研修|家族滞在|特定活動|永住者の配偶者等"
    "|日本人の配偶者等|永住者|定住者"
)
STATUS: Final = re.compile(rf"(?:在留資格|STATUS)?((?:{STATUSES})(?:[123]号[イロハ]?)?)")
NOT_AN_ADDRESS: Final = re.compile(rf"^(?:{STATUSES})|在留|就[労労]|STATUS|制限|\d年")
MIDDLE_DOTS: Final = str.maketrans("·･.", "・・・")
MAX_NAME_LEAD_HEIGHTS: Final = 3.5
"""The name stands at most this many heights of the birth date above it; specimens: 1.6."""


def parse_residence(lines: Sequence[TextLine]) -> FrameRead:
    """Read the fields of one frame; whatever is missing or ambiguous is left out.

    Args:
        lines: all text found on the card, or in the whole frame.
    """
    placed = pieces(lines)
    printed = tuple(rows(placed))
    birth = _birth(placed)
    finders: Mapping[FieldName, Callable[[], FieldRead | None]] = {
        "number": lambda: only(_numbers(printed)),
        "name": lambda: _name(birth, placed, lines),
        "birth_date": lambda: date_read([birth] if birth else [], PRINTED_DATE),
        "sex": lambda: _sex(birth, placed),
        "nationality": lambda: _nationality(birth, placed),
        "address": lambda: read_address(placed, ADDRESS_LABEL, NOT_AN_ADDRESS),
        "status": lambda: _status(placed),
        "stay": lambda: only(read for read in matches(printed, STAY, group=1) if read.printed),
        "stay_until": lambda: as_date(only(matches(printed, STAY, group=2))),
        "expires_on": lambda: date_read(printed, EXPIRY),
    }
    found = {name: find() for name, find in finders.items()}
    return {name: read for name, read in found.items() if read is not None}


def as_number(text: str) -> str | None:
    """Read twelve characters as a card number, each as what its place allows; None if that fails."""
    read = "".join(
        (character.translate(AS_DIGIT) if place == "D" else character.translate(AS_LETTER))
        for character, place in zip(text, NUMBER_PLACES, strict=True)
    )
    return read if re.fullmatch(r"[A-Z]{2}[0-9]{8}[A-Z]{2}", read) else None


def _numbers(printed: Sequence[Piece]) -> Iterator[FieldRead]:
    for read in matches(printed, NUMBER):
        number = as_number(read.printed)
        if number is not None:
            yield FieldRead(number, number, read.confidence)


def _birth(placed: Sequence[Piece]) -> Piece | None:
    """The topmost date that is not the end of anything."""
    dates = [piece for piece in placed if PRINTED_DATE.search(piece.text) and not EXPIRY.search(piece.text)]
    first = min(dates, key=lambda piece: piece.top, default=None)
    printed = parse_printed_date(first.text) if first else None
    return first if printed is not None and printed.era is None and first is not None else None


def _name(birth: Piece | None, placed: Sequence[Piece], lines: Sequence[TextLine]) -> FieldRead | None:
    """The Latin capitals right above the birth date, with the spaces that compact text has lost."""
    if birth is None:
        return None
    above = [piece for piece in placed if _may_be_name(piece) and lead(piece, birth) > 0]
    near = [piece for piece in above if lead(piece, birth) <= MAX_NAME_LEAD_HEIGHTS * birth.height]
    lowest = max(near, key=lambda piece: piece.top, default=None)
    if lowest is None:
        return None
    row = [piece for piece in (lowest, *follow(lowest, placed)) if _may_be_name(piece)]
    read = joined(row)
    spaced = " ".join(_spaced(piece, lines) for piece in row)
    return read and FieldRead(spaced, read.printed, read.confidence)


def _may_be_name(piece: Piece) -> bool:
    return LATIN_NAME.fullmatch(piece.text) is not None and NOT_A_NAME.match(piece.text) is None


def _spaced(piece: Piece, lines: Sequence[TextLine]) -> str:
    same = (line.text for line in lines if "".join(line.text.split()) == piece.text)
    return " ".join(next(same, piece.text).split())


def _beside(birth: Piece | None, placed: Sequence[Piece]) -> list[Piece]:
    """What stands right of the birth date in its row, left to right."""
    if birth is None:
        return []
    right = [piece for piece in placed if piece.left > birth.left and piece.in_row_with(birth)]
    return sorted(right, key=lambda piece: piece.left)


def _sex(birth: Piece | None, placed: Sequence[Piece]) -> FieldRead | None:
    return only(matches(_beside(birth, placed), SEX, group=1))


def _nationality(birth: Piece | None, placed: Sequence[Piece]) -> FieldRead | None:
    """The last piece of the row, without its label."""
    beside = [piece for piece in _beside(birth, placed) if not piece.text.isascii()]
    if birth is None or not beside:
        return None
    last = beside[-1]
    label = NATIONALITY_LABEL.match(last.text)
    value = last.from_character(label.end()) if label else last
    if not value.text or SEX.match(value.text) or not _level(birth, last):
        return None
    return joined((value,))


def _level(one: Piece, other: Piece) -> bool:
    """True when the middles of both stand within half a height of each other."""
    return abs(lead(one, other)) <= max(one.height, other.height) / 2


def _status(placed: Sequence[Piece]) -> FieldRead | None:
    dotted = [_with_text(piece, piece.text.translate(MIDDLE_DOTS)) for piece in placed]
    whole = [piece for piece in dotted if STATUS.fullmatch(piece.text)]
    return only(matches(whole, STATUS, group=1))


def _with_text(piece: Piece, text: str) -> Piece:
    return Piece(text, piece.confidences, piece.left, piece.right, piece.top, piece.bottom)
