"""Clips from files of unknown origin: what is read, what is refused, in bounded time and memory."""

from __future__ import annotations

import io
import json
import struct
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import PIL.Image
import pytest

from tests.integration.face_fixtures import rng
from verifier.clip_file import ClipFile, read_clip_file
from verifier.errors import InvalidInput
from verifier.image import MAX_CLIP_FRAMES, MAX_CLIP_SIDE, encode_jpeg
from verifier.types import Image

pytestmark = pytest.mark.integration

BOUND_CPU_S = 25.0
"""Processor time, which does not depend on what else runs."""

TIMES = list(range(0, 3000, 100))


def frame(number: int, size: tuple[int, int] = (320, 240)) -> Image:
    """Grey, brighter with time, a white corner at the top left."""
    image = np.full((size[1], size[0], 3), 60 + number % 100, np.uint8)
    image[: size[1] // 4, : size[0] // 4] = 255
    return image


def video(path: Path, *, fps: float = 10, frames: int = 30, codec: str = "mp4v", size=(320, 240)) -> Path:
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter_fourcc(*codec), fps, size)
    assert writer.isOpened()
    for number in range(frames):
        writer.write(frame(number, size))
    writer.release()
    return path


def folder(path: Path, *, times: object = TIMES, count: int = len(TIMES)) -> Path:
    path.mkdir()
    for number in range(count):
        (path / f"{number:04d}.jpg").write_bytes(encode_jpeg(frame(number)))
    if times is not None:
        (path / "timestamps_ms.json").write_text(json.dumps(times))
    return path


def archive(path: Path, members: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for name, data in members.items():
            file.writestr(name, data)
    return path


def corner(clip: ClipFile) -> tuple[bool, bool]:
    """Whether the white corner is at the top, and at the left."""
    grey = clip.clip.frames[0].mean(axis=2)
    top, left = np.argwhere(grey > 200).mean(axis=0) < np.array(grey.shape) / 2
    return bool(top), bool(left)


@pytest.mark.parametrize(
    ("name", "codec"),
    [
        ("a.mp4", "mp4v"),
        ("a.avi", "MJPG"),
        ("a.avi", "XVID"),
        ("a.mkv", "mp4v"),
        ("a.webm", "VP90"),
        ("a.mkv", "FFV1"),
        ("a.avi", "HFYU"),
        ("a.avi", "MPNG"),
    ],
)
def test_common_videos_are_read_with_their_own_times(tmp_path, name, codec):
    found = read_clip_file(video(tmp_path / name, codec=codec))
    assert len(found.clip.frames) == pytest.approx(30, abs=1)
    assert found.clip.timestamps_ms[:3] == (0, 100, 200)
    assert not found.timed


def test_a_folder_and_an_archive_of_it_give_the_same_clip(tmp_path):
    path = folder(tmp_path / "frames")
    members = {one.name: one.read_bytes() for one in path.iterdir()}
    zipped = archive(tmp_path / "clip.zip", members | {"challenge.jws": b"x", "signals.json": b"{}"})
    first, second = read_clip_file(path), read_clip_file(zipped)
    assert first.timed
    assert second.clip.timestamps_ms == first.clip.timestamps_ms == tuple(TIMES)
    assert all(np.array_equal(a, b) for a, b in zip(first.clip.frames, second.clip.frames, strict=True))


def test_a_fast_video_is_thinned_to_what_a_clip_may_hold(tmp_path):
    clip = read_clip_file(video(tmp_path / "a.mp4", fps=60, frames=600)).clip
    assert 60 < len(clip.frames) <= MAX_CLIP_FRAMES
    assert clip.timestamps_ms[-1] == pytest.approx(10_000, abs=150)


def test_a_large_picture_is_reduced_frame_by_frame(tmp_path):
    clip = read_clip_file(video(tmp_path / "a.mp4", size=(1920, 1080))).clip
    assert max(clip.frames[0].shape) == MAX_CLIP_SIDE


def test_rotation_in_the_metadata_is_undone(tmp_path):
    path = video(tmp_path / "a.mp4")
    assert corner(read_clip_file(path)) == (True, True)
    path.write_bytes(turned(path.read_bytes()))
    found = read_clip_file(path)
    assert found.clip.frames[0].shape == (320, 240, 3)
    assert corner(found) == (True, False)


def turned(data: bytes) -> bytes:
    """The MP4 with a track matrix that says: turn by 90 degrees (ISO/IEC 14496-12, tkhd)."""
    at = data.index(b"tkhd") + 4 + 40
    matrix = struct.pack(">9i", 0, 1 << 16, 0, -(1 << 16), 0, 0, 240 << 16, 0, 1 << 30)
    return data[:at] + matrix + data[at + len(matrix) :]


def test_transparent_frames_are_laid_on_grey(tmp_path):
    path = folder(tmp_path / "frames", count=0)
    for number in range(len(TIMES)):
        buffer = io.BytesIO()
        PIL.Image.new("RGBA", (64, 64), (255, 0, 0, 0)).save(buffer, "PNG")
        (path / f"{number:04d}.png").write_bytes(buffer.getvalue())
    assert np.all(read_clip_file(path).clip.frames[0] == 127)


def absent(tmp_path: Path) -> Path:
    return tmp_path / "nowhere.mp4"


def text(tmp_path: Path) -> Path:
    path = tmp_path / "a.mp4"
    path.write_text("#EXTM3U\nhttp://127.0.0.1:9/secret\n")
    return path


def noise(tmp_path: Path) -> Path:
    path = tmp_path / "a.mp4"
    path.write_bytes(b"\0\0\0\x18ftypmp42" + rng(1).bytes(50_000))
    return path


def cut_off(tmp_path: Path) -> Path:
    path = video(tmp_path / "a.mp4")
    path.write_bytes(path.read_bytes()[:2000])
    return path


def audio_only(tmp_path: Path) -> Path:
    path = tmp_path / "a.webm"
    path.write_bytes(b"\x1aE\xdf\xa3" + bytes(200))
    return path


def unknown_codec(tmp_path: Path) -> Path:
    path = video(tmp_path / "a.avi", codec="MJPG")
    path.write_bytes(path.read_bytes().replace(b"MJPG", b"ZZZZ"))
    return path


def another_container(tmp_path: Path) -> Path:
    return video(tmp_path / "a.flv", codec="FLV1")


def damaged_inside(tmp_path: Path) -> Path:
    """Whole at both ends, noise where the pictures are."""
    path = video(tmp_path / "a.avi", codec="MJPG")
    data = bytearray(path.read_bytes())
    start = data.index(b"movi") + 4
    data[start : -len(data) // 8] = rng(2).bytes(len(data) - len(data) // 8 - start)
    path.write_bytes(bytes(data))
    return path


def still(tmp_path: Path) -> Path:
    path = tmp_path / "a.jpg"
    path.write_bytes(encode_jpeg(frame(0)))
    return path


def slow(tmp_path: Path) -> Path:
    return video(tmp_path / "a.mp4", fps=1, frames=12)


def short(tmp_path: Path) -> Path:
    return video(tmp_path / "a.mp4", frames=4)


def long(tmp_path: Path) -> Path:
    return video(tmp_path / "a.mp4", frames=200)


def enormous(tmp_path: Path) -> Path:
    return video(tmp_path / "a.avi", codec="MJPG", frames=2, size=(5000, 3000))


def heavy(tmp_path: Path) -> Path:
    path = tmp_path / "a.mp4"
    with path.open("wb") as file:
        file.write(b"\0\0\0\x18ftypmp42")
        file.truncate(300 << 20)
    return path


def untimed(tmp_path: Path) -> Path:
    return folder(tmp_path / "frames", times=None)


def mistimed(tmp_path: Path) -> Path:
    return folder(tmp_path / "frames", times=[0, 1, "2"])


def badly_encrypted(tmp_path: Path) -> Path:
    data = bytearray(archive(tmp_path / "a.zip", {"timestamps_ms.json": b"[0]"}).read_bytes())
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    (tmp_path / "a.zip").write_bytes(data)
    return tmp_path / "a.zip"


def bomb(tmp_path: Path) -> Path:
    members = {f"{number:04d}": bytes(50 << 20) if number == 3 else b"x" for number in range(30)}
    return archive(tmp_path / "a.zip", members | {"timestamps_ms.json": json.dumps(TIMES).encode()})


def no_images(tmp_path: Path) -> Path:
    members = {f"{number:04d}": b"not an image" for number in range(30)}
    return archive(tmp_path / "a.zip", members | {"timestamps_ms.json": json.dumps(TIMES).encode()})


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (absent, "clip.file_unreadable"),
        (text, "clip.unknown_format"),
        (noise, "clip.unknown_format"),
        (cut_off, "clip.unknown_format"),
        (audio_only, "clip.unknown_format"),
        (still, "clip.unknown_format"),
        (unknown_codec, "clip.unknown_format"),
        (another_container, "clip.unknown_format"),
        (damaged_inside, "clip.too_few_frames"),
        (slow, "clip.frame_rate"),
        (short, "clip.too_few_frames"),
        (long, "clip.too_long"),
        (enormous, "clip.too_many_pixels"),
        (heavy, "clip.too_many_bytes"),
        (untimed, "clip.no_times"),
        (mistimed, "clip.timestamps"),
        (badly_encrypted, "clip.file_unreadable"),
        (bomb, "clip.too_many_bytes"),
        (no_images, "image.unknown_format"),
    ],
)
def test_what_is_no_clip_is_refused_with_a_code_and_a_hint(tmp_path, make: Callable[[Path], Path], code):
    path = make(tmp_path)
    began = time.process_time()
    with pytest.raises(InvalidInput) as caught:
        read_clip_file(path)
    assert caught.value.code == code
    assert caught.value.hint
    assert time.process_time() - began < BOUND_CPU_S
