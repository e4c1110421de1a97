"""The browser's own secret: ties one browser to the request it opened and the journey it began.

Says nothing about who sits there. 256 random bits in a cookie; only its SHA-256 is kept
(`session.token_digest`). HttpOnly, SameSite=Lax because the customer arrives from another member's page.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request, Response
from fastapi.responses import RedirectResponse

from node.domain.session import TOKEN_BYTES
from node.errors import InvalidInput
from node.web.session import NodeDep

COOKIE_LIFE_S = 86_400
"""A day: as long as a reuse may be decided."""

_INTRODUCED = "introduced"
"""Query parameter of a request that a browser repeats with its secret."""

_TOKEN_CHARACTERS = 2 * TOKEN_BYTES


def _known(request: Request, node: NodeDep) -> str | None:
    token = request.cookies.get(_cookie_name(node))
    return token if token and len(token) == _TOKEN_CHARACTERS and token.isalnum() else None


KnownBrowser = Annotated[str | None, Depends(_known)]


def _required(browser: KnownBrowser) -> str:
    if browser is None:
        raise _unknown()
    return browser


RequiredBrowser = Annotated[str, Depends(_required)]


def introduce(request: Request, node: NodeDep) -> RedirectResponse:
    """Give a new browser its secret and have it come again with it.

    Only then may anything rest on the secret: were an answer lost that both binds and hands it out, nobody
    could go on.

    Raises:
        InvalidInput: it came again and brought none (`browser.unknown`).
    """
    if _INTRODUCED in request.query_params:
        raise _unknown()
    again = request.url.include_query_params(**{_INTRODUCED: "1"})
    answer = RedirectResponse(f"{again.path}?{again.query}", status_code=303)
    remember(answer, node, node.randomness(TOKEN_BYTES).hex())
    return answer


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


def _unknown() -> InvalidInput:
    hint = "allow cookies, start again"
    return InvalidInput("browser.unknown", "this browser has not begun anything here", hint=hint)


def _cookie_name(node: NodeDep) -> str:
    return "__Host-browser" if node.settings.public_url.startswith("https://") else "browser"
