"""Uploads are bounded and well formed before anything looks inside."""

from __future__ import annotations

from io import BytesIO

import pytest
from fastapi.exceptions import RequestValidationError
from starlette.datastructures import FormData, UploadFile

from node.errors import InvalidInput
from node.uploads import MAX_CLIP_FRAMES, MAX_FRAME_BYTES, read_clip, read_images

pytestmark = pytest.mark.unit


def _files(name: str, *contents: bytes) -> list[tuple[str, UploadFile | str]]:
    return [(name, UploadFile(BytesIO(data))) for data in contents]


def _clip(*frames: bytes, times: str = "[0]", **more: str) -> FormData:
    told = {"timestamps_ms": times, "challenge": "token", **more}
    return FormData([*_files("frames", *frames), *told.items()])


def test_files_are_read_in_order():
    assert read_images(FormData(_files("images", b"1", b"2"))) == (b"1", b"2")
    clip = read_clip(_clip(b"1", b"2", times="[0, 100]"))
    assert (clip.frames, clip.timestamps_ms, clip.token) == ((b"1", b"2"), (0, 100), "token")
    assert clip.signals is None


@pytest.mark.parametrize(
    ("form", "name"),
    [
        (_clip(), "frames"),
        (FormData([("frames", "no file"), ("timestamps_ms", "[0]"), ("challenge", "token")]), "frames"),
        (FormData(_files("frames", b"x")), "timestamps_ms"),
        (FormData([*_files("frames", b"x"), ("timestamps_ms", "[0]")]), "challenge"),
        (FormData([*_files("frames", b"x"), *_files("timestamps_ms", b"[0]")]), "timestamps_ms"),
    ],
)
def test_what_is_missing_is_named(form, name):
    with pytest.raises(RequestValidationError) as caught:
        read_clip(form)
    assert caught.value.errors()[0]["loc"] == ("body", name)


@pytest.mark.parametrize("text", ["", "x", "{}", "3", "[1.5]", "[true]", '["1"]', "[null]", "[" * 100_000])
def test_timestamps_are_a_list_of_whole_numbers(text):
    with pytest.raises(InvalidInput) as caught:
        read_clip(_clip(b"x", times=text))
    assert caught.value.code == "upload.timestamps"


def test_a_frame_that_is_too_large_is_refused():
    with pytest.raises(InvalidInput) as caught:
        read_clip(_clip(b"x" * (MAX_FRAME_BYTES + 1)))
    assert caught.value.code == "upload.too_large"


def test_too_many_frames_are_refused_unread():
    with pytest.raises(InvalidInput) as caught:
        read_clip(_clip(*[b"x"] * (MAX_CLIP_FRAMES + 1), times="[]"))
    assert caught.value.code == "upload.too_large"
