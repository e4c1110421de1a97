"""Renders the customer's and operator's pages: one template environment, one set of security headers.

Decides how a page leaves the node, not what it says. Every page carries a Content-Security-Policy without
inline scripts or styles (CSP Level 3), is neither cached nor framed, and tells no other site where the reader
came from, because a URL may hold a one-time token.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.staticfiles import StaticFiles

from node.domain.days import jst_text, to_text

_HERE = Path(__file__).parent

TEMPLATES = _HERE / "templates"

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "img-src 'self' blob: data:; media-src 'self' blob:; "
    "base-uri 'none'; frame-ancestors 'none'; form-action 'self'"
)
"""Scripts, styles and requests from this node only; blob: shows the camera's own frames."""

_HEADERS = {
    "Cache-Control": "no-store",
    # Not "no-referrer": with it a browser posts forms under `Origin: null` (Fetch standard, "append a request
    # Origin header"), which cannot be told from another site's.
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "Permissions-Policy": (
        "camera=(self), publickey-credentials-get=(self), publickey-credentials-create=(self)"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
}


def render(template: str, *, status: int = 200, **context: Any) -> HTMLResponse:
    """Render one template with the security headers.

    Args:
        template: file name under node/web/templates.
        status: HTTP status.
        **context: the template's variables; a missing one is an error.
    """
    body = _environment().get_template(template).render(**context)
    return HTMLResponse(body, status_code=status, headers={**_HEADERS, "Content-Security-Policy": _POLICY})


def error_page(
    *, status: int, code: str, detail: str, hint: str, repeat_after: int | None = None
) -> HTMLResponse:
    """What a person sees when a page could not be served: what happened, what to do, the code to quote.

    With `repeat_after` the page asks for itself again after so many seconds.
    """
    return render(
        "error.html",
        status=status,
        kind=status,
        code=code,
        detail=detail,
        hint=hint,
        repeat_after=repeat_after,
    )


def install_static(app: FastAPI) -> None:
    """Serve the stylesheet and scripts under /static."""
    app.mount("/static", StaticFiles(directory=_HERE / "static"), name="static")


@cache
def _environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters.update(jst=jst_text, iso=to_text)
    return made
