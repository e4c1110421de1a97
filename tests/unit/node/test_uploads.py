"""Uploads are bounded and well formed before anything looks inside."""

from __future__ import annotations

from io import BytesIO

import pytest
from fastapi import UploadFile

from node.errors import InvalidInput
from node.uploads import MAX_CLIP_FRAMES, MAX_FRAME_BYTES, read_clip, read_images

pytestmark = pytest.mark.unit


def _file(data: bytes = b"x") -> UploadFile:
    return UploadFile(BytesIO(data))


def test_files_are_read_in_order():
    assert read_images([_file(b"1"), _file(b"2")]) == (b"1", b"2")
    assert read_clip([_file(b"1"), _file(b"2")], "[0, 100]", "token").timestamps_ms == (0, 100)


@pytest.mark.parametrize("text", ["", "x", "{}", "3", "[1.5]", "[true]", '["1"]', "[null]", "[" * 100_000])
def test_timestamps_are_a_list_of_whole_numbers(text):
    with pytest.raises(InvalidInput) as caught:
        read_clip([_file()], text, "token")
    assert caught.value.code == "upload.timestamps"


def test_a_frame_that_is_too_large_is_refused():
    with pytest.raises(InvalidInput) as caught:
        read_clip([_file(b"x" * (MAX_FRAME_BYTES + 1))], "[0]", "token")
    assert caught.value.code == "upload.too_large"


def test_too_many_frames_are_refused_unread():
    with pytest.raises(InvalidInput) as caught:
        read_clip([_file() for _ in range(MAX_CLIP_FRAMES + 1)], "[]", "token")
    assert caught.value.code == "upload.too_large"
