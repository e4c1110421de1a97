"""The customer's session at the border: cookie in, customer out.

The cookie holds 256 random bits and nothing else. It is HttpOnly, SameSite=Lax (a customer arrives from
another member's page) and, over https, Secure with the `__Host-` prefix (RFC 6265bis section 4.1.3.2).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request, Response

from node.bootstrap import Node
from node.domain.binding import Binding
from node.domain.session import SESSION_LIFE_S, CustomerSession
from node.errors import InvalidInput


@dataclass(frozen=True, slots=True)
class Customer:
    """Whoever signed in at this browser.

    Attributes:
        session: the live session.
        binding: the passkey used and the record it speaks for.
    """

    session: CustomerSession
    binding: Binding


def node_of(request: Request) -> Node:
    """The node that this app serves."""
    node: Node = request.app.state.node
    return node


NodeDep = Annotated[Node, Depends(node_of)]


def same_origin(request: Request, node: NodeDep) -> None:
    """Refuse a state-changing request that another site's page sent ("session.cross_site").

    Browsers send Origin with every POST (Fetch standard); a client that is no browser sends none and holds no
    cookie that a page could abuse.
    """
    origin = request.headers.get("origin")
    if origin is not None and origin != node.settings.public_url:
        raise InvalidInput("session.cross_site", "this request came from another site's page")


SameOrigin = Depends(same_origin)


def current_customer(request: Request, node: NodeDep) -> Customer | None:
    """The customer behind the session cookie, or None."""
    token = request.cookies.get(cookie_name(node))
    found = node.issuing.find_session(token) if token else None
    return Customer(*found) if found else None


OptionalCustomer = Annotated[Customer | None, Depends(current_customer)]


def required_customer(customer: OptionalCustomer) -> Customer:
    """The signed-in customer; refuses others ("session.missing")."""
    if customer is None:
        raise InvalidInput("session.missing", "nobody is signed in here", hint="sign in with your passkey")
    return customer


SignedInCustomer = Annotated[Customer, Depends(required_customer)]


def give_cookie(response: Response, node: Node, token: str) -> None:
    """Hand a new session's token to the browser."""
    response.set_cookie(
        cookie_name(node),
        token,
        max_age=SESSION_LIFE_S,
        httponly=True,
        secure=_is_https(node),
        samesite="lax",
        path="/",
    )


def take_cookie(response: Response, node: Node) -> None:
    """Make the browser forget the session."""
    response.delete_cookie(cookie_name(node), path="/", secure=_is_https(node), httponly=True)


def cookie_name(node: Node) -> str:
    """`__Host-rireki` over https; plain on a loopback http node, where the prefix is not allowed."""
    return "__Host-rireki" if _is_https(node) else "rireki"


def _is_https(node: Node) -> bool:
    return node.settings.public_url.startswith("https://")
