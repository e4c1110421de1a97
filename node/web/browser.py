"""The browser's own secret: ties one browser to the request it opened and the journey it began.

Says nothing about who sits there. 256 random bits in a cookie; only its SHA-256 is kept
(`session.token_digest`). HttpOnly, SameSite=Lax because the customer arrives from another member's page.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request, Response

from node.domain.session import TOKEN_BYTES
from node.errors import InvalidInput
from node.web.session import NodeDep

COOKIE_LIFE_S = 86_400
"""A day: as long as a reuse may be decided."""

_TOKEN_CHARACTERS = 2 * TOKEN_BYTES


def _known(request: Request, node: NodeDep) -> str | None:
    token = request.cookies.get(_cookie_name(node))
    return token if token and len(token) == _TOKEN_CHARACTERS and token.isalnum() else None


KnownBrowser = Annotated[str | None, Depends(_known)]


def _required(browser: KnownBrowser) -> str:
    if browser is None:
        raise InvalidInput(
            "browser.unknown", "this browser has not begun anything here", hint="allow cookies, start again"
        )
    return browser


RequiredBrowser = Annotated[str, Depends(_required)]


def _any(browser: KnownBrowser, node: NodeDep) -> str:
    return browser or node.randomness(TOKEN_BYTES).hex()


AnyBrowser = Annotated[str, Depends(_any)]
"""The browser's secret, made now if it has none; hand it out with `remember`."""


def remember(response: Response, node: NodeDep, browser: str) -> None:
    """Give the browser its secret."""
    response.set_cookie(
        _cookie_name(node),
        browser,
        max_age=COOKIE_LIFE_S,
        httponly=True,
        secure=node.settings.public_url.startswith("https://"),
        samesite="lax",
        path="/",
    )


def _cookie_name(node: NodeDep) -> str:
    return "__Host-browser" if node.settings.public_url.startswith("https://") else "browser"
