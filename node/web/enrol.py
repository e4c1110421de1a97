"""The page behind a one-time link at which a customer makes the passkey for a fresh verification."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from node.web.pages import render
from node.web.session import NodeDep, SameOrigin
from node.web.sign_in import CeremonyAnswer

router = APIRouter(include_in_schema=False)


@router.get("/enrol/{token}")
def page(token: str, node: NodeDep) -> HTMLResponse:
    """Explain and offer the passkey."""
    entry = node.issuing.show_enrolment(token)
    return render("enrol.html", member=node.settings.legal_name, verified_at=entry.verified_at)


@router.post("/enrol/{token}/options", dependencies=[SameOrigin])
def begin(token: str, node: NodeDep) -> dict[str, Any]:
    """What the browser needs to make a passkey."""
    ceremony_id, options = node.issuing.begin_enrolment(token)
    return {"ceremony_id": ceremony_id, "options": options}


@router.post("/enrol/{token}", dependencies=[SameOrigin])
def enrol(token: str, answer: CeremonyAnswer, node: NodeDep) -> dict[str, bool]:
    """Bind the passkey."""
    node.issuing.enrol_passkey(token, answer.ceremony_id, answer.credential)
    return {"bound": True}
