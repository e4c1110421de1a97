"""A reviewer's pages: the cases that wait, one case with its evidence, the decision.

The same use cases stand behind them as behind `/v1/cases`: who decided, when and why is kept alike.
"""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from pydantic import StringConstraints

from node.bootstrap import Node
from node.domain.access import ApiKey, Role
from node.domain.case import Case, CaseState
from node.errors import InvalidInput
from node.web.key_session import MAX_TOKEN_CHARACTERS, KeySession
from node.web.pages import render
from node.web.session import NodeDep, SameOrigin

router = APIRouter(prefix="/reviews", include_in_schema=False)

SESSION = KeySession("reviews", Role.REVIEWER)

PAGE = 200
"""Cases on the list, oldest first: more are a day's work."""

MAX_NOTE_CHARACTERS = 2_000
"""As `/v1/cases/{id}/review` takes it."""

Note = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=MAX_NOTE_CHARACTERS), Form()
]
"""Why; a page sends line ends as two characters, which count."""


def _reviewer(request: Request, node: NodeDep) -> ApiKey | None:
    return SESSION.find(request, node)


OptionalReviewer = Annotated[ApiKey | None, Depends(_reviewer)]


def _required(reviewer: OptionalReviewer) -> ApiKey:
    if reviewer is None:
        raise InvalidInput("session.missing", "nobody is signed in here", hint="sign in at /reviews")
    return reviewer


Reviewer = Annotated[ApiKey, Depends(_required)]


@router.get("")
def waiting(reviewer: OptionalReviewer, node: NodeDep) -> HTMLResponse:
    """Sign in, or see what waits."""
    member = node.settings.legal_name
    if reviewer is None:
        return render("reviews_sign_in.html", member=member, failed=False)
    with node.snapshot() as unit:
        cases = unit.cases.page(after=None, limit=PAGE, state=CaseState.REVIEW.value)
    return render("reviews.html", member=member, holder=reviewer.holder, cases=cases, most=PAGE)


@router.post("", dependencies=[SameOrigin])
def sign_in(node: NodeDep, token: Annotated[str, Form(max_length=MAX_TOKEN_CHARACTERS)]) -> Response:
    """Take a reviewer's API key."""
    refused = render("reviews_sign_in.html", status=401, member=node.settings.legal_name, failed=True)
    return SESSION.begin(node, token) or refused


@router.post("/sign-out", dependencies=[SameOrigin])
def sign_out() -> Response:
    """End the session at this browser."""
    return SESSION.end()


@router.get("/{case_id}")
def show(case_id: str, reviewer: Reviewer, node: NodeDep) -> HTMLResponse:
    """One case: what the engine found, what it left for a person, and the decision once there is one."""
    with node.snapshot() as unit:
        case = unit.cases.get(case_id)
    found = node.issuing.show_evidence(case_id)
    return render(
        "review.html",
        member=node.settings.legal_name,
        holder=reviewer.holder,
        case=case,
        waits=case.state == CaseState.REVIEW,
        photo=found.get("photo-evidence.json"),
        text=found.get("surface-text.json"),
        face=found.get("face-evidence.json"),
        pictures=node.issuing.list_pictures(case_id),
        remarks=_remarks(node, case),
        most=MAX_NOTE_CHARACTERS,
    )


@router.get("/{case_id}/evidence/{name}")
def picture(case_id: str, name: str, _reviewer: Reviewer, node: NodeDep) -> Response:
    """One picture of the evidence."""
    data, media_type = node.issuing.show_picture(case_id, name)
    headers = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
    return Response(data, media_type=media_type, headers=headers)


@router.post("/{case_id}", dependencies=[SameOrigin])
def decide(
    case_id: str,
    reviewer: Reviewer,
    node: NodeDep,
    decision: Annotated[Literal["approve", "reject"], Form()],
    note: Note,
) -> RedirectResponse:
    """Decide what the engine left open; then the case shows who decided."""
    node.issuing.review_case(case_id, approve=decision == "approve", by=reviewer.holder, note=note)
    return RedirectResponse(f"/reviews/{case_id}", status_code=303)


def _remarks(node: Node, case: Case) -> tuple[str, ...]:
    """What deserves a look in the capture page's account of the clip; nothing without one."""
    if case.clip_file is None or case.erased_at is not None:
        return ()
    return node.issuing.show_signals(case.case_id).remarks
