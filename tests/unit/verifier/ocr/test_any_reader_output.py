"""Whatever a text reader makes of a photograph, reading ends in fields or in none, never in an exception.

The lines are those of drawn documents, cut, merged, swapped, set upright, emptied and misread, in boxes of
any size and place, and text of any kind. Nothing here knows what right fields would be, only that none is
malformed.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.verifier.ocr.printed_lines import card_lines, line
from tests.unit.verifier.ocr.test_licence import licence_lines
from tests.unit.verifier.ocr.test_licence_classes import former, grid
from tests.unit.verifier.ocr.test_passport_zone import page
from tests.unit.verifier.ocr.test_recognise import NEWER
from tests.unit.verifier.ocr.test_residence import published_lines, residence_lines
from verifier.ocr.consensus import agree
from verifier.ocr.documents import (
    LICENCE,
    PASSPORT,
    RESIDENCE,
    Document,
    _document_check,
    _parse,
    _plausibility_check,
)
from verifier.ocr.fields import FrameRead
from verifier.ocr.frames import Frame
from verifier.ocr.mynumber import parse_fields, parse_photograph
from verifier.ocr.text import TextLine

pytestmark = pytest.mark.unit

TODAY = date(2026, 11, 22)
DRAWN = (
    *card_lines(),
    *licence_lines(cells=(*grid("普通", "引"), *former("大特二"))),
    *residence_lines(),
    *published_lines(),
    *page(),
    *NEWER,
)
ODD = (
    "",
    " ",
    "\u3000",
    "()",
    "(２０１８年１０月２０日)",
    "年月日まで有効",
    "９９９９年９９月９９日まで有効",
    "平成00年00月00日生",
    "令和元年元月元日",
    "٣٤٥٦年١月٢日",
    "第〇OoIl|一二三四五号",
    "ß" * 44,
    "ﬃ㍿㈱㍻１年",
    "<" * 44,
    "P<" + "«" * 42,
    "\u202e\u200b\ufeff\x00",
    "𠮷" * 3,
    "性別国籍・地域",
    "引" * 60,
    "―" * 14,
)
EDGE = 1e6
SIZES = st.sampled_from([0.0, 1e-9, 1.0, 20.0, 300.0, 1e30])
CONFIDENCES = st.sampled_from([0.0, 0.5, 1.0])


@st.composite
def texts(draw: st.DrawFn) -> str:
    """Print as read: whole, cut, merged with another line, with characters exchanged; or anything else."""
    printed = st.sampled_from([each.text for each in DRAWN])
    text = draw(st.one_of(printed, printed, st.sampled_from(ODD), st.text(max_size=20)))
    start, end = draw(st.integers(0, 12)), draw(st.integers(0, 12))
    if draw(st.booleans()):
        text = text[start : len(text) - end]
    if draw(st.booleans()):
        text += draw(printed)
    if text and draw(st.booleans()):
        place = draw(st.integers(0, len(text) - 1))
        text = text[:place] + draw(st.sampled_from("0OlI1B8年月日号()<― 女")) + text[place + 1 :]
    return text


@st.composite
def anywhere(draw: st.DrawFn) -> TextLine:
    """A line of any text in a box of any form."""
    text = draw(texts())
    if draw(st.integers(0, 9)) == 0:
        corners = st.lists(st.floats(width=32), min_size=8, max_size=8)
        box = np.array(draw(corners), np.float32).reshape(4, 2)
    else:
        x, y = draw(st.floats(-EDGE, EDGE)), draw(st.floats(-EDGE, EDGE))
        width, height = draw(SIZES), draw(SIZES)
        box = np.array([(x, y), (x + width, y), (x + width, y + height), (x, y + height)], np.float32)
    return TextLine(text, tuple(draw(CONFIDENCES) for _ in text), box)


@st.composite
def moved(draw: st.DrawFn) -> TextLine:
    """A drawn line in about its place, which keeps rows together."""
    printed = draw(st.sampled_from(DRAWN))
    text = draw(st.one_of(st.just(printed.text), texts()))
    shift = np.array([draw(st.integers(-60, 60)), draw(st.integers(-20, 20))], np.float32)
    return TextLine(text, tuple(draw(CONFIDENCES) for _ in text), printed.box + shift)


OUTPUTS = st.lists(st.one_of(moved(), moved(), anywhere()), max_size=24)
DOCUMENTS = pytest.mark.parametrize("document", [LICENCE, RESIDENCE, PASSPORT], ids=lambda each: each.name)


def require_well_formed(read: FrameRead) -> None:
    """Every field has characters, and a confidence that is one."""
    for name, field in read.items():
        assert field.printed, name
        assert 0 <= field.confidence <= 1, name
        if name in {"birth_date", "expires_on", "issued_on", "stay_until"} and field.value:
            date.fromisoformat(field.value)


@pytest.mark.parametrize("parse", [parse_fields, parse_photograph], ids=lambda each: each.__name__)
@given(lines=OUTPUTS)
@settings(max_examples=60, deadline=None)
def test_a_my_number_card(parse: Callable[[list[TextLine]], FrameRead], lines: list[TextLine]) -> None:
    require_well_formed(parse(lines))


@DOCUMENTS
@given(outputs=st.lists(OUTPUTS, min_size=1, max_size=2))
@settings(max_examples=60, deadline=None)
def test_another_document_up_to_its_checks(document: Document, outputs: list[list[TextLine]]) -> None:
    reads = [_parse(document, TODAY, lines) for lines in outputs]
    for read in reads:
        require_well_formed(read)
    fields = agree([*reads, *reads])
    document.number_check(fields, len(reads))
    _plausibility_check(fields, TODAY)
    _document_check(document, [Frame(read) for read in reads])


@pytest.mark.parametrize("text", ODD)
@pytest.mark.parametrize(
    ("document", "printed"),
    [(LICENCE, licence_lines()), (RESIDENCE, published_lines()), (PASSPORT, page())],
    ids=["licence", "residence", "passport"],
)
def test_odd_text_in_every_place(document: Document, printed: tuple[TextLine, ...], text: str) -> None:
    for place, each in enumerate(printed):
        odd = line(text, *each.box[0], height=float(each.box[3][1] - each.box[0][1]))
        require_well_formed(_parse(document, TODAY, (*printed[:place], odd, *printed[place + 1 :])))
