"""Our drawing of a My Number card's front until December 2026, flat, at 300 dpi.

Fields, labels, photo box and panel stand where general knowledge had them, the security code lower right,
which no published card shows (SOURCES.md). It stays as one more layout that a reader has to manage.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PIL import Image as PillowImage
from PIL import ImageDraw

from tests.sim.specimen.fonts import Face, japanese_font
from tests.sim.specimen.paper import CARD_SIZE_PX, cropped, draw_mark, guilloche, write_date_by_hand

if TYPE_CHECKING:
    from tests.sim.specimen.people import SpecimenPerson
    from verifier.types import Image

PHOTO_BOX = (40, 213, 340, 598)
"""Left, top, right, bottom of the photograph, px: 300 x 385."""

INK = (38, 36, 44)
LABEL_INK = (84, 92, 128)
LABEL_PX = 18
FIELD_PX = 36
ADDRESS_PX = 27
ADDRESS_LINE_CHARACTERS = 30
CODE_PX = 28
HANDWRITING_SHARE = 0.6
"""Share of cards on which somebody wrote the certificates' end date by hand; it resembles the card's own."""
CODE_LABEL_SHARE = 0.5
"""Share of cards with a printed word before the security code; not documented for all issues."""
SERIF_SHARE = 0.5


def render_former(person: SpecimenPerson, portrait: Image, *, rng: np.random.Generator) -> Image:
    """Draw a card.

    Args:
        person: what to print.
        portrait: (H, W, 3) uint8, BGR; cropped around its centre to the photo box.
        rng: chooses type face, guilloche, serial number and distractors.

    Returns:
        (638, 1011, 3) uint8, BGR.

    Raises:
        FontMissingError: no Japanese font on this machine.
    """
    face: Face = "serif" if rng.random() < SERIF_SHARE else "sans"
    canvas = PillowImage.fromarray(guilloche(CARD_SIZE_PX, rng))
    draw = ImageDraw.Draw(canvas)
    _draw_holder(draw, person, face)
    _draw_panels(draw, rng)
    _draw_code(draw, person.security_code, face, labelled=bool(rng.random() < CODE_LABEL_SHARE))
    draw_mark(draw, (470, 382))
    if rng.random() < HANDWRITING_SHARE:
        write_date_by_hand(canvas, (470, 292), rng)
    canvas.paste(PillowImage.fromarray(cropped(portrait, PHOTO_BOX)), PHOTO_BOX[:2])
    return np.ascontiguousarray(np.asarray(canvas)[:, :, ::-1])


def _draw_holder(draw: ImageDraw.ImageDraw, person: SpecimenPerson, face: Face) -> None:
    label = japanese_font("sans", LABEL_PX)
    field = japanese_font(face, FIELD_PX)
    address = japanese_font(face, ADDRESS_PX)
    draw.text((40, 42), "氏名", font=label, fill=LABEL_INK)
    draw.text((106, 22), person.name, font=field, fill=INK)
    draw.text((792, 34), "個人番号カード", font=japanese_font("sans", 24), fill=(190, 96, 132))
    draw.text((40, 96), "住所", font=label, fill=LABEL_INK)
    for row, line in enumerate(_wrap(person.address)):
        draw.text((106, 86 + 36 * row), line, font=address, fill=INK)
    draw.text((372, 172), person.printed_birth_date, font=field, fill=INK)
    draw.text((800, 190), "性別", font=label, fill=LABEL_INK)
    draw.text((854, 172), person.sex, font=field, fill=INK)
    draw.text((372, 232), person.printed_expiry, font=field, fill=INK)
    draw.text((850, 238), "見本市長", font=japanese_font(face, ADDRESS_PX), fill=INK)


def _wrap(address: str) -> list[str]:
    return [
        address[start : start + ADDRESS_LINE_CHARACTERS]
        for start in range(0, len(address), ADDRESS_LINE_CHARACTERS)
    ]


def _draw_panels(draw: ImageDraw.ImageDraw, rng: np.random.Generator) -> None:
    label = japanese_font("sans", LABEL_PX)
    small = japanese_font("sans", 14)
    draw.text((372, 304), "電子証明書の", font=small, fill=LABEL_INK)
    draw.text((372, 322), "有効期限", font=small, fill=LABEL_INK)
    for top in range(350, 470, 12):
        draw.line((372, top, 972, top), fill=(206, 206, 212), width=5)
    draw.text((372, 482), "署名", font=small, fill=LABEL_INK)
    draw.text(
        (372, 545),
        "《1.脳死後及び心停止した死後 2.心停止した死後のみ 3.提供せず》",
        font=small,
        fill=LABEL_INK,
    )
    draw.text(
        (372, 566), "《1.2で提供したくない臓器があれば×》【心臓・肺・肝臓】", font=small, fill=LABEL_INK
    )
    serial = "".join(str(digit) for digit in rng.integers(0, 10, 12))
    draw.text((372, 594), f"SPCM{serial}", font=label, fill=LABEL_INK)


def _draw_code(draw: ImageDraw.ImageDraw, code: str, face: Face, *, labelled: bool) -> None:
    if labelled:
        draw.text((700, 592), "セキュリティコード", font=japanese_font("sans", LABEL_PX), fill=LABEL_INK)
    draw.text((890, 582), code, font=japanese_font(face, CODE_PX), fill=INK)
