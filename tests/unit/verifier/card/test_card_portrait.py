"""Decoding chip photographs: pixels in BGR, and refusals before anything is decompressed."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image as PilImage

from tests.sim.card.images import PORTRAIT_SIZE_PX, portrait_jp2
from verifier.card import portrait
from verifier.card.portrait import decode_portrait
from verifier.errors import InvalidInput

pytestmark = pytest.mark.unit


def jpeg2000(pixels: np.ndarray, **options: object) -> bytes:
    buffer = io.BytesIO()
    PilImage.fromarray(pixels).save(buffer, "JPEG2000", **options)
    return buffer.getvalue()


GRADIENT = np.tile(np.arange(96, dtype=np.uint8) * 2, (120, 1))


def test_a_grey_portrait_becomes_bgr_with_equal_channels():
    image = decode_portrait(jpeg2000(GRADIENT))
    assert image.shape == (120, 96, 3)
    assert image.dtype == np.uint8
    for channel in range(3):
        np.testing.assert_array_equal(image[:, :, channel], GRADIENT)


def test_colour_comes_out_in_bgr_order():
    red = np.zeros((64, 64, 3), np.uint8)
    red[:, :, 0] = 255
    blue, green, red_channel = decode_portrait(jpeg2000(red)).reshape(-1, 3).mean(axis=0)
    assert red_channel > 250
    assert max(blue, green) < 5


def test_a_bare_codestream_with_padding_is_read():
    codestream = jpeg2000(GRADIENT, no_jp2=True)
    assert codestream.startswith(bytes.fromhex("FF4F"))
    np.testing.assert_array_equal(decode_portrait(codestream + bytes(300))[:, :, 1], GRADIENT)


def test_a_jpeg_as_passports_have_it_is_read():
    buffer = io.BytesIO()
    PilImage.fromarray(GRADIENT).save(buffer, "JPEG", quality=95)
    assert np.abs(decode_portrait(buffer.getvalue())[:, :, 1].astype(int) - GRADIENT).max() <= 4


def test_the_personalisation_helper_aims_at_two_kilobytes():
    noise = np.random.default_rng(3).integers(0, 256, (400, 300, 3), dtype=np.uint8)
    encoded = portrait_jp2(noise)
    assert 1500 <= len(encoded) <= 2300
    width, height = PORTRAIT_SIZE_PX
    assert decode_portrait(encoded).shape == (height, width, 3)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "card.portrait_format"),
        (b"\x89PNG\r\n\x1a\n" + bytes(100), "card.portrait_format"),
        (b"GIF89a" + bytes(100), "card.portrait_format"),
        (b"\xff\xd8\xff\xe0" + bytes(100), "card.portrait_damaged"),
        (jpeg2000(GRADIENT) + bytes(portrait.MAX_BYTES), "card.portrait_size"),
        (jpeg2000(GRADIENT)[:120], "card.portrait_damaged"),
        (bytes.fromhex("FF4FFF51"), "card.portrait_damaged"),
    ],
)
def test_what_is_no_usable_portrait_is_refused(data: bytes, code: str):
    with pytest.raises(InvalidInput) as refusal:
        decode_portrait(data)
    assert refusal.value.code == code


def test_a_picture_that_would_fill_memory_is_refused_before_decoding():
    wide = jpeg2000(np.zeros((8, portrait.MAX_SIDE_PX + 1), np.uint8))
    with pytest.raises(InvalidInput) as refusal:
        decode_portrait(wide)
    assert refusal.value.code == "card.portrait_size"
