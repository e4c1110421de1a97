"""However a reader garbles the foot of a My Number card, no other digits pass for its security code."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.verifier.ocr.front_lines import PITCH, WIDTH, front, lettered, put
from verifier.ocr.consensus import agree
from verifier.ocr.mynumber import parse_fields
from verifier.ocr.text import TextLine

pytestmark = pytest.mark.properties

SERIALS = st.text("0123456789ABCDEF", min_size=16, max_size=16).filter(
    lambda text: sum(character.isdigit() for character in text) >= 6
)
CODES = st.text("0123456789", min_size=4, max_size=4)
SPECKS = ".'-1I|"
FOOT, SIZE = 0.945, 0.036


@dataclass(frozen=True)
class Print:
    """Characters of the card's foot with their places, px; `True` for those of the code."""

    characters: tuple[tuple[str, float, bool], ...]

    @property
    def code(self) -> str:
        """What is left of the code."""
        return "".join(text for text, _, of_code in self.characters if of_code)


@st.composite
def feet(draw: st.DrawFn) -> tuple[str, Print, tuple[TextLine, ...]]:
    """A foot as printed: the code, its characters, and the lines that a reader makes of them."""
    serial, code = draw(SERIALS), draw(CODES)
    grouped, gap = draw(st.booleans()), draw(st.floats(1.1, 2.5)) * PITCH * WIDTH
    place, characters = 0.04 * WIDTH, list[tuple[str, float, bool]]()
    for index, character in enumerate(serial):
        place += PITCH * WIDTH if grouped and index and index % 4 == 0 else 0.0
        characters.append((character, place + PITCH * WIDTH / 2, False))
        place += PITCH * WIDTH
    place += gap
    wider = draw(st.floats(1.0, 1.15)) * PITCH * WIDTH
    characters += [(digit, place + (index + 0.5) * wider, True) for index, digit in enumerate(code)]
    left = _garbled(draw, characters)
    return code, Print(tuple(left)), _lines(draw, left)


def _garbled(draw: st.DrawFn, characters: Sequence[tuple[str, float, bool]]) -> list[tuple[str, float, bool]]:
    """Some characters lost, a run of them covered, letters of the serial misread, a speck read as one."""
    kept = list(characters)
    for _ in range(draw(st.integers(0, 2))):
        kept.pop(draw(st.integers(0, len(kept) - 1)))
    if draw(st.booleans()):
        start, length = draw(st.integers(0, len(kept) - 1)), draw(st.integers(0, len(kept)))
        kept = [each for index, each in enumerate(kept) if not start <= index < start + length]
    if kept and draw(st.booleans()):
        index = draw(st.integers(0, len(kept) - 1))
        text, place, of_code = kept[index]
        kept[index] = (text if of_code else draw(st.sampled_from("OISBZG08")), place, of_code)
    if draw(st.booleans()):
        kept.insert(0, (draw(st.sampled_from(SPECKS)), 0.02 * WIDTH, False))
    return kept


def _lines(draw: st.DrawFn, characters: Sequence[tuple[str, float, bool]]) -> tuple[TextLine, ...]:
    """One line, or several, cut anywhere."""
    cuts = sorted({0, len(characters), *draw(st.lists(st.integers(0, len(characters)), max_size=2))})
    parts = [characters[start:end] for start, end in pairwise(cuts) if end > start]
    return tuple(
        lettered(
            "".join(text for text, _, _ in part), [place for _, place, _ in part], FOOT * 821, SIZE * 410
        )
        for part in parts
    )


@st.composite
def distractors(draw: st.DrawFn) -> tuple[TextLine, ...]:
    """What panel, certificates' box, address and donor lines hold besides."""
    number = draw(CODES)
    found = (
        put("東京都千代田区麹町1丁目2番3号", 0.10, 0.22, size=0.042),
        put(number, 0.10, draw(st.sampled_from([0.26, 0.28, 0.30])), size=0.042),
        put(number, draw(st.floats(0.36, 0.9)), draw(st.floats(0.52, 0.79)), size=0.036),
        put(f"令和6年5月1日 転入 {number}", 0.365, 0.542, size=0.036),
        put(f"千葉県千葉市中央区1-2-{number}", 0.365, 0.615, size=0.036),
        put(number, 0.77, 0.46, size=draw(st.floats(0.03, 0.06))),
        put("年3月1日", 0.86, 0.46, size=0.045),
        put("《1.脳死後及び心停止した死後 2.心停止した死後のみ 3.提供せず》", 0.375, 0.83, size=0.021),
    )
    return tuple(draw(st.lists(st.sampled_from(found), unique_by=id, max_size=4)))


def read(lines: Sequence[TextLine]) -> str | None:
    found = parse_fields(front(*lines)).get("security_code")
    return found.value if found else None


@given(feet(), distractors())
def test_a_garbled_foot_gives_the_code_or_nothing(
    foot: tuple[str, Print, tuple[TextLine, ...]], others: tuple[TextLine, ...]
) -> None:
    code, _, lines = foot
    assert read((*lines, *others)) in {code, None}


@given(SERIALS, CODES, st.floats(0.0, 2.5), distractors(), st.integers(1, 19))
def test_a_foot_read_whole_gives_the_code(
    serial: str, code: str, gap: float, others: tuple[TextLine, ...], cut: int
) -> None:
    places = [0.04 * WIDTH + (index + 0.5) * PITCH * WIDTH for index in range(16)]
    places += [places[-1] + (gap + index + 1) * PITCH * WIDTH for index in range(4)]
    text = serial + code
    lines = [
        lettered(text[start:end], places[start:end], FOOT * 821, SIZE * 410)
        for start, end in ((0, cut), (cut, len(text)))
    ]
    assert read((*lines, *others)) == code


@given(st.lists(st.tuples(feet(), distractors()), min_size=3, max_size=5))
def test_no_wrong_code_wins_a_vote(
    frames: Sequence[tuple[tuple[str, Print, tuple[TextLine, ...]], tuple[TextLine, ...]]],
) -> None:
    """The same distractors in every frame, which is how a vote could go wrong."""
    _, others = frames[0]
    reads = [parse_fields(front(*foot[2], *others)) for foot, _ in frames]
    voted = agree(reads).get("security_code")
    assert voted is None or voted.value in {foot[0] for foot, _ in frames}


@given(distractors())
def test_digits_of_panel_address_and_dates_alone_give_no_code(others: tuple[TextLine, ...]) -> None:
    assert read(others) is None
