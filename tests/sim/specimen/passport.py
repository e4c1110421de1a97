"""Draws the data page of a passport, flat, at 300 dpi, with its machine-readable zone.

Fields, their order and the zone follow ICAO Doc 9303 part 4; the issuing state is UTO (Utopia), which part 3
sets aside for specimens, so no country's page is imitated. The zone is set in OCR-B where the Debian package
fonts-ocr-b is installed, else in the monospaced Noto face: pitch 2.54 mm either way. Every page carries
見本 SPECIMEN.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Literal

import numpy as np
from PIL import Image as PillowImage
from PIL import ImageDraw, ImageFont

from tests.sim.card.passport_files import zone
from tests.sim.specimen.fonts import japanese_font
from tests.sim.specimen.paper import cropped, draw_mark, guilloche
from tests.sim.specimen.residence import GIVEN, LETTERS, SURNAMES
from verifier.types import Image

PX_PER_MM = 300 / 25.4
PAGE_SIZE_PX = (1476, 1039)
"""ID-3, 125 x 88 mm."""
PHOTO_BOX = (50, 170, 440, 720)
INK, LABEL_INK = (34, 34, 40), (80, 90, 120)
OCR_B = Path("/usr/share/fonts/opentype/ocr-b/OCRB.otf")
PITCH_PX = 2.54 * PX_PER_MM
ZONE_LEFT_PX, ZONE_ROWS_PX = 5.5 * PX_PER_MM, (838, 922)
"""The zone fills the lowest 23 mm of the page."""


@dataclass(frozen=True, slots=True)
class SpecimenPassport:
    """What one data page prints.

    Attributes:
        surname, given_names: Latin letters.
        number: two letters and seven digits.
        birth_date, expires_on: as in the zone.
        sex: M or F.
        state: issuing state and nationality, as in the zone; UTO (Utopia) is ICAO's for specimens.
    """

    surname: str
    given_names: str
    number: str
    birth_date: date
    expires_on: date
    sex: Literal["M", "F"]
    state: str = "UTO"

    @property
    def lines(self) -> tuple[str, str]:
        """The machine-readable zone."""
        name = f"{self.surname}<<{self.given_names}".replace(" ", "<")
        whole = zone(
            surname=self.surname.replace(" ", "<"),
            given_names=self.given_names.replace(" ", "<"),
            number=self.number,
            birth=f"{self.birth_date:%y%m%d}",
            expiry=f"{self.expires_on:%y%m%d}",
            sex=self.sex,
            state=self.state.ljust(3, "<"),
        )
        assert name in whole
        return whole[:44], whole[44:]


def random_passport(rng: np.random.Generator, *, today: date) -> SpecimenPassport:
    """Draw a passport that is valid today."""
    letters = "".join(LETTERS[index] for index in rng.integers(0, 26, 2))
    return SpecimenPassport(
        surname=str(rng.choice(SURNAMES)),
        given_names=str(rng.choice(GIVEN)),
        number=f"{letters}{rng.integers(10**7):07d}",
        birth_date=date(1950, 1, 1) + timedelta(days=int(rng.integers(20_000))),
        expires_on=today + timedelta(days=int(rng.integers(60, 3600))),
        sex="F" if rng.integers(2) else "M",
    )


def render_passport(passport: SpecimenPassport, portrait: Image, *, rng: np.random.Generator) -> Image:
    """Draw a data page.

    Args:
        passport: what to print.
        portrait: (H, W, 3) uint8, BGR; cropped around its centre to the photo box.
        rng: chooses the guilloche.

    Returns:
        (1039, 1476, 3) uint8, BGR.
    """
    canvas = PillowImage.fromarray(guilloche(PAGE_SIZE_PX, rng))
    draw = ImageDraw.Draw(canvas)
    _draw_fields(draw, passport)
    draw_zone(draw, passport)
    draw_mark(draw, (820, 700))
    canvas.paste(PillowImage.fromarray(cropped(portrait, PHOTO_BOX)), PHOTO_BOX[:2])
    return np.ascontiguousarray(np.asarray(canvas)[:, :, ::-1])


def draw_zone(draw: ImageDraw.ImageDraw, passport: SpecimenPassport) -> None:
    """Print the zone where the standard has it."""
    for text, top in zip(passport.lines, ZONE_ROWS_PX, strict=True):
        for place, character in enumerate(text):
            left = ZONE_LEFT_PX + place * PITCH_PX
            draw.text((left, top), character, font=machine_font(42), fill=INK)


def _draw_fields(draw: ImageDraw.ImageDraw, passport: SpecimenPassport) -> None:
    label, field = japanese_font("sans", 20), japanese_font("sans", 36)
    rows = (
        ("Surname/Nom", passport.surname),
        ("Given names/Prénoms", passport.given_names),
        ("Nationality/Nationalité", "UTOPIAN"),
        ("Date of birth/Date de naissance", f"{passport.birth_date:%d %b %Y}".upper()),
        ("Sex/Sexe", passport.sex),
        ("Date of expiry/Date d'expiration", f"{passport.expires_on:%d %b %Y}".upper()),
    )
    draw.text((50, 40), "PASSPORT", font=field, fill=LABEL_INK)
    draw.text((520, 56), "Type/Type P   UTO", font=label, fill=LABEL_INK)
    draw.text((1000, 44), passport.number, font=field, fill=INK)
    for row, (name, text) in enumerate(rows):
        draw.text((500, 130 + 94 * row), name, font=label, fill=LABEL_INK)
        draw.text((500, 156 + 94 * row), text, font=field, fill=INK)


@cache
def machine_font(size_px: int) -> ImageFont.FreeTypeFont:
    """OCR-B, or the Noto sans face where it is not installed."""
    return ImageFont.truetype(str(OCR_B), size_px) if OCR_B.exists() else japanese_font("sans", size_px)
