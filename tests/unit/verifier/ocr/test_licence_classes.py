"""A licence's classes: the whole grid, cell by cell, or no list."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from tests.unit.verifier.ocr.printed_lines import line, turned, upright
from tests.unit.verifier.ocr.test_licence import licence_lines
from verifier.ocr.licence import parse_licence
from verifier.ocr.text import TextLine

pytestmark = pytest.mark.unit

GRID = (
    ("大型", "中型", "準中型", "普通", "大特", "大自二", "普自二"),
    ("小特", "原付", "大二", "中二", "普二", "大特二", "引二"),
)
FORMER = (
    ("大型", "中型", "準中型", "普通", "大特"),
    ("大自二", "普自二", "小特", "原付", "け引"),
    ("大二", "中二", "普二", "大特二", "け引二"),
)
LEFT, TOP, WIDTH, HEIGHT = 476, 632, 48, 66


def grid(*held: str, dash: str = "―", as_columns: bool = True) -> tuple[TextLine, ...]:
    """The cells of the form of now, read as upright words or as single characters."""
    lines: list[TextLine] = []
    for row, names in enumerate(GRID):
        for column, name in enumerate(names):
            word = next((each for each in held if each == name or (name == "引二" and "引" in each)), dash)
            x, y = LEFT + column * WIDTH + 10, TOP + row * HEIGHT + 4
            size = min(28, 58 / len(word))
            lines += [upright(word, x, y, width=size)] if as_columns else _singles(word, x, y, size)
    return tuple(lines)


def _singles(word: str, x: float, y: float, size: float) -> list[TextLine]:
    return [line(character, x, y + size * place, height=size) for place, character in enumerate(word)]


def former(*held: str) -> tuple[TextLine, ...]:
    """The cells of the older form, each row read in one piece."""
    return tuple(
        line("".join(name if name in held else "―" for name in names), 600, 640 + 48 * row, height=24)
        for row, names in enumerate(FORMER)
    )


def classes(cells: Sequence[TextLine]) -> str | None:
    read = parse_licence(turned(licence_lines(cells=tuple(cells)), 3))
    return read["classes"].value if "classes" in read else None


@pytest.mark.parametrize("as_columns", [True, False])
@pytest.mark.parametrize(
    "held",
    [
        ("普通",),
        ("準中型", "普通", "大二"),
        ("大型", "大特", "大特二"),
        ("普通", "引"),
        ("引引二",),
        GRID[0] + GRID[1],
    ],
)
def test_a_grid_read_cell_by_cell_gives_what_is_held_in_printed_order(held, as_columns):
    assert classes(grid(*held, as_columns=as_columns)) == "・".join(held)


@pytest.mark.parametrize("held", [("普通", "大特二"), ("準中型", "普通", "け引")])
def test_the_older_form_has_rows_of_five(held):
    assert classes(former(*held)) == "・".join(held)


@pytest.mark.parametrize("missing", range(14))
def test_one_cell_that_was_not_read_leaves_out_the_list(missing):
    cells = grid("普通", "大特", "引二")
    assert classes(cells[:missing] + cells[missing + 1 :]) is None


@pytest.mark.parametrize("missing", range(3))
def test_a_row_that_was_not_read_leaves_out_the_list(missing):
    rows = former("普通", "大特二")
    assert classes(rows[:missing] + rows[missing + 1 :]) is None


def test_a_word_in_another_classes_cell_leaves_out_the_list():
    cells = grid("普通")
    assert classes((upright("中型", LEFT + 10, TOP + 4, width=28), *cells[1:])) is None
