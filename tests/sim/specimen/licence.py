"""Driver's licences: what they print, and our former drawing of their front, flat, at 300 dpi.

Which items are printed and in which order from top to bottom follows public descriptions of the card (rows
for name with birth date, address, issue, the coloured band with the end of validity, conditions, number,
dates of acquisition, the grid of classes, photograph on the right, commission). Exact positions, sizes and
colours are this project's own and were not compared with a real card: unverified. Every card carries
見本 SPECIMEN.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np
from PIL import Image as PillowImage
from PIL import ImageDraw

from tests.sim.specimen.fonts import Face, japanese_font
from tests.sim.specimen.paper import CARD_SIZE_PX, cropped, draw_mark, guilloche, write_date_by_hand
from tests.sim.specimen.people import ERAS, SpecimenPerson, random_person
from verifier.types import Image

PHOTO_BOX = (716, 170, 976, 500)
INK, LABEL_INK = (34, 34, 40), (70, 74, 84)
BANDS = ((206, 174, 84), (120, 170, 214), (150, 196, 120))
"""Gold, blue, green."""
CONDITIONS = (
    "眼鏡等",
    "普通車はAT車に限る",
    "中型車は中型車(8t)に限る",
    "準中型で運転できる準中型車は準中型車(5t)に限る",
    "準中型車(5t)と普通車は準中型車(5t)に限る",
    "普通自動二輪車は小型限定",
    "補聴器(条件なし)",
    "以下備考欄",
)
"""Some of about 200 (source p in SOURCES.md); the last stands alone in the fourth line (f)."""
MAX_CONDITIONS = 4
CONDITIONS_SHARES = (0.3, 0.3, 0.2, 0.12, 0.08)
"""Shares of licences with none, one, … four conditions."""
CLASSES = (
    "大型",
    "中型",
    "準中型",
    "普通",
    "大特",
    "大自二",
    "普自二",
    "小特",
    "原付",
    "大二",
    "中二",
    "普二",
    "大特二",
    "引・引二",
)
"""The cells of the grid, first the upper row; the last cell shows 引, 引二 or 引引二 (e, n)."""
CITY_FIRST_SHARE = 0.4
"""Share of addresses in a designated city that begin with the city, without the prefecture (q)."""
DESIGNATED = re.compile(r"(?:北海道|..府|..県|...県)(?=..?.?市.+区)")
TRAILERS = ("引", "引二", "引引二")
FORMER_TRAILERS = {"引": ("け引",), "引二": ("け引二",), "引引二": ("け引", "け引二")}
FORMER_CELLS = (*CLASSES[:9], "け引", *CLASSES[9:13], "け引二")
"""The grid as we drew it before its form was known: 5 x 3."""
COMMISSIONS = (*range(10, 15), *range(20, 26), 30, *range(40, 56), *range(60, 66), *range(70, 75))
HANDWRITING_SHARE = 0.3
WEIGHTS = (5, 4, 3, 2, 7, 6, 5, 4, 3, 2)


@dataclass(frozen=True, slots=True)
class SpecimenLicence:
    """What one licence prints.

    Attributes:
        person: name, address, birth date; sex and security code are not printed.
        issued_on: day of issue.
        expires_on: last day of validity.
        number: 12 digits, the eleventh a check digit.
        conditions: one line each, up to four.
        classes: held classes, as abbreviated on the card.
    """

    person: SpecimenPerson
    issued_on: date
    expires_on: date
    number: str
    conditions: tuple[str, ...]
    classes: tuple[str, ...]

    @property
    def printed_expiry(self) -> str:
        """For example 2028年(令和10年)02月03日まで有効."""
        day = self.expires_on
        return f"{day.year}年({era_year(day)}年){day.month:02d}月{day.day:02d}日まで有効"

    @property
    def printed_issue(self) -> str:
        """For example 令和05年01月10日."""
        return f"{era_year(self.issued_on)}年{self.issued_on.month:02d}月{self.issued_on.day:02d}日"

    @property
    def printed_birth(self) -> str:
        """For example 昭和61年 5月 1日生."""
        return self.person.printed_birth_date


def era_year(day: date) -> str:
    """令和元 or 令和05."""
    era, start = next((era, start) for era, start in ERAS if day >= start)
    year = day.year - start.year + 1
    return f"{era}{'元' if year == 1 else f'{year:02d}'}"


def licence_number(rng: np.random.Generator) -> str:
    """A number with a right check digit (tetsutalow.github.io/driversnumbercheckdigit: not official)."""
    stem = f"{rng.choice(COMMISSIONS):02d}{rng.integers(60, 100):02d}{rng.integers(1_000_000):06d}"
    total = sum(int(digit) * weight for digit, weight in zip(stem, WEIGHTS, strict=True))
    return f"{stem}{(11 - total % 11) % 10}{rng.integers(3)}"


def random_licence(rng: np.random.Generator, *, today: date, gannen: bool = False) -> SpecimenLicence:
    """Draw a licence that is valid today; with `gannen` its holder was born in the first year of an era."""
    person = _city_first(random_person(rng, today=today, gannen=gannen), rng)
    born = person.birth_date
    ends = date(today.year + int(rng.integers(1, 5)), born.month, born.day) + timedelta(days=30)
    issued = date(ends.year - 5, born.month, max(1, born.day - 3))
    held = sorted({3, *rng.integers(0, len(CLASSES), 3).tolist()})
    words = [CLASSES[index] for index in held]
    trailer = str(rng.choice(TRAILERS))
    return SpecimenLicence(
        person=person,
        issued_on=issued,
        expires_on=ends,
        number=licence_number(rng),
        conditions=_conditions(rng),
        classes=tuple(trailer if word == CLASSES[-1] else word for word in words),
    )


def _city_first(person: SpecimenPerson, rng: np.random.Generator) -> SpecimenPerson:
    if rng.random() >= CITY_FIRST_SHARE:
        return person
    return replace(person, address=DESIGNATED.sub("", person.address, count=1))


def _conditions(rng: np.random.Generator) -> tuple[str, ...]:
    count = int(rng.choice(len(CONDITIONS_SHARES), p=CONDITIONS_SHARES))
    if count == MAX_CONDITIONS:
        return (*_conditions_of(rng, MAX_CONDITIONS - 1), CONDITIONS[-1])
    return _conditions_of(rng, count)


def _conditions_of(rng: np.random.Generator, count: int) -> tuple[str, ...]:
    chosen = sorted(rng.choice(len(CONDITIONS) - 1, count, replace=False))
    return tuple(CONDITIONS[index] for index in chosen)


def render_licence(licence: SpecimenLicence, portrait: Image, *, rng: np.random.Generator) -> Image:
    """Draw a licence.

    Args:
        licence: what to print.
        portrait: (H, W, 3) uint8, BGR; cropped around its centre to the photo box.
        rng: chooses type face, guilloche and distractors.

    Returns:
        (638, 1011, 3) uint8, BGR.
    """
    face: Face = "serif" if rng.random() < 0.5 else "sans"
    canvas = PillowImage.fromarray(guilloche(CARD_SIZE_PX, rng))
    draw = ImageDraw.Draw(canvas)
    _draw_holder(draw, licence, face)
    _draw_validity(draw, licence, face, rng)
    _draw_below(draw, licence, face)
    _draw_classes(draw, licence.classes)
    draw_mark(draw, (230, 366), size_px=44)
    if rng.random() < HANDWRITING_SHARE:
        write_date_by_hand(canvas, (380, 296), rng)
    canvas.paste(PillowImage.fromarray(cropped(portrait, PHOTO_BOX)), PHOTO_BOX[:2])
    return np.ascontiguousarray(np.asarray(canvas)[:, :, ::-1])


def _draw_holder(draw: ImageDraw.ImageDraw, licence: SpecimenLicence, face: Face) -> None:
    label, field, small = japanese_font("sans", 18), japanese_font(face, 32), japanese_font(face, 24)
    draw.rectangle((20, 14, 990, 62), outline=LABEL_INK)
    draw.text((30, 28), "氏名", font=label, fill=LABEL_INK)
    draw.text((100, 16), licence.person.name, font=field, fill=INK)
    draw.text((660, 20), licence.printed_birth, font=japanese_font(face, 28), fill=INK)
    draw.text((30, 76), "住所", font=label, fill=LABEL_INK)
    for row, start in enumerate(range(0, len(licence.person.address), 34)):
        draw.text((100, 64 + 30 * row), licence.person.address[start : start + 34], font=small, fill=INK)


def _draw_validity(
    draw: ImageDraw.ImageDraw, licence: SpecimenLicence, face: Face, rng: np.random.Generator
) -> None:
    draw.text((30, 132), "交付", font=japanese_font("sans", 18), fill=LABEL_INK)
    serial = f"{rng.integers(100_000):05d}"
    draw.text((100, 124), f"{licence.printed_issue}  {serial}", font=japanese_font(face, 26), fill=INK)
    draw.rectangle((20, 172, 700, 226), fill=BANDS[int(rng.integers(len(BANDS)))])
    draw.text((34, 176), licence.printed_expiry, font=japanese_font(face, 36), fill=INK)


def _draw_below(draw: ImageDraw.ImageDraw, licence: SpecimenLicence, face: Face) -> None:
    label, small = japanese_font("sans", 16), japanese_font("sans", 20)
    draw.text((30, 242), "免許の", font=label, fill=LABEL_INK)
    draw.text((30, 262), "条件等", font=label, fill=LABEL_INK)
    for row, condition in enumerate(licence.conditions):
        draw.text((100, 244 + 28 * row), condition, font=small, fill=INK)
    draw.text((30, 448), "番号", font=label, fill=LABEL_INK)
    draw.text((100, 432), f"第 {licence.number} 号", font=japanese_font(face, 34), fill=INK)
    for row, name in enumerate(("二・小・原", "他", "二種")):
        draw.text((30, 500 + 32 * row), name, font=label, fill=LABEL_INK)
        day = date(licence.issued_on.year - 6, 4, 1 + row)
        text = f"{era_year(day)}年{day.month:02d}月{day.day:02d}日" if row < 2 else "平成00年00月00日"
        draw.text((120, 494 + 32 * row), text, font=japanese_font(face, 22), fill=INK)
    draw.text((740, 520), "見本県", font=small, fill=INK)
    draw.text((740, 548), "公安委員会", font=small, fill=INK)
    draw.text((30, 604), "運転免許証", font=small, fill=INK)


def _draw_classes(draw: ImageDraw.ImageDraw, held: tuple[str, ...]) -> None:
    draw.text((420, 500), "種類", font=japanese_font("sans", 16), fill=LABEL_INK)
    font = japanese_font("sans", 17)
    shown = {word for name in held for word in FORMER_TRAILERS.get(name, (name,))}
    for index, name in enumerate(FORMER_CELLS):
        left, top = 460 + 50 * (index % 5), 496 + 38 * (index // 5)
        draw.rectangle((left, top, left + 48, top + 34), outline=LABEL_INK)
        draw.text((left + 3, top + 4), name if name in shown else "―", font=font, fill=INK)
