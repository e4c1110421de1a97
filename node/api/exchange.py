"""`/exchange`: what other members' nodes call.

Authenticated by their keys on chain, errors in OAuth's shape.
"""

from __future__ import annotations

from typing import Annotated, Any
from urllib.parse import parse_qsl

from fastapi import APIRouter, Depends, Request

from node.api.auth import NodeDep
from node.api.oauth_errors import OAuthRoute
from node.domain import base64url
from node.domain.canonical import parse_json
from node.domain.ledger import Member
from node.errors import InvalidInput
from node.usecases.receive_transfer import parse_attestation_id

router = APIRouter(prefix="/exchange", tags=["exchange"], route_class=OAuthRoute)

ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"

MAX_FORM_BYTES = 256 << 10
"""Requests and openings have a few kilobytes."""


async def _form(request: Request) -> dict[str, str]:
    """The form, each parameter once (RFC 6749 section 3.1)."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_FORM_BYTES:
            raise InvalidInput("request.too_large", "the form is too large")
    try:
        pairs = parse_qsl(
            body.decode("utf-8"), keep_blank_values=True, strict_parsing=True, max_num_fields=50
        )
    except ValueError as error:
        raise InvalidInput("request.form", "the body is not a form") from error
    form = dict(pairs)
    if len(form) != len(pairs):
        raise InvalidInput("request.form", "a parameter occurs twice")
    return form


Form = Annotated[dict[str, str], Depends(_form)]


def _member(form: Form, node: NodeDep) -> Member:
    if form.get("client_assertion_type") != ASSERTION_TYPE:
        raise InvalidInput("client.assertion_missing", "this call needs a client assertion (private_key_jwt)")
    return node.reusing.authenticate_member(form.get("client_assertion", ""))


CallingMember = Annotated[Member, Depends(_member)]


@router.post("/par", status_code=201)
def push_request(form: Form, client: CallingMember, node: NodeDep) -> dict[str, Any]:
    """Pushed authorization request (RFC 9126) of one reuse."""
    request_uri, expires_in = node.reusing.push_request(client, form)
    return {"request_uri": request_uri, "expires_in": expires_in}


@router.post("/token")
def redeem(form: Form, client: CallingMember, node: NodeDep) -> dict[str, str]:
    """The sealed transfer for a code. There are no access tokens."""
    attestation_id, sealed = node.reusing.redeem_code(client, form)
    return {"attestation_id": attestation_id, "sealed_transfer": base64url.encode(sealed)}


@router.post("/openings")
def receive_opening(form: Form, client: CallingMember, node: NodeDep) -> dict[str, bool]:
    """A regulator's node takes the sealed opening of a decision."""
    sealed = base64url.decode(form.get("sealed_opening", ""), code="opening.malformed")
    node.reusing.receive_opening(client, parse_attestation_id(form.get("attestation_id", "")), sealed)
    return {"received": True}


@router.post("/disclosures")
def answer_disclosure(form: Form, client: CallingMember, node: NodeDep) -> dict[str, str]:
    """A member opens one attestation to a regulator that names a case and two auditors."""
    sealed = node.reusing.answer_disclosure(
        client,
        disclosure_id=form.get("disclosure_id", ""),
        attestation_id=parse_attestation_id(form.get("attestation_id", "")),
        case_number=form.get("case_number", ""),
        auditors=_auditors(form.get("auditors", "")),
    )
    return {"sealed_disclosure": base64url.encode(sealed)}


def _auditors(text: str) -> list[str]:
    names = parse_json(text, code="disclosure.two_auditors")
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise InvalidInput("disclosure.two_auditors", "auditors is a JSON list of two names")
    return names
