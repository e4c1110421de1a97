"""The one table from errors to HTTP statuses, and the one shape of an error response.

A response is `{"code", "detail", "hint"}`: no traceback, no personal data.
"""

from __future__ import annotations

import logging
from typing import Protocol

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from starlette.exceptions import HTTPException

from node.api.admission import Overloaded, Refuse
from node.errors import Corrupt, InvalidInput, NodeError, Unavailable

_log = logging.getLogger(__name__)

_BY_CODE = {
    "auth.missing": 401,
    "auth.invalid": 401,
    "auth.forbidden": 403,
    "session.missing": 401,
    "session.cross_site": 403,
}
_BY_SUFFIX = {"unknown": 404, "exists": 409, "changed": 409, "wrong_state": 409, "too_large": 413}
_BY_KIND: dict[type[NodeError], int] = {InvalidInput: 400, Unavailable: 503, Corrupt: 500}


RETRY_AFTER_S = {
    "engine.busy": 2,
    "node.overloaded": 2,
    "store.busy": 1,
    "store.conflict": 1,
    "attestation.busy": 1,
}
"""Code -> seconds after which the same request may well succeed (RFC 9110 section 10.2.3). Pages and members'
clients then repeat it by themselves; what a person must put right first is not here."""

FOR_SYSTEMS = "see /openapi.json"
"""A hint that helps whoever writes a client, not whoever reads a page."""


class ErrorPage(Protocol):
    """Renders an error for a person."""

    def __call__(
        self, *, status: int, code: str, detail: str, hint: str, repeat_after: int | None
    ) -> Response:
        """Give the whole response; one that asks again by itself after `repeat_after` seconds."""
        ...


def status_of(error: NodeError) -> int:
    """HTTP status: by exact code, then by the code's last part, then by kind."""
    if error.code in _BY_CODE:
        return _BY_CODE[error.code]
    suffix = error.code.rpartition(".")[2]
    if isinstance(error, InvalidInput) and suffix in _BY_SUFFIX:
        return _BY_SUFFIX[suffix]
    return next((status for kind, status in _BY_KIND.items() if isinstance(error, kind)), 500)


def headers_of(code: str) -> dict[str, str]:
    """Headers that an error's answer carries besides."""
    if code in RETRY_AFTER_S:
        return {"Retry-After": str(RETRY_AFTER_S[code])}
    return {"WWW-Authenticate": "Bearer"} if code.startswith("auth.") else {}


def install_error_handlers(app: FastAPI, *, page: ErrorPage) -> Refuse:
    """Make every error leave the app in the one shape.

    Args:
        app: the application.
        page: the same error for a person, where a browser asked for a page.

    Returns:
        What renders an error outside the app.
    """

    def answer(request: Request, status: int, code: str, detail: str, hint: str) -> Response:
        headers = headers_of(code)
        if "text/html" in request.headers.get("accept", ""):
            said = "" if hint == FOR_SYSTEMS else hint
            # A form is not sent again behind a person's back.
            repeat_after = RETRY_AFTER_S.get(code) if request.method == "GET" else None
            shown = page(status=status, code=code, detail=detail, hint=said, repeat_after=repeat_after)
            shown.headers.update(headers)
            return shown
        body = {"code": code, "detail": detail, "hint": hint}
        return JSONResponse(body, status_code=status, headers=headers)

    def answer_error(request: Request, error: NodeError) -> Response:
        return answer(request, status_of(error), error.code, error.message, error.hint)

    @app.exception_handler(NodeError)
    async def _node_error(request: Request, error: NodeError) -> Response:
        if isinstance(error, Corrupt):
            _log.critical("corrupt: %s %s", error.code, error.message)
        return answer_error(request, error)

    @app.exception_handler(Overloaded)
    async def _overloaded(request: Request, error: Overloaded) -> Response:
        return answer_error(request, error.error)

    @app.exception_handler(RequestValidationError)
    async def _malformed(request: Request, error: RequestValidationError) -> Response:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        return answer(request, 422, "request.malformed", f"{where}: {first['msg']}", FOR_SYSTEMS)

    @app.exception_handler(HTTPException)
    async def _http(request: Request, error: HTTPException) -> Response:
        status = error.status_code
        return answer(request, status, f"http.{status}", str(error.detail), FOR_SYSTEMS)

    @app.exception_handler(Exception)
    async def _bug(request: Request, error: Exception) -> Response:
        _log.error("unhandled %s on %s", type(error).__name__, request.url.path, exc_info=error)
        return answer(
            request, 500, "internal", "the node failed to handle this request", "see the node's log"
        )

    return answer_error
