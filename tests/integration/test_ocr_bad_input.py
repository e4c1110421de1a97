"""Whatever is sent in place of three photographs of a card: a reason code, in bounded time and memory.

Time is bounded by work, not by a clock: pixels that are looked at, lines that are recognised.
"""

from __future__ import annotations

import io
import subprocess
import sys
from datetime import date
from typing import Any

import cv2
import numpy as np
import pytest
from PIL import Image as PillowImage
from PIL import ImageDraw

from tests.sim.specimen import capture, drawn_portrait, random_person, render_mynumber
from tests.sim.specimen.fonts import japanese_font
from verifier.errors import InvalidInput
from verifier.image import MAX_PHOTOGRAPH_SIDE, decode_photograph, encode_jpeg
from verifier.ocr.rapid import MAX_LINES_WIDTH_PX, RapidTextReader
from verifier.ocr.surface import read_mynumber_surface
from verifier.types import Image, SurfaceReading

pytestmark = pytest.mark.integration

TODAY = date(2026, 11, 22)
HOLDER = random_person(np.random.default_rng(31), today=TODAY)
DECODE_MEMORY_MB = 700
"""Data segment of a process that decodes the largest photograph: 150 MB of pixels, the libraries, their
threads' stacks. Undiminished copies would need 300 MB more."""


class CountingReader(RapidTextReader):
    """The real reader; counts what it was made to look at."""

    images = 0
    width_px = 0.0

    def read_all(self, images: Any, *, worth_reading: Any = None) -> Any:
        self.images += len(images)
        return super().read_all(images, worth_reading=worth_reading)

    def _line(self, image: Any, box: Any) -> Any:
        self.width_px += 48 * np.linalg.norm(box[1] - box[0]) / np.linalg.norm(box[3] - box[0])
        return super()._line(image, box)


@pytest.fixture(name="reader", scope="module")
def _reader() -> CountingReader:
    return CountingReader()


@pytest.fixture(name="card", scope="module")
def _card() -> Image:
    return render_mynumber(HOLDER, drawn_portrait(), rng=np.random.default_rng(31))


@pytest.fixture(name="photograph", scope="module")
def _photograph(card) -> Image:
    return capture(card, "easy", np.random.default_rng(32))


def read(frames: tuple[Image, ...], reader: RapidTextReader) -> SurfaceReading:
    return read_mynumber_surface(frames, reader=reader, today=TODAY)


def refusal(data: bytes) -> str:
    with pytest.raises(InvalidInput) as refused:
        decode_photograph(data)
    assert refused.value.hint
    return refused.value.code


def encoded(image: Image, form: str) -> bytes:
    stream = io.BytesIO()
    PillowImage.fromarray(image[:, :, ::-1]).save(stream, form)
    return stream.getvalue()


def page_of_text() -> Image:
    page = PillowImage.new("RGB", (1200, 1600), "white")
    draw = ImageDraw.Draw(page)
    for row in range(90):
        draw.text(
            (30, 17 * row), f"{row} お知らせ 2024年1月15日 " * 5, font=japanese_font("sans", 13), fill="black"
        )
    return np.asarray(page).copy()


def test_a_page_of_text_is_no_card_and_is_not_read_in_full(reader):
    reader.images, reader.width_px = 0, 0.0
    reading = read((page_of_text(),) * 3, reader)
    assert reading.pin_b is None
    assert reading.checks[0].code == "ocr.too_few_frames"
    assert reading.checks[0].facts["without_fields"] == 3
    assert reader.images <= 3 * 3  # the card as it lies, turned around, the whole photograph
    assert reader.width_px <= reader.images * MAX_LINES_WIDTH_PX


def test_noise_is_no_card(reader):
    noise = np.random.default_rng(1).integers(0, 256, (1200, 1600, 3), np.uint8)
    reading = read((noise,) * 3, reader)
    assert (reading.pin_b, dict(reading.fields)) == (None, {})
    assert reading.checks[0].code == "ocr.too_few_frames"


def test_two_cards_in_one_photograph_are_refused(card, reader):
    desk = np.full((1536, 2048, 3), 70, np.uint8)
    for left in (60, 1060):
        desk[480 : 480 + 578, left : left + 916] = cv2.resize(card, (916, 578), interpolation=cv2.INTER_AREA)
    reading = read((desk,) * 3, reader)
    assert reading.pin_b is None
    assert reading.checks[0].facts["ocr.several_cards"] == 3


def test_a_card_upside_down_is_read_all_the_same(photograph, reader):
    turned = np.ascontiguousarray(photograph[::-1, ::-1])
    reading = read((turned,) * 3, reader)
    assert reading.pin_b == HOLDER.pin_b
    assert reading.portrait is not None
    upright = read((photograph,), reader).portrait
    assert upright is not None
    height, width = upright.shape[:2]
    cut = cv2.resize(reading.portrait, (width, height))
    assert np.abs(cut.astype(int) - upright).mean() < 12


def test_a_card_standing_on_its_side_gives_its_code_or_a_reason(photograph, reader):
    reading = read((np.ascontiguousarray(np.rot90(photograph)),) * 3, reader)
    assert reading.pin_b in {HOLDER.pin_b, None}
    assert (reading.pin_b is None) == any(check.code for check in reading.checks[:3])


def test_twenty_megapixels_are_reduced_and_read(photograph, reader):
    large = cv2.resize(photograph, (5200, 3900), interpolation=cv2.INTER_CUBIC).astype(np.uint8)
    reduced = decode_photograph(encode_jpeg(large))
    assert max(reduced.shape) == MAX_PHOTOGRAPH_SIDE
    assert read((reduced,) * 3, reader).pin_b == HOLDER.pin_b


def test_a_photograph_of_fifty_pixels_is_too_small(reader):
    tiny = decode_photograph(encode_jpeg(np.full((50, 50, 3), 128, np.uint8)))
    with pytest.raises(InvalidInput) as refused:
        read((tiny,) * 3, reader)
    assert refused.value.code == "ocr.frame_too_small"


@pytest.mark.parametrize(
    "data",
    [
        b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\n",
        "見本　花子".encode(),
        encoded(np.full((600, 800, 3), 128, np.uint8), "GIF"),
        b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic" + bytes(200),
        encoded(np.full((600, 800, 3), 128, np.uint8), "TIFF"),
        b"",
    ],
    ids=["pdf", "text", "gif", "heic", "tiff", "nothing"],
)
def test_a_file_of_another_type_is_named_as_such(data):
    assert refusal(data) == "image.unknown_format"


@pytest.mark.parametrize(
    ("form", "code"), [("JPEG", "image.damaged"), ("PNG", "image.damaged"), ("WEBP", "image.unknown_format")]
)
def test_a_truncated_file_is_refused(photograph, form, code):
    data = encoded(photograph, form)
    assert refusal(data[: len(data) // 2]) == code


def test_a_decompression_bomb_is_refused_by_its_header():
    bomb = encoded(np.zeros((48, 64, 3), np.uint8), "PNG")
    width_and_height = (60_000).to_bytes(4, "big") * 2
    assert refusal(bomb[:16] + width_and_height + bomb[24:]) in {
        "image.too_many_pixels",
        "image.unknown_format",
    }


@pytest.mark.parametrize("form", ["PNG", "JPEG"])
def test_the_largest_photograph_is_decoded_within_bounded_memory(form, tmp_path):
    path = tmp_path / "large"
    PillowImage.new("RGB", (8160, 6120), (200, 190, 180)).save(path, form)
    program = (
        "import resource, sys;"
        f"resource.setrlimit(resource.RLIMIT_DATA, ({DECODE_MEMORY_MB << 20},) * 2);"
        "from verifier.image import decode_photograph;"
        "print(decode_photograph(open(sys.argv[1], 'rb').read()).shape)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(path)], capture_output=True, text=True, check=False
    )
    assert done.stderr == ""
    assert done.stdout == "(1536, 2048, 3)\n"
