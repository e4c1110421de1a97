"""Uploaded files at the border: read within limits, before anything looks inside.

FastAPI reads a body that a handler declares before it asks who sent it. Handlers that take files declare
none: the form is a dependency like any other, named behind the one that says who may send it, and
dependencies are met in the order of names.

A body goes to disk as it arrives, at the pace of whoever sends it. Only a few at a time come from there into
memory, where a clip takes several times its size until it lies encrypted in the vault.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import IO, Annotated, Any, Final

from fastapi import Depends, Request
from fastapi.exceptions import RequestValidationError
from starlette.datastructures import FormData, UploadFile
from starlette.types import Message, Receive

from node.api.admission import PLACE
from node.domain.canonical import parse_json
from node.domain.evidence import ClipFiles
from node.domain.signals import read_signals
from node.errors import InvalidInput

ALLOWANCE: Final = "rireki.allowance"
"""Where in the ASGI scope `node.api.limits` keeps how much a request may bring."""

IN_MEMORY_AT_ONCE = 4
"""Uploads to one address that are in memory at a time; each keeps a core busy for a tenth of a second. Every
address has its own, because a clip that is judged at once waits for an engine there."""

CHUNK_BYTES = 1 << 20
"""What is read back from disk in one go."""

MAX_IMAGE_BYTES = 20 << 20
"""One photograph; the engine's own limit (verifier.image)."""

MAX_FRAME_BYTES = 2 << 20
"""One clip frame; 1280x720 at high JPEG quality is below 1 MB."""

MAX_CLIP_FRAMES = 150
"""Frames of one clip; the engine's own limit (verifier.image)."""


MAX_UPLOAD_BYTES = (MAX_CLIP_FRAMES * MAX_FRAME_BYTES) + (1 << 20)
"""The largest clip, more than a card's photographs, and what stands between; spooled to disk, not held."""


async def _read_form(request: Request) -> AsyncIterator[FormData]:
    """The form, now that whoever sends it may bring more than others."""
    if request.headers.get("content-type", "").startswith("multipart/form-data"):
        request.scope[ALLOWANCE].raise_to(MAX_UPLOAD_BYTES)
    request.scope[PLACE].postpone()
    with tempfile.TemporaryFile() as body:
        async for chunk in request.stream():
            body.write(chunk)
        body.seek(0)
        async with request.app.state.uploads.turn(request), _from_disk(request, body).form() as form:
            yield form


def _from_disk(request: Request, body: IO[bytes]) -> Request:
    """The same request, its body read from a file."""

    async def receive() -> Message:
        chunk = body.read(CHUNK_BYTES)
        return {"type": "http.request", "body": chunk, "more_body": len(chunk) == CHUNK_BYTES}

    given: Receive = receive
    return Request(request.scope, given)


class UploadTurns:
    """Who may bring an upload into memory now; one of them for each application."""

    def __init__(self) -> None:
        """Nobody waits."""
        self._by_address: dict[str, asyncio.Semaphore] = defaultdict(
            lambda: asyncio.Semaphore(IN_MEMORY_AT_ONCE)
        )

    @asynccontextmanager
    async def turn(self, request: Request) -> AsyncIterator[None]:
        """Wait for it, in the order of coming; only then the request takes one of the node's places."""
        async with self._by_address[request.scope["route"].path]:
            await request.scope[PLACE].take()
            yield


Form = Annotated[FormData, Depends(_read_form)]


def read_images(form: Form) -> tuple[bytes, ...]:
    """The uploaded photographs. Raises InvalidInput ("upload.too_large")."""
    return tuple(_read(file, MAX_IMAGE_BYTES) for file in _files(form, "images"))


def read_clip(form: Form) -> ClipFiles:
    """The uploaded clip.

    Raises:
        InvalidInput: "upload.too_large", "upload.timestamps", "signals.malformed".
    """
    frames = _files(form, "frames")
    if len(frames) > MAX_CLIP_FRAMES:
        raise InvalidInput(
            "upload.too_large", f"more than {MAX_CLIP_FRAMES} frames", hint="send about 10 per second"
        )
    times, told = _times(_text(form, "timestamps_ms")), read_signals(_text(form, "signals", absent=""))
    read = tuple(_read(frame, MAX_FRAME_BYTES) for frame in frames)
    return ClipFiles(read, times, _text(form, "challenge"), told)


UploadedImages = Annotated[tuple[bytes, ...], Depends(read_images)]
"""The photographs in a multipart form. Named after whoever may send them."""

UploadedClip = Annotated[ClipFiles, Depends(read_clip)]
"""The clip in a multipart form. Named after whoever may send it."""


def _described(optional: tuple[str, ...] = (), **properties: Any) -> dict[str, Any]:
    required = [name for name in properties if name not in optional]
    schema = {"type": "object", "properties": properties, "required": required}
    return {"requestBody": {"required": True, "content": {"multipart/form-data": {"schema": schema}}}}


_FILES: Final = {"type": "array", "items": {"type": "string", "contentMediaType": "application/octet-stream"}}

IMAGES_FORM: Final = _described(images=_FILES)
"""`openapi_extra` of a handler that takes photographs."""

CLIP_FORM: Final = _described(
    frames=_FILES | {"description": "Encoded images in order."},
    timestamps_ms={
        "type": "string",
        "description": "JSON list: whole milliseconds since the challenge was shown.",
    },
    challenge={"type": "string", "description": "The `token` of the challenge that the clip answers."},
    signals={
        "type": "string",
        "description": "JSON: what the capturing page says of itself; docs/formats.md.",
    },
    optional=("signals",),
)
"""`openapi_extra` of a handler that takes a clip."""


def _files(form: FormData, name: str) -> list[UploadFile]:
    found = [part for part in form.getlist(name) if isinstance(part, UploadFile)]
    if not found:
        raise _missing(name)
    return found


def _text(form: FormData, name: str, *, absent: str | None = None) -> str:
    value = form.get(name, absent)
    if not isinstance(value, str):
        raise _missing(name)
    return value


def _missing(name: str) -> RequestValidationError:
    return RequestValidationError([{"loc": ("body", name), "msg": "Field required", "type": "missing"}])


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
