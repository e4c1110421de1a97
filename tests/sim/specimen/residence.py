"""Residence cards: what they print, and our former drawing of their front, flat, at 300 dpi.

The items of the 2012 form and their bilingual labels are those that the Immigration Services Agency
publishes; exact positions, sizes and colours are this project's own: unverified. The newer card prints fewer
items (taken here: no period of stay, kind and day of permission, day of issue: unverified); the one drawn
here only serves to be refused. Every card carries 見本 SPECIMEN.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

import numpy as np
from PIL import Image as PillowImage
from PIL import ImageDraw

from tests.sim.specimen.fonts import Face, japanese_font
from tests.sim.specimen.paper import CARD_SIZE_PX, cropped, draw_mark, guilloche
from tests.sim.specimen.people import TOWNS
from verifier.types import Image

PHOTO_BOX = (744, 150, 974, 446)
INK, LABEL_INK, RED = (34, 34, 40), (70, 92, 120), (190, 60, 60)
SURNAMES = ("TURNER", "NGUYEN", "GARCIA", "KIM", "MULLER", "SANTOS", "OKAFOR", "LI", "BUI", "SILVA")
GIVEN = ("ELIZABETH", "ALEX", "VAN ANH", "MARIA", "JISOO", "THOMAS", "BELLA", "ODILIA", "SOO BIN", "GABRIEL")
COUNTRIES = (
    "米国",
    "ベトナム",
    "フィリピン",
    "韓国",
    "ドイツ",
    "ブラジル",
    "ナイジェリア",
    "中国",
    "インド",
    "ネパール",
)
STATUSES = (
    ("留学", "Student"),
    ("技術・人文知識・国際業務", "Engineer/Specialist in Humanities/International Services"),
    ("永住者", "Permanent Resident"),
    ("家族滞在", "Dependent"),
    ("特定技能1号", "Specified Skilled Worker(i)"),
)
PERMANENT = "永住者"
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"

Form = Literal["2012", "newer"]


@dataclass(frozen=True, slots=True)
class SpecimenResidenceCard:
    """What one card prints.

    Attributes:
        name: Latin letters, surname first.
        birth_date: Gregorian on this card.
        sex: 男 or 女.
        nationality: as printed.
        address: as printed, without line breaks.
        status: as printed in Japanese.
        stay: period as printed, e.g. 4年3月; empty for permanent residents.
        stay_until: its last day; None for permanent residents.
        permitted_on: day of permission.
        expires_on: last day of the card's validity.
        number: two letters, eight digits, two letters.
    """

    name: str
    birth_date: date
    sex: Literal["男", "女"]
    nationality: str
    address: str
    status: str
    stay: str
    stay_until: date | None
    permitted_on: date
    expires_on: date
    number: str


def random_residence_card(rng: np.random.Generator, *, today: date) -> SpecimenResidenceCard:
    """Draw a card that is valid today."""
    status = str(rng.choice([japanese for japanese, _ in STATUSES]))
    permitted = today - timedelta(days=int(rng.integers(30, 900)))
    years = int(rng.integers(3, 6))
    months = int(rng.choice((0, 1, 3, 6)))
    until = _later(permitted, 12 * years + months)
    permanent = status == PERMANENT
    chome, ban, go = (int(n) for n in rng.integers(1, (6, 30, 20)))
    return SpecimenResidenceCard(
        name=f"{rng.choice(SURNAMES)} {rng.choice(GIVEN)}",
        birth_date=date(1955, 1, 1) + timedelta(days=int(rng.integers(18_000))),
        sex="女" if rng.integers(2) else "男",
        nationality=str(rng.choice(COUNTRIES)),
        address=f"{rng.choice(TOWNS)}{chome}丁目{ban}番{go}号 見本荘{rng.integers(101, 909)}号室",
        status=status,
        stay="" if permanent else f"{years}年" + (f"{months}月" if months else ""),
        stay_until=None if permanent else until,
        permitted_on=permitted,
        expires_on=until,
        number=_letters(rng) + f"{rng.integers(10**8):08d}" + _letters(rng),
    )


def _later(day: date, months: int) -> date:
    years, month = divmod(day.month - 1 + months, 12)
    return date(day.year + years, month + 1, min(day.day, 28))


def _letters(rng: np.random.Generator) -> str:
    return "".join(LETTERS[index] for index in rng.integers(0, 26, 2))


def render_residence_card(
    card: SpecimenResidenceCard, portrait: Image, *, rng: np.random.Generator, form: Form = "2012"
) -> Image:
    """Draw a card.

    Args:
        card: what to print.
        portrait: (H, W, 3) uint8, BGR; cropped around its centre to the photo box.
        rng: chooses type face and guilloche.
        form: "newer" leaves out what newer cards no longer print.

    Returns:
        (638, 1011, 3) uint8, BGR.
    """
    face: Face = "serif" if rng.random() < 0.5 else "sans"
    canvas = PillowImage.fromarray(guilloche(CARD_SIZE_PX, rng))
    draw = ImageDraw.Draw(canvas)
    _draw_head(draw, card.number, face)
    _draw_holder(draw, card, face)
    if form == "2012":
        _draw_permission(draw, card, face)
    _draw_foot(draw, card, face)
    draw_mark(draw, (300, 566), size_px=40)
    canvas.paste(PillowImage.fromarray(cropped(portrait, PHOTO_BOX)), PHOTO_BOX[:2])
    return np.ascontiguousarray(np.asarray(canvas)[:, :, ::-1])


def _draw_head(draw: ImageDraw.ImageDraw, number: str, face: Face) -> None:
    draw.text((28, 10), "日本国政府", font=japanese_font("sans", 16), fill=LABEL_INK)
    draw.text((28, 30), "GOVERNMENT OF JAPAN", font=japanese_font("sans", 12), fill=LABEL_INK)
    draw.text((270, 8), "在留カード", font=japanese_font("sans", 34), fill=LABEL_INK)
    draw.text((470, 22), "RESIDENCE CARD", font=japanese_font("sans", 18), fill=LABEL_INK)
    draw.text((680, 18), "番号", font=japanese_font("sans", 18), fill=LABEL_INK)
    draw.text((680, 40), "No.", font=japanese_font("sans", 12), fill=LABEL_INK)
    draw.text((728, 12), number, font=japanese_font(face, 32), fill=INK)


def _label(draw: ImageDraw.ImageDraw, place: tuple[int, int], japanese: str, english: str) -> None:
    draw.text(place, japanese, font=japanese_font("sans", 15), fill=LABEL_INK)
    draw.text((place[0], place[1] + 17), english, font=japanese_font("sans", 11), fill=LABEL_INK)


def _draw_holder(draw: ImageDraw.ImageDraw, card: SpecimenResidenceCard, face: Face) -> None:
    field, small = japanese_font(face, 30), japanese_font(face, 23)
    born = card.birth_date
    _label(draw, (28, 62), "氏名", "NAME")
    draw.text((140, 58), card.name, font=field, fill=INK)
    _label(draw, (28, 114), "生年月日", "DATE OF BIRTH")
    draw.text((140, 112), f"{born.year}年{born.month:02d}月{born.day:02d}日", font=small, fill=INK)
    _label(draw, (342, 114), "性別", "SEX")
    draw.text((386, 112), f"{card.sex} {'F.' if card.sex == '女' else 'M.'}", font=small, fill=INK)
    _label(draw, (466, 114), "国籍・地域", "NATIONALITY/REGION")
    draw.text((590, 112), card.nationality, font=small, fill=INK)
    _label(draw, (28, 164), "住居地", "ADDRESS")
    for row, start in enumerate(range(0, len(card.address), 25)):
        draw.text((140, 158 + 30 * row), card.address[start : start + 25], font=small, fill=INK)
    _label(draw, (28, 232), "在留資格", "STATUS")
    english = dict(STATUSES)[card.status]
    draw.text((140, 226), card.status, font=japanese_font(face, 26), fill=INK)
    draw.text((140, 258), english, font=japanese_font("sans", 13), fill=INK)
    _label(draw, (28, 288), "就労制限の有無", "")
    permitted = "就労不可" if card.status in {"留学", "家族滞在"} else "在留資格に基づく就労活動のみ可"
    draw.text((180, 284), "就労制限なし" if card.status == PERMANENT else permitted, font=small, fill=INK)


def _draw_permission(draw: ImageDraw.ImageDraw, card: SpecimenResidenceCard, face: Face) -> None:
    small = japanese_font(face, 22)
    until, granted = card.stay_until, card.permitted_on
    _label(draw, (28, 330), "在留期間(満了日)", "PERIOD OF STAY (DATE OF EXPIRATION)")
    text = "***" if until is None else f"{card.stay}({until.year}年{until.month:02d}月{until.day:02d}日)"
    draw.text((270, 328), text, font=small, fill=INK)
    _label(draw, (28, 382), "許可の種類", "")
    draw.text((140, 378), "在留期間更新許可(見本出入国在留管理局長)", font=small, fill=INK)
    day = f"{granted.year}年{granted.month:02d}月{granted.day:02d}日"
    _label(draw, (28, 424), "許可年月日", "")
    draw.text((140, 420), day, font=small, fill=INK)
    _label(draw, (350, 424), "交付年月日", "")
    draw.text((450, 420), day, font=small, fill=INK)


def _draw_foot(draw: ImageDraw.ImageDraw, card: SpecimenResidenceCard, face: Face) -> None:
    ends = card.expires_on
    draw.text((28, 474), "このカードは", font=japanese_font("sans", 18), fill=INK)
    text = f"{ends.year}年{ends.month:02d}月{ends.day:02d}日まで有効"
    draw.text((150, 462), text, font=japanese_font(face, 32), fill=INK)
    draw.text((520, 474), "です。", font=japanese_font("sans", 18), fill=INK)
    english = "PERIOD OF VALIDITY OF THIS CARD"
    draw.text((28, 506), english, font=japanese_font("sans", 12), fill=LABEL_INK)
    draw.text((820, 560), "法務大臣", font=japanese_font(face, 28), fill=RED)
