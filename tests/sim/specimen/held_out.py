"""A twin of our former My Number card, and a second camera.

What differs from `mynumber_former.py` and `camera.py`: type faces (BIZ UD, Shippori, Zen Kaku), sizes,
spacing and places of every field, full-width or half-width digits, paper (rosettes and a gradient
instead of sine lines), desk (woven cloth), and a camera with barrel distortion, a colour cast,
falling-off light and a soft shadow instead of light spots. It was once held out; because it shares the
former layout, it could not show what that got wrong, and is now one of the seen layouts.
"""

from __future__ import annotations

import math

import cv2
import numpy as np
from PIL import Image as PillowImage
from PIL import ImageDraw

from tests.sim.specimen.fonts import Face, japanese_font
from tests.sim.specimen.paper import cropped, draw_mark, rosettes
from tests.sim.specimen.people import SpecimenPerson
from verifier.types import Image

SIZE_PX = (1284, 810)
"""Width and height: ID-1 at 381 dpi."""
FRAME_SIZE_PX = (1920, 1440)
FACES: tuple[Face, ...] = ("biz-serif", "biz-sans", "shippori-serif", "zen-sans")
INK = (30, 30, 30)
LABEL_INK = (96, 84, 110)
PLAY_PX = 14
"""Every row stands this far from its usual place at most: cut and print tolerance, and our ignorance."""
FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")
SHADOW_SHARE = 0.5


def render_held_out(person: SpecimenPerson, portrait: Image, *, rng: np.random.Generator) -> Image:
    """Draw a card.

    Args:
        person: what to print.
        portrait: (H, W, 3) uint8, BGR.
        rng: chooses everything else.

    Returns:
        (810, 1284, 3) uint8, BGR.

    Raises:
        FontMissingError: a face is not in place (scripts/fetch_fonts.py).
    """
    canvas = PillowImage.fromarray(rosettes(SIZE_PX, rng))
    _print_rows(ImageDraw.Draw(canvas), person, rng)
    box = (70, 290, 430, 752)
    canvas.paste(PillowImage.fromarray(cropped(portrait, box)), box[:2])
    return np.ascontiguousarray(np.asarray(canvas)[:, :, ::-1])


def _print_rows(draw: ImageDraw.ImageDraw, person: SpecimenPerson, rng: np.random.Generator) -> None:
    face: Face = FACES[rng.integers(len(FACES))]
    label, small = japanese_font(face, 20), japanese_font(face, 17)
    wide = bool(rng.integers(2))

    def place(x: float, y: float) -> tuple[float, float]:
        return x + rng.uniform(-PLAY_PX, PLAY_PX), y + rng.uniform(-PLAY_PX / 2, PLAY_PX / 2)

    def row(x: float, y: float, text: str, size_px: int) -> None:
        digits = text.translate(FULL_WIDTH) if wide else text
        draw.text(place(x, y), digits, font=japanese_font(face, size_px), fill=INK)

    draw.text(place(56, 60), "氏名", font=label, fill=LABEL_INK)
    row(150, 42, person.name, 40)
    draw.text(place(1040, 52), "個人番号カード", font=japanese_font(face, 27), fill=(80, 110, 170))
    draw.text(place(56, 136), "住所", font=label, fill=LABEL_INK)
    left, top = place(150, 126)
    for index, line in enumerate(_wrapped(person.address, 26)):
        draw.text((left, top + 42 * index), line, font=japanese_font(face, 31), fill=INK)
    born = place(470, 232)
    date = person.printed_birth_date
    draw.text(born, date.translate(FULL_WIDTH) if wide else date, font=japanese_font(face, 38), fill=INK)
    draw.text((1010, born[1] + 14), "性別", font=label, fill=LABEL_INK)
    draw.text((1066, born[1]), person.sex, font=japanese_font(face, 38), fill=INK)
    row(470, 304, person.printed_expiry, 38 if not wide else 34)
    draw.text(place(1080, 318), "見本区長", font=japanese_font(face, 32), fill=INK)
    _print_panels(draw, small, rng)
    row(1128, 738, person.security_code, 34 if not wide else 28)


def _wrapped(address: str, characters: int) -> list[str]:
    return [address[start : start + characters] for start in range(0, len(address), characters)]


def _print_panels(draw: ImageDraw.ImageDraw, small: object, rng: np.random.Generator) -> None:
    draw.text((470, 394), "電子証明書の有効期限    年   月   日", font=small, fill=LABEL_INK)
    draw.rectangle((470, 440, 1240, 600), fill=(238, 236, 228), outline=(200, 196, 186))
    draw_mark(draw, (560, 476), size_px=68)
    draw.text(
        (470, 650),
        "《1.脳死後及び心停止した死後 2.心停止した死後のみ 3.提供せず》",
        font=small,
        fill=LABEL_INK,
    )
    draw.text((470, 684), "特記欄:", font=small, fill=LABEL_INK)
    serial = "".join(str(digit) for digit in rng.integers(0, 10, 14))
    draw.text((470, 752), f"SP{serial}", font=small, fill=LABEL_INK)


def photograph_held_out(flat: Image, rng: np.random.Generator) -> Image:
    """Photograph a card on woven cloth; about as hard to read as "medium".

    Args:
        flat: from `render_held_out`.
        rng: chooses pose, light and noise.

    Returns:
        (1440, 1920, 3) uint8, BGR.
    """
    frame = _on_cloth(flat, rng)
    frame = _distorted(frame, rng.uniform(-0.06, 0.02))
    frame *= _light(rng)[:, :, None] * rng.uniform(0.88, 1.08, 3).astype(np.float32)
    frame = cv2.GaussianBlur(frame, (0, 0), rng.uniform(0.8, 1.5))
    frame += cv2.GaussianBlur(rng.standard_normal(frame.shape, np.float32) * 9, (0, 0), 0.7)
    quality = int(rng.integers(70, 90))
    _, data = cv2.imencode(
        ".jpg", np.clip(frame, 0, 255).astype(np.uint8), [cv2.IMWRITE_JPEG_QUALITY, quality]
    )
    return np.asarray(cv2.imdecode(data, cv2.IMREAD_COLOR), np.uint8)


def _on_cloth(flat: Image, rng: np.random.Generator) -> np.ndarray:
    """(1440, 1920, 3) float32: each corner of the card is moved by itself, which no pinhole camera is."""
    width = FRAME_SIZE_PX[0]
    card_height, card_width = flat.shape[:2]
    reach = rng.uniform(0.62, 0.80) * width / 2
    box = np.array([(-1, -0.63), (1, -0.63), (1, 0.63), (-1, 0.63)]) * reach
    angle = math.radians(rng.uniform(-8, 8))
    turn = np.array([(math.cos(angle), math.sin(angle)), (-math.sin(angle), math.cos(angle))])
    centre = np.array(FRAME_SIZE_PX) / 2 + rng.normal(0, 24, 2)
    corners = (box @ turn + centre + rng.uniform(-0.05, 0.05, (4, 2)) * reach).astype(np.float32)
    source = np.array([(0, 0), (card_width, 0), (card_width, card_height), (0, card_height)], np.float32)
    homography = cv2.getPerspectiveTransform(source, corners)
    mask = cv2.warpPerspective(_rounded(flat.shape[:2]), homography, FRAME_SIZE_PX)[:, :, None] / np.float32(
        255
    )
    card = cv2.warpPerspective(flat, homography, FRAME_SIZE_PX, flags=cv2.INTER_AREA).astype(np.float32)
    shade = cv2.GaussianBlur(mask, (0, 0), 14)[:, :, None]
    return card * mask + _cloth(rng) * (1 - 0.4 * shade) * (1 - mask)


def _rounded(size: tuple[int, int]) -> np.ndarray:
    height, width = size
    mask = np.zeros(size, np.uint8)
    radius = width // 27
    cv2.rectangle(mask, (radius, 0), (width - radius - 1, height - 1), 255, -1)
    cv2.rectangle(mask, (0, radius), (width - 1, height - radius - 1), 255, -1)
    for x in (radius, width - radius - 1):
        for y in (radius, height - radius - 1):
            cv2.circle(mask, (x, y), radius, 255, -1)
    return mask


def _cloth(rng: np.random.Generator) -> np.ndarray:
    width, height = FRAME_SIZE_PX
    y, x = (np.arange(size, dtype=np.float32) for size in (height, width))
    pitch = rng.uniform(5, 11)
    weave = np.sin(y[:, None] * 2 * math.pi / pitch) * np.sin(x[None, :] * 2 * math.pi / pitch)
    stripe = np.where((x[None, :] // rng.uniform(120, 300)).astype(int) % 2, 14, -14)
    colour = rng.uniform(30, 190, 3).astype(np.float32)
    return (colour + (9 * weave + stripe)[:, :, None]).astype(np.float32)


def _distorted(frame: np.ndarray, strength: float) -> np.ndarray:
    """Barrel (negative) or pincushion distortion about the middle."""
    width, height = FRAME_SIZE_PX
    camera = np.array([(width, 0, width / 2), (0, width, height / 2), (0, 0, 1)], np.float64)
    return np.asarray(cv2.undistort(frame, camera, np.array([-strength, 0, 0, 0])), np.float32)


def _light(rng: np.random.Generator) -> np.ndarray:
    """(H, W) float32 factor: light from one side, and sometimes the shadow of a hand over a part."""
    width, height = FRAME_SIZE_PX
    x, y = np.linspace(-1, 1, width, dtype=np.float32), np.linspace(-1, 1, height, dtype=np.float32)
    light = 1 - 0.22 * (x[None, :] ** 2 + y[:, None] ** 2) / 2 + 0.1 * rng.uniform(-1, 1) * x[None, :]
    if rng.random() < SHADOW_SHARE:
        edge = rng.uniform(-0.5, 0.5)
        light *= 1 - 0.28 / (1 + np.exp(-(x[None, :] + 0.4 * y[:, None] - edge) * 9))
    return light.astype(np.float32)
