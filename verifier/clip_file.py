"""A recorded clip from a file: a video, or a folder or ZIP archive of frames with their times.

Decides whether a file of unknown origin is a clip within the limits of verifier/image.py, in bounded time and
memory: sizes are looked at before anything is decoded, frames are reduced one by one, and a video that takes
too long to decode is given up. Only containers that cannot refer to other files are opened, by their first
bytes whatever the name says. Rotation of a video is undone as its metadata say, transparency of frames laid
on grey.

Folder and archive: images in the order of their names, and `timestamps_ms.json`, a list of whole milliseconds
since the challenge was shown; the form in which the node keeps a capture.
"""

from __future__ import annotations

import json
import time
import zipfile
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import cv2
import numpy as np

from verifier.errors import InvalidInput
from verifier.image import (
    MAX_CLIP_FRAMES,
    MAX_CLIP_MS,
    check_timing,
    clip_frame,
    decode_clip,
)
from verifier.types import Clip

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from verifier.types import Image

TIMES_FILE: Final = "timestamps_ms.json"
MAX_FILE_BYTES: Final = 200 << 20
"""15 s of 4K at 100 Mbit/s."""
MAX_FRAME_BYTES: Final = 4 << 20
"""A frame of a clip; a 4K JPEG of high quality."""
MAX_TIMES_BYTES: Final = 64 << 10
MAX_VIDEO_PIXELS: Final = 4096 * 2304
MIN_STEP_MS: Final = 30
"""Frames closer together are left out: 33 a second show more than any check reads."""
DECODE_LIMIT_S: Final = 20.0

_MAGIC: Final = (
    (4, b"ftyp"),  # MP4, MOV
    (0, b"\x1aE\xdf\xa3"),  # Matroska, WebM
    (8, b"AVI "),
)
_ZIP_MAGIC: Final = b"PK\x03\x04"


@dataclass(frozen=True, slots=True)
class ClipFile:
    """What a file held.

    Attributes:
        clip: decoded.
        timed: whether the times were taken as each frame came; a video's are those of its encoder.
    """

    clip: Clip
    timed: bool


def read_clip_file(path: Path) -> ClipFile:
    """Read a clip.

    Raises:
        InvalidInput: "clip.file_unreadable", "clip.too_many_bytes", "clip.unknown_format" (no container or
            codec that is read here), "clip.no_times", "clip.too_many_pixels", "clip.damaged",
            "clip.too_slow", or a code of `verifier.image.decode_clip`.
    """
    try:
        if path.is_dir():
            return _frames_of(*_folder(path))
        if path.stat().st_size > MAX_FILE_BYTES:
            raise InvalidInput("clip.too_many_bytes", "the file is too large", hint="send at most 200 MB")
        with path.open("rb") as file:
            head = file.read(12)
        if head.startswith(_ZIP_MAGIC):
            with zipfile.ZipFile(path) as archive:
                return _frames_of(*_archive(archive))
    except (OSError, zipfile.BadZipFile, RuntimeError, NotImplementedError) as error:
        raise InvalidInput(
            "clip.file_unreadable", "the clip cannot be read", hint="check the path and the file"
        ) from error
    if not any(head[place:].startswith(magic) for place, magic in _MAGIC):
        raise _unknown()
    return _video(path)


Member = tuple[int, "Callable[[], bytes]"]
"""Size in bytes, and how to read it."""


def _folder(path: Path) -> tuple[dict[str, Member], Member | None]:
    files = {one.name: one for one in path.iterdir() if one.is_file() and not one.name.startswith(".")}
    times = files.pop(TIMES_FILE, None)
    members: dict[str, Member] = {name: (one.stat().st_size, one.read_bytes) for name, one in files.items()}
    return members, None if times is None else (times.stat().st_size, times.read_bytes)


def _archive(archive: zipfile.ZipFile) -> tuple[dict[str, Member], Member | None]:
    """The images of an archive: whatever is not JSON or JWS, as the node's own archives hold beside them."""

    def member(entry: zipfile.ZipInfo) -> Member:
        return entry.file_size, lambda: archive.read(entry)

    entries = {entry.filename: entry for entry in archive.infolist() if not entry.is_dir()}
    times = entries.pop(TIMES_FILE, None)
    images = {name: one for name, one in entries.items() if not name.endswith((".json", ".jws"))}
    members = {name: member(entry) for name, entry in images.items()}
    return members, None if times is None else member(times)


def _frames_of(members: dict[str, Member], times: Member | None) -> ClipFile:
    if times is None:
        raise InvalidInput(
            "clip.no_times", f"there is no {TIMES_FILE}", hint="write the frames' milliseconds into it"
        )
    timestamps_ms = _times(_read(times, MAX_TIMES_BYTES))
    check_timing(len(members), timestamps_ms)
    frames = [_read(member, MAX_FRAME_BYTES) for _, member in sorted(members.items())]
    return ClipFile(decode_clip(frames, timestamps_ms), timed=True)


def _read(member: Member, limit: int) -> bytes:
    size, read = member
    if size > limit:
        raise InvalidInput("clip.too_many_bytes", "a frame is too large", hint="record at 640x480")
    return read()


def _times(data: bytes) -> list[int]:
    try:
        times = json.loads(data)
    except (ValueError, RecursionError):
        times = None
    if not isinstance(times, list) or any(type(one) is not int for one in times):
        raise InvalidInput(
            "clip.timestamps",
            f"{TIMES_FILE} is no list of whole milliseconds",
            hint="write [0, 104, 201, ...]",
        )
    return times


def _video(path: Path) -> ClipFile:
    capture = cv2.VideoCapture(str(path), cv2.CAP_FFMPEG)
    try:
        if not capture.isOpened():
            raise _unknown()
        width, height = (capture.get(what) for what in (cv2.CAP_PROP_FRAME_WIDTH, cv2.CAP_PROP_FRAME_HEIGHT))
        if width * height > MAX_VIDEO_PIXELS:
            raise InvalidInput(
                "clip.too_many_pixels", "the video's picture is too large", hint="record at 640x480"
            )
        frames, times = _thinned(_decoded(capture))
    finally:
        capture.release()
    if not frames:
        raise InvalidInput("clip.damaged", "no frame of the video can be decoded", hint="record it again")
    check_timing(len(frames), times)
    return ClipFile(Clip(tuple(frames), tuple(times)), timed=False)


def _decoded(capture: cv2.VideoCapture) -> Iterator[tuple[Image, int]]:
    """Upright frames and their times, to the end."""
    began = time.monotonic()
    while True:
        if time.monotonic() - began > DECODE_LIMIT_S:
            raise InvalidInput(
                "clip.too_slow", "the video takes too long to decode", hint="record at 640x480"
            )
        done, frame = capture.read()
        t_ms = round(capture.get(cv2.CAP_PROP_POS_MSEC))
        if not done:
            return
        if t_ms > MAX_CLIP_MS:
            raise InvalidInput("clip.too_long", "the video lasts too long", hint="record only while prompted")
        yield clip_frame(np.asarray(frame, np.uint8)), t_ms


def _thinned(found: Iterator[tuple[Image, int]]) -> tuple[list[Image], list[int]]:
    """As many frames as a clip may have, evenly: when there are too many, every other one is dropped."""
    frames: list[Image] = []
    times: list[int] = []
    step_ms = MIN_STEP_MS
    for frame, t_ms in found:
        if times and t_ms - times[-1] < step_ms:
            continue
        if len(frames) == MAX_CLIP_FRAMES:
            frames, times, step_ms = frames[::2], times[::2], 2 * _usual(times)
        frames.append(frame)
        times.append(t_ms)
    return frames, times


def _usual(times: Sequence[int]) -> int:
    return (times[-1] - times[0]) // max(1, len(times) - 1) - 1


def _unknown() -> InvalidInput:
    return InvalidInput(
        "clip.unknown_format",
        "the file is no video or archive of a known format",
        hint="send MP4, MOV, WebM, MKV or AVI, or frames with their times in a folder or ZIP archive",
    )
