"""How many bytes a request may bring, counted before anything reads them.

Decides nothing about contents; `node.uploads` limits each file. ASGI middleware; RFC 9110 section 15.5.14.
"""

from __future__ import annotations

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from node.uploads import MAX_CLIP_FRAMES, MAX_FRAME_BYTES

MAX_BODY_BYTES = 1 << 20
"""The longest JSON that is asked for has a few kilobytes."""

MAX_UPLOAD_BYTES = MAX_CLIP_FRAMES * MAX_FRAME_BYTES + MAX_BODY_BYTES
"""A multipart body: the largest clip, more than a card's photographs; it is spooled to disk, not held."""


class BodyLimit:
    """Stops reading a request that is too large; it is answered with status 413."""

    def __init__(self, app: ASGIApp) -> None:
        """Wrap an application."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Count what the application receives."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        left = limit = _limit(Headers(scope=scope))

        async def counted() -> Message:
            nonlocal left
            message = await receive()
            left -= len(message.get("body", b""))
            if left < 0:
                raise HTTPException(413, f"the request is larger than {limit >> 20} MB")
            return message

        await self._app(scope, counted, send)


def _limit(headers: Headers) -> int:
    is_upload = headers.get("content-type", "").startswith("multipart/form-data")
    return MAX_UPLOAD_BYTES if is_upload else MAX_BODY_BYTES
