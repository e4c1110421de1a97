"""The consent page at the issuer: who asks, why, what; sign in; choose; sign.

The page comes from RFC 6749's authorization endpoint and speaks JSON with `authorize.js` afterwards.
Every answer that leads back to the recipient is a URL that the script follows.
"""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field

from node.bootstrap import Node
from node.domain.attributes import Attribute
from node.domain.days import DAY_S
from node.domain.legal_basis import PROFILES
from node.errors import InvalidInput
from node.usecases.give_consent import NOTICE_VERSION
from node.usecases.open_request import Question
from node.web.browser import KnownBrowser, RequiredBrowser, introduce
from node.web.pages import render
from node.web.session import Customer, NodeDep, OptionalCustomer, SameOrigin, SignedInCustomer

router = APIRouter(prefix="/exchange/authorize", include_in_schema=False)


class Choice(BaseModel):
    """What the customer left ticked."""

    attributes: list[Attribute] = Field(min_length=1, max_length=len(Attribute))


class Signature(BaseModel):
    """The passkey's answer."""

    credential: dict[str, Any]


@router.get("")
def page(  # noqa: PLR0917  FastAPI passes by name
    client_id: str,
    request_uri: str,
    request: Request,
    browser: KnownBrowser,
    customer: OptionalCustomer,
    node: NodeDep,
) -> Response:
    """Show the request to the browser that came first."""
    if browser is None:
        return introduce(request, node)
    question = node.reusing.open_request(client_id, request_uri, browser)
    return render("authorize.html", **_context(node, question, customer))


@router.post("/{request_id}/receipt", dependencies=[SameOrigin])
def offer(
    request_id: str, choice: Choice, browser: RequiredBrowser, customer: SignedInCustomer, node: NodeDep
) -> dict[str, Any]:
    """Write the receipt; the answer asks the passkey to sign it."""
    return node.reusing.offer_consent(request_id, browser, customer.binding, choice.attributes)


@router.post("/{request_id}/sign", dependencies=[SameOrigin])
def sign(
    request_id: str, signature: Signature, browser: RequiredBrowser, customer: SignedInCustomer, node: NodeDep
) -> dict[str, str]:
    """Take the signature and send the attestation on its way."""
    attestation = node.reusing.sign_consent(request_id, browser, customer.binding, signature.credential)
    return {"attestation_id": f"0x{attestation.attestation_id}"}


@router.post("/{request_id}/outcome", dependencies=[SameOrigin])
def outcome(request_id: str, browser: RequiredBrowser, node: NodeDep) -> dict[str, str | None]:
    """Where to go, once the chain has the attestation."""
    return {"url": node.reusing.follow_release(request_id, browser)}


@router.post("/{request_id}/refuse", dependencies=[SameOrigin])
def refuse(request_id: str, browser: RequiredBrowser, node: NodeDep) -> dict[str, str]:
    """The customer says no."""
    return {"url": node.reusing.refuse_request(request_id, browser)}


def _context(node: Node, question: Question, customer: Customer | None) -> dict[str, Any]:
    return {
        "member": node.settings.legal_name,
        "request_id": question.request.request_id,
        "sign_by": question.request.sign_by,
        "asked": question.asked,
        "duties": PROFILES[question.asked.legal_basis],
        "recipient": question.recipient,
        "keys": question.recipient_keys.keys,
        "notice": NOTICE_VERSION,
        **_verification(node, question, customer),
    }


def _verification(node: Node, question: Question, customer: Customer | None) -> dict[str, Any]:
    """The signed-in customer's verification, its age, and why it would not do, if so."""
    if customer is None:
        return {"record": None}
    with node.snapshot() as unit:
        entry = unit.records.get(customer.binding.record_id)
    problem = None
    try:
        node.reusing.offer_consent.check(customer.binding, question)
    except InvalidInput as error:
        problem = error
    age_days = (node.clock.now() - entry.verified_at) // DAY_S
    return {"record": {"entry": entry, "problem": problem}, "age_days": age_days}
