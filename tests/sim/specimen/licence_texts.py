"""What a driver's licence prints, whatever the layout, and the grid of its classes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np

from tests.sim.specimen.items import INK, LABEL_INK, Area, Hatch, Ink, Upright
from tests.sim.specimen.licence import CLASSES, MAX_CONDITIONS, TRAILERS, SpecimenLicence
from tests.sim.specimen.people import ERAS
from tests.sim.specimen.sheet import Box, Item, Sheet

COLUMNS = 7
"""Of the grid: two rows of seven cells with upright words, sources e, n, o in SOURCES.md."""
HATCH_INK: Ink = (206, 206, 198)
LONGEST_UPRIGHT = 3


def licence_texts(licence: SpecimenLicence, rng: np.random.Generator) -> Mapping[str, str]:
    """Texts of one licence; dates of issue and acquisition with two digits everywhere, 01 for 元 (e, s)."""
    ends, number = licence.expires_on, licence.number
    lines = (*licence.conditions, *("",) * MAX_CONDITIONS)[:MAX_CONDITIONS]
    acquired = [date(licence.issued_on.year - 6 - int(rng.integers(9)), 4, 1 + row) for row in range(2)]
    return {
        "name": licence.person.name,
        "address": licence.person.address,
        "birth": licence.printed_birth,
        "issue": two_digit_era(licence.issued_on),
        "inquiry": f"{rng.integers(100_000):05d}",
        "until": f"{ends.year}年({two_digit_year(ends)}年){ends.month:02d}月{ends.day:02d}日まで有効",
        "until_era": f"{two_digit_era(ends)}まで有効",
        "number": number,
        **{f"condition{row + 1}": line for row, line in enumerate(lines)},
        **{f"acquired{row + 1}": two_digit_era(day) for row, day in enumerate(acquired)},
        "acquired3": two_digit_era(acquired[0]) if any("二" in c[-1:] for c in licence.classes) else NEVER,
        "commission": "見本県",
    }


NEVER = "平成00年00月00日"


def two_digit_year(day: date) -> str:
    """For example 令和01."""
    era, start = next((era, start) for era, start in ERAS if day >= start)
    return f"{era}{day.year - start.year + 1:02d}"


def two_digit_era(day: date) -> str:
    """For example 令和01年05月07日."""
    return f"{two_digit_year(day)}年{day.month:02d}月{day.day:02d}日"


@dataclass(frozen=True, slots=True)
class ClassGrid:
    """The grid of classes: 7 x 2 cells, words upright, a dash where a class is not held.

    Attributes:
        box: of the cells.
        size: em of the words, share of height.
        held: class words.
    """

    box: Box
    size: float
    held: tuple[str, ...]

    def draw(self, sheet: Sheet) -> None:
        """Print it."""
        for index, name in enumerate(CLASSES):
            for item in self._cell(index, self._shown(name)):
                item.draw(sheet)

    def _shown(self, name: str) -> str:
        if name == CLASSES[-1]:
            return next((word for word in TRAILERS if word in self.held), "")
        return name if name in self.held else ""

    def _cell(self, index: int, word: str) -> tuple[Item, ...]:
        left, top, right, bottom = self.box
        width, height = (right - left) / COLUMNS, (bottom - top) / 2
        column, row = index % COLUMNS, index // COLUMNS
        x, y = left + column * width, top + row * height
        frame = Area((x, y, x + width, y + height), (), LABEL_INK, 1)
        hatch = Hatch((x, y, x + width, y + height), HATCH_INK)
        if not word:
            # A dash across the cell.
            return hatch, frame, Upright("―", x + width / 2, y + height / 2 - self.size / 2, self.size)
        size = self.size * (2 / 3 if len(word) == LONGEST_UPRIGHT else 1)
        words = Upright(word, x + width / 2, y + (height - size * 1.05 * len(word)) / 2, size, ink=INK)
        return hatch, frame, words
