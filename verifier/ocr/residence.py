"""Finds the fields of a residence card's front (2012 form) among its text lines. Pure.

Labels on this card are small and bilingual and often not readable, so each field has a second anchor: the
birth date is a Gregorian date with the sex beside it, nationality stands after both, the name is the row of
Latin capitals above, the status is one of those that the law lists. The number has no check digit: letters
and digits have fixed places, where look-alikes are read as what their place allows, and only agreement of
frames makes it usable.

Source of items and number form: 在留カード等仕様書 v1.5 (Immigration Services Agency); of the statuses:
出入国管理及び難民認定法 別表第一, 第二.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

from verifier.era import PRINTED_DATE
from verifier.ocr.address import read_address
from verifier.ocr.countries import as_country
from verifier.ocr.fields import FieldName, FieldRead, FrameRead
from verifier.ocr.latin import latin_name
from verifier.ocr.layout import Piece, pieces
from verifier.ocr.rows import as_date, date_read, matches, only, rows, whole_row
from verifier.ocr.text import TextLine

EXPIRY: Final = re.compile(PRINTED_DATE.pattern + "まで有[効效]")
STAY: Final = re.compile(
    r"(?<![\d年月日])((?:\d{1,2}年)?(?:\d{1,2}月)?(?:\d{1,3}日)?)\((\d{4}年\d{1,2}月\d{1,2}日)\)?"
)
NUMBER: Final = re.compile(r"(?<![A-Z0-9])(?=[A-Z]*\d)[A-Z0-9]{12}(?![A-Z0-9])")
NUMBER_PLACES: Final = "LLDDDDDDDDLL"
"""L a letter, D a digit."""
AS_LETTER: Final = str.maketrans("0123456789", "OIZBASGTBG")
AS_DIGIT: Final = str.maketrans("OQDILZASGTB", "00011245678")
MAX_LOOK_ALIKES: Final = 2
"""More characters of the wrong sort than this, and it is another number: twelve digits are a My Number."""
BIRTH: Final = re.compile(r"(?<!\d)\d{4}年\d{1,2}月\d{1,2}日")
BIRTH_LABEL: Final = re.compile(r"生年月日|OFBIRTH")
SEX: Final = re.compile(r"男M?|女F?")
CONTRADICTION: Final = re.compile(r"男F|女M")
NATIONALITY: Final = re.compile(
    r"(?:地[域城或]|REGION|[男女][MF]?\.?(?!.*(?:地|REGION)))(?P<value>(?!.*(?:性別|国籍|地域))[ァ-ヶー・一-龥々()]{2,24})$"
)
"""What stands last in the row, behind its label, else right behind the sex."""
ADDRESS_LABEL: Final = re.compile(r"^(?:住居地)?(?:ADDRESS)?[::]?(?<=[地S::])")
STATUSES: Final = (
    "外交|公用|教授|芸術|宗教|報道|高度専門職|経営・管理|法律・会計業務|医療|研究|教育|技術・人文知識・国際業務"
    "|企業内転勤|介護|興行|技能実習|特定技能|育成就労|技能|文化活動|短期滞在|留学|研修|家族滞在|特定活動|永住者の配偶者等"
    "|日本人の配偶者等|永住者|定住者"
)
STATUS: Final = re.compile(rf"(?:在留資格|STATUS)*((?:{STATUSES})(?:[123]号[イロハ]?)?)[A-Za-z/(),.-]*")
NOT_AN_ADDRESS: Final = re.compile(rf"(?:{STATUSES})$|^(?:{STATUSES})|在留|就[労労]|STATUS|制限|\d年|ADDRESS")
MIDDLE_DOTS: Final = str.maketrans("·･•", "・・・")
UNDERLINES: Final = "_"
"""What readers make of the lines under the period of stay and the end of validity."""


def parse_residence(lines: Sequence[TextLine]) -> FrameRead:
    """Read the fields of one frame; whatever is missing or ambiguous is left out.

    Args:
        lines: all text found on the card, or in the whole frame.
    """
    placed = _in_rows(lines)
    printed = tuple(rows(placed))
    birth, beside = _birth_row(placed)
    finders: Mapping[FieldName, Callable[[], FieldRead | None]] = {
        "number": lambda: only(_numbers(printed)),
        "name": lambda: latin_name(birth, placed, lines),
        "birth_date": lambda: date_read([birth] if birth else [], BIRTH),
        "sex": lambda: _sex(beside),
        "nationality": lambda: _nationality(beside),
        "address": lambda: read_address(placed, ADDRESS_LABEL, NOT_AN_ADDRESS),
        "status": lambda: _status(placed),
        "stay": lambda: only(matches(_stay_rows(placed), STAY, group=1)),
        "stay_until": lambda: as_date(only(matches(_stay_rows(placed), STAY, group=2))),
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
    changed = sum(before != after for before, after in zip(text, read, strict=True))
    fits = re.fullmatch(r"[A-Z]{2}[0-9]{8}[A-Z]{2}", read) is not None
    return read if fits and changed <= MAX_LOOK_ALIKES else None


def _in_rows(lines: Sequence[TextLine]) -> tuple[Piece, ...]:
    """All that is printed from left to right, without what is only an underline."""
    flat = (_without(piece, UNDERLINES) for piece in pieces(lines) if not piece.upright)
    return tuple(replace(piece, text=piece.text.translate(MIDDLE_DOTS)) for piece in flat if piece.text)


def _without(piece: Piece, unwanted: str) -> Piece:
    kept = [pair for pair in zip(piece.text, piece.confidences, strict=True) if pair[0] not in unwanted]
    return replace(
        piece, text="".join(character for character, _ in kept), confidences=tuple(value for _, value in kept)
    )


def _numbers(printed: Sequence[Piece]) -> Iterator[FieldRead]:
    for read in matches(printed, NUMBER):
        number = as_number(read.printed)
        if number is not None:
            yield FieldRead(number, number, read.confidence)


def _birth_row(placed: Sequence[Piece]) -> tuple[Piece | None, Piece | None]:
    """The birth date, and what stands right of it in its row, joined.

    The topmost Gregorian date in a row that also says the sex or 生年月日: no other date has such neighbours.
    """
    values = [piece for piece in placed if not piece.text.isascii()]
    for piece in placed:
        row = whole_row(piece, values)
        date = BIRTH.search(row.text)
        if date is None or EXPIRY.search(row.text):
            continue
        beside = row.characters(date.end(), len(row.text))
        if BIRTH_LABEL.search(row.text) or SEX.search(beside.text):
            return row.characters(date.start(), date.end()), beside
    return None, None


def _sex(beside: Piece | None) -> FieldRead | None:
    if beside is None or CONTRADICTION.search(beside.text):
        return None
    return only(FieldRead(read.value[0], read.printed[0], read.confidence) for read in matches([beside], SEX))


def _nationality(beside: Piece | None) -> FieldRead | None:
    read = only(matches([beside] if beside else [], NATIONALITY, group="value"))
    country = as_country(read.value) if read else None
    return FieldRead(country, country, read.confidence) if read and country else None


def _status(placed: Sequence[Piece]) -> FieldRead | None:
    whole = [piece for piece in placed if STATUS.fullmatch(piece.text)]
    return only(matches(whole, STATUS, group=1))


def _stay_rows(placed: Sequence[Piece]) -> list[Piece]:
    """Whole rows, because a gap wider than others stands before the bracket."""
    return [whole_row(piece, placed) for piece in placed if STAY.search(piece.text)]
