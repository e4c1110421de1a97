"""How many bytes a request may bring, counted before anything reads them.

Nobody in particular may bring `MAX_BODY_BYTES`, whatever the content type says. More is for uploads, and only
once whoever sends it was found entitled to (`node.uploads.UploadedForm`). Decides nothing about contents;
`node.uploads` limits each file. ASGI middleware; RFC 9110 section 15.5.14.
"""

from __future__ import annotations

from dataclasses import dataclass

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from node.uploads import ALLOWANCE

MAX_BODY_BYTES = 1 << 20
"""The longest JSON that is asked for has a few kilobytes."""


@dataclass
class Allowance:
    """How much one request may bring, and how much it brought."""

    limit: int = MAX_BODY_BYTES
    read: int = 0

    def raise_to(self, limit: int) -> None:
        """Let this request bring more."""
        self.limit = max(self.limit, limit)

    def count(self, body: bytes) -> None:
        """Take note of bytes that arrived. Raises HTTPException (413) when they are too many."""
        self.read += len(body)
        if self.read > self.limit:
            raise HTTPException(413, f"the request is larger than {self.limit >> 20} MB")


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
        allowance = scope[ALLOWANCE] = Allowance()

        async def counted() -> Message:
            message = await receive()
            allowance.count(message.get("body", b""))
            return message

        await self._app(scope, counted, send)
