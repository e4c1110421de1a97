"""Error answers between members, in OAuth's shape with our code beside it.

`{"error", "error_description", "code", "hint"}`: a client written from the RFCs understands the first
two, ours logs the third. Spec: RFC 6749 section 5.2, RFC 9126 section 2.3, RFC 9396 section 5.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from fastapi.routing import APIRoute

from node.api.admission import Overloaded
from node.api.errors import headers_of
from node.errors import Corrupt, InvalidInput, NodeError

_log = logging.getLogger(__name__)

_BY_AREA = {
    "client": ("invalid_client", 401),
    "grant": ("invalid_grant", 400),
    "legal_basis": ("invalid_authorization_details", 400),
    "method": ("invalid_authorization_details", 400),
    "time": ("invalid_authorization_details", 400),
}
"""The code's first part -> OAuth error and status."""

_BY_CODE = {
    f"request.{name}": ("invalid_authorization_details", 400)
    for name in ("malformed", "parties", "purpose", "attributes", "methods", "max_age", "nonce", "lifetime")
}

_NO_STORE = {"Cache-Control": "no-store", "Pragma": "no-cache"}
"""RFC 6749 section 5.1: token answers are not cached."""


class OAuthRoute(APIRoute):
    """A route whose errors leave in OAuth's shape."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Wrap the handler."""
        inner = super().get_route_handler()

        async def handle(request: Request) -> Response:
            try:
                response = await inner(request)
            except Overloaded as error:
                return answer_of(error.error)
            except NodeError as error:
                return answer_of(error)
            except RequestValidationError as error:
                where = ".".join(str(part) for part in error.errors()[0]["loc"])
                return answer_of(
                    InvalidInput("request.parameter", f"parameter {where} is missing or malformed")
                )
            response.headers.update(_NO_STORE)
            return response

        return handle


def answer_of(error: NodeError) -> JSONResponse:
    """The OAuth answer of an error."""
    if isinstance(error, Corrupt):
        _log.critical("corrupt: %s %s", error.code, error.message)
    name, status = _name_and_status(error)
    body = {"error": name, "error_description": error.message, "code": error.code, "hint": error.hint}
    return JSONResponse(body, status_code=status, headers={**_NO_STORE, **headers_of(error.code)})


def _name_and_status(error: NodeError) -> tuple[str, int]:
    if not isinstance(error, InvalidInput):
        return ("temporarily_unavailable", 503) if not isinstance(error, Corrupt) else ("server_error", 500)
    area = error.code.partition(".")[0]
    return _BY_CODE.get(error.code) or _BY_AREA.get(area) or ("invalid_request", 400)
