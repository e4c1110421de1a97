"""What stands on a document: words, areas, ruled rows, seals, the photograph, the mark."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

from PIL import Image as PillowImage
from PIL import ImageDraw, ImageFilter

from tests.sim.specimen.paper import MARK_INK, PEN_INK, cropped, draw_mark
from tests.sim.specimen.sheet import Box, Role, Sheet

Ink: TypeAlias = tuple[int, int, int]
INK: Ink = (38, 36, 42)
LABEL_INK: Ink = (80, 88, 116)
WHITE: Ink = (252, 252, 250)
RED: Ink = (200, 48, 52)


@dataclass(frozen=True, slots=True)
class Words:
    """One line of print.

    Attributes:
        text: a template over the sheet's texts; nothing is printed where it comes out empty.
        x: left edge, share of width.
        y: middle of the line, share of height.
        size: the em, share of height.
        role: which face.
        ink: RGB.
        right: the line goes no further, and is condensed where it would.
        spread: letter-space the line so that it fills the way to `right`.
        tracking: letter-space the line by so many ems.
    """

    text: str
    x: float
    y: float
    size: float
    role: Role = "value"
    ink: Ink = INK
    right: float | None = None
    spread: bool = False
    tracking: float = 0.0

    def draw(self, sheet: Sheet) -> None:
        """Print it."""
        text = self.text.format_map(sheet.texts).rstrip()
        if not text:
            return
        layer = self._spaced(text, sheet) if self.spread or self.tracking else self._set(text, sheet)
        left, middle = sheet.point(self.x, self.y)
        sheet.canvas.paste(self.ink, (left, middle - layer.height // 2), layer)

    def _set(self, text: str, sheet: Sheet) -> PillowImage.Image:
        font = sheet.font(self.role, self.size)
        height = round(1.5 * font.size)
        layer = PillowImage.new("L", (max(1, round(font.getlength(text)) + 2), height), 0)
        ImageDraw.Draw(layer).text((0, height / 2), text, font=font, fill=255, anchor="lm")
        return self._condensed(layer, sheet)

    def _spaced(self, text: str, sheet: Sheet) -> PillowImage.Image:
        font, room = sheet.font(self.role, self.size), self._room(sheet)
        bare = sum(font.getlength(each) for each in text)
        gap = self.tracking * font.size
        if self.spread:
            assert room is not None, "a spread line needs its right end"
            gap = (room - bare) / max(1, len(text) - 1)
        height = round(1.5 * font.size)
        layer = PillowImage.new("L", (max(1, round(bare + gap * (len(text) - 1)) + 2), height), 0)
        left = 0.0
        for each in text:
            ImageDraw.Draw(layer).text((left, height / 2), each, font=font, fill=255, anchor="lm")
            left += font.getlength(each) + gap
        return self._condensed(layer, sheet)

    def _condensed(self, layer: PillowImage.Image, sheet: Sheet) -> PillowImage.Image:
        room = self._room(sheet)
        if room is None or layer.width <= room:
            return layer
        return layer.resize((room, layer.height), PillowImage.Resampling.LANCZOS)

    def _room(self, sheet: Sheet) -> int | None:
        return None if self.right is None else round((self.right - self.x) * sheet.canvas.width)


@dataclass(frozen=True, slots=True)
class Upright:
    """Words whose characters stand one above the other.

    Attributes:
        text: a template, as in `Words`.
        x: middle of the column.
        y: top of the first character.
        size: the em.
        pitch: from one character to the next, in ems.
        squeeze: width of a character over its height.
    """

    text: str
    x: float
    y: float
    size: float
    role: Role = "label"
    ink: Ink = INK
    pitch: float = 1.05
    squeeze: float = 1.0

    def draw(self, sheet: Sheet) -> None:
        """Print it."""
        font = sheet.font(self.role, self.size)
        middle, top = sheet.point(self.x, self.y)
        cell, step = round(1.3 * font.size), self.pitch * font.size
        for row, character in enumerate(self.text.format_map(sheet.texts)):
            layer = PillowImage.new("L", (cell, cell), 0)
            ImageDraw.Draw(layer).text((cell / 2, cell / 2), character, font=font, fill=255, anchor="mm")
            narrow = layer.resize((max(1, round(cell * self.squeeze)), cell), PillowImage.Resampling.LANCZOS)
            place = (middle - narrow.width // 2, round(top + row * step - 0.15 * font.size))
            sheet.canvas.paste(self.ink, place, narrow)


@dataclass(frozen=True, slots=True)
class Area:
    """A filled or outlined box; `inks` of several colours: one is drawn."""

    box: Box
    inks: tuple[Ink, ...] = ()
    outline: Ink | None = None
    width_px: int = 2

    def draw(self, sheet: Sheet) -> None:
        """Print it."""
        fill = self.inks[int(sheet.rng.integers(len(self.inks)))] if self.inks else None
        sheet.pen.rectangle(sheet.box(self.box), fill=fill, outline=self.outline, width=self.width_px)


@dataclass(frozen=True, slots=True)
class Rule:
    """A line from one place to another."""

    start: tuple[float, float]
    end: tuple[float, float]
    ink: Ink = LABEL_INK
    width_px: int = 2

    def draw(self, sheet: Sheet) -> None:
        """Print it."""
        sheet.pen.line(
            (*sheet.point(*self.start), *sheet.point(*self.end)), fill=self.ink, width=self.width_px
        )


@dataclass(frozen=True, slots=True)
class Hatch:
    """Slanting lines over a box, as under numbers and in cells that stay empty."""

    box: Box
    ink: Ink
    pitch_px: int = 7

    def draw(self, sheet: Sheet) -> None:
        """Print it."""
        left, top, right, bottom = sheet.box(self.box)
        tile = PillowImage.new("L", (right - left, bottom - top), 0)
        pen = ImageDraw.Draw(tile)
        for start in range(-tile.height, tile.width, self.pitch_px):
            pen.line((start, tile.height, start + tile.height, 0), fill=255)
        sheet.canvas.paste(self.ink, (left, top), tile)


@dataclass(frozen=True, slots=True)
class Photograph:
    """The holder's photograph."""

    box: Box

    def draw(self, sheet: Sheet) -> None:
        """Print it."""
        box = sheet.box(self.box)
        sheet.canvas.paste(PillowImage.fromarray(cropped(sheet.portrait, box)), box[:2])


@dataclass(frozen=True, slots=True)
class Mark:
    """見本 SPECIMEN: no specimen is drawn without it."""

    x: float
    y: float
    size: float = 0.08

    def draw(self, sheet: Sheet) -> None:
        """Print it."""
        draw_mark(sheet.pen, sheet.point(self.x, self.y), size_px=round(self.size * sheet.canvas.height))


@dataclass(frozen=True, slots=True)
class Seal:
    """A square red seal with a few characters."""

    box: Box
    text: str

    def draw(self, sheet: Sheet) -> None:
        """Print it."""
        left, top, right, bottom = sheet.box(self.box)
        sheet.pen.rectangle((left, top, right, bottom), outline=MARK_INK, width=3)
        half = (len(self.text) + 1) // 2
        size = 0.8 * min((right - left) / 2, (bottom - top) / half) / sheet.canvas.height
        for index, character in enumerate(self.text):
            column, row = divmod(index, half)
            x = right - (column + 0.5) * (right - left) / 2
            y = top + (row + 0.5) * (bottom - top) / half
            sheet.pen.text((x, y), character, font=sheet.font("value", size), fill=MARK_INK, anchor="mm")


@dataclass(frozen=True, slots=True)
class Handwriting:
    """A line written by a pen: characters of uneven height that do not keep to the line."""

    text: str
    x: float
    y: float
    size: float
    ink: Ink = PEN_INK

    def draw(self, sheet: Sheet) -> None:
        """Write it."""
        text = self.text.format_map(sheet.texts)
        if not text:
            return
        unit = self.size * sheet.canvas.height
        layer = PillowImage.new("L", (round(1.2 * unit * len(text)) + 8, round(2.4 * unit)), 0)
        for character, place, size in self._strokes(text, unit, sheet):
            font = sheet.font("hand", size / sheet.canvas.height)
            ImageDraw.Draw(layer).text(place, character, font=font, fill=225, anchor="lm")
        layer = layer.rotate(float(sheet.rng.normal(0, 0.8))).filter(ImageFilter.GaussianBlur(0.6))
        left, middle = sheet.point(self.x, self.y)
        sheet.canvas.paste(self.ink, (left, middle - layer.height // 2), layer)

    def _strokes(
        self, text: str, unit: float, sheet: Sheet
    ) -> Iterator[tuple[str, tuple[float, float], float]]:
        left = 4.0
        for character in text:
            size = unit * sheet.rng.uniform(0.9, 1.12)
            yield character, (left, 1.2 * unit + sheet.rng.normal(0, 0.06 * unit)), size
            left += sheet.font("hand", size / sheet.canvas.height).getlength(character) * 1.04
