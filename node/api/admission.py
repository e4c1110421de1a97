"""The door: so many requests are answered at a time, others wait a moment, and who waits too long is told.

Refused here nothing has happened yet, so any request may be sent again as it is; `Retry-After` says when. A
request takes its place once its body has arrived, so that a slow one keeps nobody waiting; files take theirs
when it is their turn to be read (`node.uploads`). Health, and what pages are made of, need no place. ASGI
middleware; RFC 9110 sections 10.2.3 and 15.6.4.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from node.errors import Unavailable

WAIT_S = 0.5
"""How long a request waits for a place. Of five hundred that come at the same moment, the last is told within
two seconds: on two processors the loop takes a second to hear and to answer all of them."""

OPEN_TO_ALL = ("/health", "/static/")
"""Paths that need no place."""

PLACE = "rireki.place"
"""Where in the ASGI scope a request's place lies."""

Refuse = Callable[[Request, Unavailable], Response]
"""Renders a refusal as the rest of the node would."""


class Overloaded(HTTPException):
    """Raised where the framework reads a body, and passes only its own kind of error on."""

    def __init__(self) -> None:
        """Carry the node's own error."""
        super().__init__(503, "busy")
        self.error = overloaded()


def overloaded() -> Unavailable:
    """No place became free in time."""
    hint = "Send the same again in a moment. If it stays so, raise `concurrency` or add a machine."
    return Unavailable("node.overloaded", "the node has too much to do at the moment", hint=hint)


class Admission:
    """Lets so many requests in at a time, first come, first served."""

    def __init__(self, app: ASGIApp, *, places: int, refuse: Refuse, wait_s: float = WAIT_S) -> None:
        """Wrap an application.

        Args:
            app: what answers.
            places: requests at a time.
            refuse: renders a refusal.
            wait_s: the longest wait for a place.
        """
        self._app, self._refuse = app, refuse
        self._house = House(places, wait_s)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or refuse it."""
        if scope["type"] != "http" or scope["path"].startswith(OPEN_TO_ALL):
            await self._app(scope, receive, send)
            return
        place = scope[PLACE] = Place(self._house)
        try:
            if not _brings_body(scope):
                await place.take()
            await self._app(scope, _then(receive, place.take_at_end_of_body), _before(send, place.leave))
        except Overloaded as error:  # from the line above the app: inside, the app's own handler answers
            await self._refuse(Request(scope), error.error)(scope, receive, send)
        finally:
            place.leave()


class House:
    """So many places, and before them a line of no more than as many: who comes behind it is told at once."""

    def __init__(self, places: int, wait_s: float) -> None:
        self._places, self._longest_line, self._wait_s = asyncio.Semaphore(places), places, wait_s
        self._waiting = 0

    async def enter(self) -> None:
        """Wait for a place. Raises Overloaded."""
        if self._places.locked() and self._waiting >= self._longest_line:
            raise Overloaded
        self._waiting += 1
        try:
            async with asyncio.timeout(self._wait_s):
                await self._places.acquire()
        except TimeoutError:
            raise Overloaded from None
        finally:
            self._waiting -= 1

    def leave(self) -> None:
        """Give the place to the next."""
        self._places.release()


class Place:
    """One request's place; taken once, left once."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._taken = self._postponed = False

    def postpone(self) -> None:
        """Take none when the body is there: whoever reads it takes it later."""
        self._postponed = True

    async def take_at_end_of_body(self) -> None:
        """Wait for it, unless it was put off. Raises Overloaded."""
        if not self._postponed:
            await self.take()

    async def take(self) -> None:
        """Wait for it. Raises Overloaded."""
        if not self._taken:
            await self._house.enter()
            self._taken = True

    def leave(self) -> None:
        """Give it to the next; a second time changes nothing."""
        if self._taken:
            self._taken = False
            self._house.leave()


def _brings_body(scope: Scope) -> bool:
    headers = dict(scope["headers"])
    return b"transfer-encoding" in headers or headers.get(b"content-length", b"0") != b"0"


def _then(receive: Receive, once_all_is_there: Callable[[], Awaitable[None]]) -> Receive:
    async def received() -> Message:
        message = await receive()
        if message["type"] == "http.request" and not message.get("more_body", False):
            await once_all_is_there()
        return message

    return received


def _before(send: Send, last_of_all: Callable[[], None]) -> Send:
    """What an app still does once it has answered is nobody's request any more."""

    async def sent(message: Message) -> None:
        if message["type"] == "http.response.body" and not message.get("more_body", False):
            last_of_all()
        await send(message)

    return sent
