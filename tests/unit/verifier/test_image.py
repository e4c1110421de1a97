"""Bytes that claim to be pictures."""

from __future__ import annotations

import io
import struct
import zlib

import numpy as np
import pytest
from PIL import Image

from verifier.errors import InvalidInput
from verifier.image import (
    MAX_CLIP_SIDE,
    MAX_IMAGE_BYTES,
    check_clip,
    decode_clip,
    decode_image,
    decode_photograph,
    encode_jpeg,
    encode_png,
)

pytestmark = pytest.mark.unit


def encoded(picture: Image.Image, form: str, **options: object) -> bytes:
    stream = io.BytesIO()
    picture.save(stream, form, **options)
    return stream.getvalue()


def gradient(width: int = 80, height: int = 60) -> Image.Image:
    rows, columns = np.indices((height, width))
    return Image.fromarray(np.stack([columns * 3, rows * 4, rows * 0 + 20], axis=-1).astype(np.uint8))


def refused(data: bytes, **options: int) -> str:
    with pytest.raises(InvalidInput) as caught:
        decode_image(data, **options)
    assert caught.value.hint
    return caught.value.code


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "JPEG2000"])
def test_each_format_decodes_to_bgr(form):
    image = decode_image(encoded(gradient(), form))
    assert image.shape == (60, 80, 3)
    assert image.dtype == np.uint8
    assert tuple(int(v) for v in image[30, 40]) == pytest.approx((20, 120, 120), abs=12)


def test_a_bare_jpeg_2000_codestream_decodes():
    data = encoded(gradient().convert("L"), "JPEG2000", no_jp2=True)
    assert data.startswith(bytes.fromhex("ff4fff51"))
    assert decode_image(data).shape == (60, 80, 3)


def test_exif_rotation_is_undone():
    exif = Image.Exif()
    exif[274] = 6
    assert decode_image(encoded(gradient(), "JPEG", exif=exif)).shape == (80, 60, 3)


def test_transparency_is_laid_on_grey():
    picture = Image.new("RGBA", (40, 40), (255, 0, 0, 0))
    assert decode_image(encoded(picture, "PNG"))[20, 20].tolist() == [127, 127, 127]


def test_sixteen_bit_grey_is_scaled_not_clipped():
    picture = Image.fromarray(np.full((40, 40), 0x4000, np.uint16))
    assert decode_image(encoded(picture, "PNG"))[5, 5].tolist() == [64, 64, 64]


@pytest.mark.parametrize("mode", ["CMYK", "P", "L", "1"])
def test_other_colour_modes_decode(mode):
    form = "JPEG" if mode == "CMYK" else "PNG"
    assert decode_image(encoded(gradient().convert(mode), form)).shape == (60, 80, 3)


@pytest.mark.parametrize("data", [b"", b"not an image", b"\x89PNG\r\n\x1a\n", b"%PDF-1.7", b"\xff\x4f\xff"])
def test_other_bytes_are_an_unknown_format(data):
    assert refused(data) == "image.unknown_format"


def test_a_gif_is_an_unknown_format_here():
    assert refused(encoded(gradient(), "GIF")) == "image.unknown_format"


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "JPEG2000"])
def test_a_truncated_file_is_refused(form):
    data = encoded(gradient(400, 300), form)
    assert refused(data[: len(data) // 2]) in {"image.damaged", "image.unknown_format"}


def test_pixels_are_counted_before_they_are_decoded():
    assert refused(encoded(gradient(), "PNG"), max_pixels=4799) == "image.too_many_pixels"


def test_a_decompression_bomb_is_refused():
    header = struct.pack(">IIBBBBB", 30_000, 30_000, 1, 0, 0, 0, 0)
    check = struct.pack(">I", zlib.crc32(b"IHDR" + header))
    bomb = b"\x89PNG\r\n\x1a\n" + struct.pack(">I", len(header)) + b"IHDR" + header + check
    body = zlib.compress(bytes(1000))
    bomb += struct.pack(">I", len(body)) + b"IDAT" + body + struct.pack(">I", zlib.crc32(b"IDAT" + body))
    assert refused(bomb) == "image.too_many_pixels"


def test_too_many_bytes_are_refused_unread():
    assert refused(b"\xff\xd8" + bytes(MAX_IMAGE_BYTES)) == "image.too_many_bytes"


def test_a_tiny_picture_is_refused():
    assert refused(encoded(gradient(31, 40), "PNG")) == "image.too_small"


def test_an_animation_is_refused():
    stills = [gradient(), gradient().rotate(180)]
    data = encoded(stills[0], "PNG", save_all=True, append_images=stills[1:])
    assert refused(data) == "image.animated"


def test_png_keeps_every_pixel_and_jpeg_about():
    image = decode_image(encoded(gradient(), "PNG"))
    assert np.array_equal(decode_image(encode_png(image)), image)
    assert np.abs(decode_image(encode_jpeg(image)).astype(int) - image).mean() < 3


def frames(count: int, size: tuple[int, int] = (80, 60)) -> list[bytes]:
    return [encoded(gradient(*size), "JPEG")] * count


def clip_refused(data: list[bytes], times: list[int]) -> str:
    """The code of both: what an upload passes must be judged, and the other way round."""
    codes = set()
    for read in (decode_clip, check_clip):
        with pytest.raises(InvalidInput) as caught:
            read(data, times)
        codes.add(caught.value.code)
    (code,) = codes
    return code


def test_a_clip_keeps_its_frames_and_times():
    clip = decode_clip(frames(20), list(range(0, 2000, 100)))
    assert len(clip.frames) == 20
    assert clip.timestamps_ms[-1] == 1900


def test_large_clip_frames_are_reduced():
    clip = decode_clip(frames(10, (1280, 720)), list(range(0, 1000, 100)))
    assert clip.frames[0].shape == (360, MAX_CLIP_SIDE, 3)


@pytest.mark.parametrize(
    ("count", "times", "code"),
    [
        (10, list(range(9)), "clip.timestamps"),
        (10, [0, 100, 100, *range(200, 900, 100)], "clip.timestamps"),
        (10, list(range(-100, 900, 100)), "clip.timestamps"),
        (5, list(range(5)), "clip.too_few_frames"),
        (0, [], "clip.too_few_frames"),
        (151, list(range(151)), "clip.too_many_frames"),
        (100, list(range(0, 20_000, 200)), "clip.too_long"),
        (10, list(range(0, 10_000, 1000)), "clip.frame_rate"),
    ],
)
def test_clips_out_of_bounds_are_refused(count, times, code):
    assert clip_refused(frames(count), times) == code


def test_frames_of_two_sizes_are_refused():
    assert clip_refused(frames(9) + frames(1, (60, 80)), list(range(0, 1000, 100))) == "clip.size_changes"


def test_frames_that_become_one_size_only_upright_are_one_clip():
    exif = Image.Exif()
    exif[0x0112] = 6
    clip = [*frames(9), encoded(gradient(60, 80), "JPEG", exif=exif)]
    check_clip(clip, list(range(0, 1000, 100)))
    assert {frame.shape for frame in decode_clip(clip, list(range(0, 1000, 100))).frames} == {(60, 80, 3)}


@pytest.mark.parametrize(
    ("spoilt", "code"),
    [
        (b"\xff\xd8\xff", "image.unknown_format"),
        (encoded(gradient(640, 480), "JPEG")[:-30], "image.damaged"),
        (encoded(gradient(640, 480), "PNG")[:-400], "image.damaged"),
        (encoded(gradient(20, 20), "JPEG"), "image.too_small"),
        (encoded(Image.new("1", (1921, 1440)), "PNG"), "image.too_many_pixels"),
    ],
)
def test_one_unusable_frame_refuses_the_clip(spoilt, code):
    clip = [*frames(9, (640, 480)), spoilt]
    assert clip_refused(clip, list(range(0, 1000, 100))) == code


@pytest.mark.parametrize("form", ["JPEG", "PNG"])
def test_a_large_photograph_is_reduced(form):
    reduced = decode_photograph(encoded(gradient(6000, 4500), form))
    assert reduced.shape == (1536, 2048, 3)


def test_a_photograph_of_ordinary_size_stays_as_it_is():
    data = encoded(gradient(1600, 1200), "PNG")
    assert np.array_equal(decode_photograph(data), decode_image(data))


def test_a_reduced_photograph_is_upright_too():
    exif = Image.Exif()
    exif[274] = 6
    for form in ("JPEG", "PNG"):
        assert decode_photograph(encoded(gradient(6000, 4500), form, exif=exif)).shape == (2048, 1536, 3)
