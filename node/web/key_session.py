"""Sign-in of whoever works at a member: an API key once, then a signed cookie for one working session.

The cookie names the key and an end, and goes to one area of pages only. It is checked against the key's
standing at every page, so revoking the key ends the session. Decides nothing about what an area shows.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from fastapi import Request
from fastapi.responses import RedirectResponse, Response

from node.bootstrap import Node
from node.domain.access import ApiKey, Role, split_token

SESSION_LIFE_S: Final = 4 * 3600
"""Half a working day."""

MAX_TOKEN_CHARACTERS: Final = 200
"""A key has some 80."""

_PARTS: Final = 3
"""Key id, end, signature."""


@dataclass(frozen=True, slots=True)
class KeySession:
    """Sessions of one area.

    Attributes:
        area: first segment of its paths, and name of its cookie.
        role: what a key must permit.
    """

    area: str
    role: Role

    @property
    def path(self) -> str:
        """Where the area begins."""
        return f"/{self.area}"

    def find(self, request: Request, node: Node) -> ApiKey | None:
        """The key behind the cookie, if it is genuine, in time and the key still stands."""
        parts = request.cookies.get(self.area, "").split(".")
        if len(parts) != _PARTS or not parts[1].isdigit():
            return None
        key_id, ends, signature = parts
        expected = self._signature(node, key_id, ends)
        # As bytes: text would have to be ASCII, and a cookie need not be.
        genuine = hmac.compare_digest(signature.encode(), expected.encode())
        if not genuine or int(ends) < node.clock.now():
            return None
        key = _kept(node, key_id)
        return key if key is not None and key.revoked_at is None and key.permits(self.role) else None

    def begin(self, node: Node, token: str) -> Response | None:
        """The way into the area with a fresh cookie; None for a key that does not open it."""
        parts = split_token(token.strip())
        key = _kept(node, parts[0]) if parts is not None else None
        if parts is None or key is None or not key.matches(parts[1]) or not key.permits(self.role):
            return None
        ends = str(node.clock.now() + SESSION_LIFE_S)
        answer = RedirectResponse(self.path, status_code=303)
        answer.set_cookie(
            self.area,
            f"{key.key_id}.{ends}.{self._signature(node, key.key_id, ends)}",
            max_age=SESSION_LIFE_S,
            httponly=True,
            secure=node.settings.public_url.startswith("https://"),
            samesite="strict",
            path=self.path,
        )
        return answer

    def end(self) -> Response:
        """The way out, the cookie forgotten."""
        answer = RedirectResponse(self.path, status_code=303)
        answer.delete_cookie(self.area, path=self.path)
        return answer

    def _signature(self, node: Node, key_id: str, ends: str) -> str:
        """HMAC under a key of its own, derived from the evidence key: all processes of a node agree."""
        key = hmac.digest(node.keys.evidence, f"rireki.{self.area}.v1".encode(), sha256)
        return hmac.new(key, f"{key_id}.{ends}".encode(), sha256).hexdigest()


def _kept(node: Node, key_id: str) -> ApiKey | None:
    with node.snapshot() as unit:
        found = unit.api_keys.find(key_id=key_id)
    return found[0] if found else None
