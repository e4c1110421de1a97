"""A licence's conditions: every line or none, and nothing of the title that stands upright beside them."""

from __future__ import annotations

import pytest

from tests.unit.verifier.ocr.printed_lines import line, turned
from tests.unit.verifier.ocr.test_licence import licence_lines
from verifier.ocr.licence import parse_licence
from verifier.ocr.text import TextLine

pytestmark = pytest.mark.unit

FOUR = (
    "眼鏡等",
    "普通車はAT車に限る",
    "準中型で運転できる準中型車は準中型車(5t)に限る",
    "以下備考欄",
)


def conditions(lines: tuple[TextLine, ...]) -> str | None:
    read = parse_licence(lines)
    return read["conditions"].value if "conditions" in read else None


@pytest.mark.parametrize("count", [1, 2, 3, 4])
@pytest.mark.parametrize("degrees", [0, -8, 12])
def test_every_line_is_kept(count, degrees):
    lines = turned(licence_lines(conditions=FOUR[:count]), degrees)
    assert conditions(lines) == "、".join(FOUR[:count])


def test_without_conditions_there_is_no_such_field():
    assert conditions(licence_lines(conditions=())) is None


def test_a_label_read_together_with_the_first_condition_is_cut_off():
    without = [each for each in licence_lines(conditions=()) if each.text not in {"免許の", "条件等"}]
    joined = (
        line("免許の 眼鏡等", 60, 374, height=30, pitch=24),
        line("条件等普通車はAT車に限る", 60, 412, height=30),
    )
    assert conditions((*without, *joined)) == "眼鏡等、普通車はAT車に限る"


@pytest.mark.parametrize("beside", ["転", "運転免許証", "免"])
def test_the_title_is_no_condition_however_it_is_read(beside):
    lines = licence_lines(conditions=FOUR[:3])
    assert conditions((*lines, line(beside, 812, 416, height=44))) == "、".join(FOUR[:3])
    assert conditions((*lines, line(beside, 812, 446, height=44))) == "、".join(FOUR[:3])


def test_a_line_that_was_not_read_between_others_leaves_out_all():
    lines = [each for each in licence_lines(conditions=FOUR) if each.text != FOUR[1]]
    assert conditions(tuple(lines)) is None


def test_a_character_that_is_not_japanese_leaves_out_all():
    assert conditions(licence_lines(conditions=("眼경等",))) is None
