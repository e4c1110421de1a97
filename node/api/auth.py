"""Bearer API keys for a member's staff and systems."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from node.bootstrap import Node
from node.domain.access import ApiKey, Role, split_token
from node.errors import InvalidInput

_bearer = HTTPBearer(auto_error=False, description="API key made with `rireki apikey create`")


def node_of(request: Request) -> Node:
    """The node that this app serves."""
    node: Node = request.app.state.node
    return node


NodeDep = Annotated[Node, Depends(node_of)]


def _key_of(
    node: NodeDep, credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]
) -> ApiKey:
    if credentials is None:
        raise InvalidInput("auth.missing", "this call needs an API key", hint="Authorization: Bearer rk_...")
    parts = split_token(credentials.credentials)
    if parts is not None:
        with node.snapshot() as unit:
            found = unit.api_keys.find(key_id=parts[0])
        if found and found[0].matches(parts[1]):
            return found[0]
    raise InvalidInput("auth.invalid", "this API key is not valid", hint="rireki apikey create")


def _requires(role: Role) -> Callable[[ApiKey], ApiKey]:
    def check(key: Annotated[ApiKey, Depends(_key_of)]) -> ApiKey:
        if not key.permits(role):
            raise InvalidInput(
                "auth.forbidden", f"this call needs the role {role}", hint="use a key with that role"
            )
        return key

    return check


StaffKey = Annotated[ApiKey, Depends(_requires(Role.STAFF))]
ReviewerKey = Annotated[ApiKey, Depends(_requires(Role.REVIEWER))]
OfficerKey = Annotated[ApiKey, Depends(_requires(Role.OFFICER))]
AuditorKey = Annotated[ApiKey, Depends(_requires(Role.AUDITOR))]
