"""Routes of the passkey sign-in, used by every page that needs to know the customer."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Response
from pydantic import BaseModel

from node.web.session import NodeDep, OptionalCustomer, SameOrigin, give_cookie, take_cookie

router = APIRouter(dependencies=[SameOrigin], include_in_schema=False)


class CeremonyAnswer(BaseModel):
    """What the browser sends after a passkey ceremony."""

    ceremony_id: str
    credential: dict[str, Any]


@router.post("/sign-in/options")
def begin(node: NodeDep) -> dict[str, Any]:
    """A challenge for any passkey of this node."""
    ceremony_id, options = node.issuing.begin_sign_in()
    return {"ceremony_id": ceremony_id, "options": options}


@router.post("/sign-in")
def sign_in(answer: CeremonyAnswer, response: Response, node: NodeDep) -> dict[str, bool]:
    """Open a session."""
    _session, token = node.issuing.sign_in(answer.ceremony_id, answer.credential)
    give_cookie(response, node, token)
    return {"signed_in": True}


@router.post("/sign-out")
def sign_out(response: Response, customer: OptionalCustomer, node: NodeDep) -> dict[str, bool]:
    """End the session."""
    if customer is not None:
        node.issuing.sign_out(customer.session)
    take_cookie(response, node)
    return {"signed_in": False}
