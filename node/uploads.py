"""Uploaded files at the border: read within limits, before anything looks inside."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Form, UploadFile

from node.domain.canonical import parse_json
from node.domain.evidence import ClipFiles
from node.domain.signals import read_signals
from node.errors import InvalidInput

MAX_IMAGE_BYTES = 20 << 20
"""One photograph; the engine's own limit (verifier.image)."""

MAX_FRAME_BYTES = 2 << 20
"""One clip frame; 1280x720 at high JPEG quality is below 1 MB."""

MAX_CLIP_FRAMES = 150
"""Frames of one clip; the engine's own limit (verifier.image)."""


def read_images(files: list[UploadFile]) -> tuple[bytes, ...]:
    """The uploaded photographs. Raises InvalidInput ("upload.too_large")."""
    return tuple(_read(file, MAX_IMAGE_BYTES) for file in files)


def read_clip(
    frames: list[UploadFile],
    timestamps_ms: Annotated[str, Form(description="JSON list: milliseconds since the challenge was shown.")],
    challenge: Annotated[str, Form(description="The `token` of the challenge that the clip answers.")],
    signals: Annotated[
        str, Form(description="JSON: what the capturing page says of itself; docs/formats.md.")
    ] = "",
) -> ClipFiles:
    """The uploaded clip.

    Args:
        frames: encoded images in order.
        timestamps_ms: JSON list of whole milliseconds since the challenge was shown.
        challenge: the token of the challenge that it answers.
        signals: JSON of what the capture page said of itself; empty for none.

    Raises:
        InvalidInput: "upload.too_large", "upload.timestamps", "signals.malformed".
    """
    if len(frames) > MAX_CLIP_FRAMES:
        raise InvalidInput(
            "upload.too_large", f"more than {MAX_CLIP_FRAMES} frames", hint="send about 10 per second"
        )
    times, told = _times(timestamps_ms), read_signals(signals)
    return ClipFiles(tuple(_read(frame, MAX_FRAME_BYTES) for frame in frames), times, challenge, told)


UploadedClip = Annotated[ClipFiles, Depends(read_clip)]
"""The clip in a multipart form. Named after whoever may send it: dependencies run in the order of names."""


def _times(text: str) -> tuple[int, ...]:
    times = parse_json(text, code="upload.timestamps")
    if not isinstance(times, list) or any(type(t) is not int for t in times):
        raise InvalidInput("upload.timestamps", "timestamps_ms is a JSON list of whole numbers")
    return tuple(times)


def _read(file: UploadFile, limit: int) -> bytes:
    data = file.file.read(limit + 1)
    if len(data) > limit:
        raise InvalidInput("upload.too_large", f"a file is larger than {limit >> 20} MB")
    return data
