"""The regulator's pages: overview, list, trail of one attestation. Auditors sign in with their API key."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from node.bootstrap import Node
from node.domain.access import ApiKey, Role
from node.domain.days import DAY_S
from node.domain.ledger import AttestationFilter
from node.errors import InvalidInput
from node.usecases.audit_history import describe
from node.usecases.receive_transfer import parse_attestation_id
from node.usecases.recent_history import DAYS
from node.web.charts import COLUMNS_PX, bars, columns, stops
from node.web.key_session import MAX_TOKEN_CHARACTERS, KeySession
from node.web.pages import render
from node.web.session import NodeDep, SameOrigin

router = APIRouter(prefix="/explorer", include_in_schema=False)

SESSION = KeySession("explorer", Role.AUDITOR)

PAGE = 200
"""Attestations on the list: of the last `DAYS` days, newest first."""

_SPAN_WORDS = {
    "minute": "1分以内 within a minute",
    "hour": "1時間以内 within an hour",
    "day": "1日以内 within a day",
    "week": "1週間以内 within a week",
    "later": "それ以降 later",
}


def _auditor(request: Request, node: NodeDep) -> ApiKey | None:
    return SESSION.find(request, node)


OptionalAuditor = Annotated[ApiKey | None, Depends(_auditor)]


def _required(auditor: OptionalAuditor) -> ApiKey:
    if auditor is None:
        raise InvalidInput("session.missing", "nobody is signed in here", hint="sign in at /explorer")
    return auditor


Auditor = Annotated[ApiKey, Depends(_required)]


@router.get("")
def overview(auditor: OptionalAuditor, node: NodeDep) -> HTMLResponse:
    """Sign in, or see the whole."""
    if auditor is None:
        return render("explorer_sign_in.html", member=node.settings.legal_name, failed=False)
    now = node.clock.now()
    lately = AttestationFilter(since=now - DAYS * DAY_S)
    with node.snapshot() as unit:
        recent = unit.ledger.attestations(lately, newest_first=True, limit=PAGE)
    entries = [describe(entry, now) for entry in recent]
    month, last = node.reusing.recent_history(), node.reusing.last_check()
    names = _names(node)
    return render(
        "explorer.html",
        member=node.settings.legal_name,
        holder=auditor.holder,
        standing=node.reusing.show_standing(),
        names=names,
        month=month,
        charts=_charts(month, last, names),
        index=node.reusing.compare_head(),
        now=now,
        last=last,
        entries=entries,
    )


@router.post("/check", dependencies=[SameOrigin])
def check(auditor: Auditor, node: NodeDep) -> RedirectResponse:
    """Visit everything, then show what was found."""
    node.reusing.check_completeness(by=auditor.holder)
    return RedirectResponse("/explorer", status_code=303)


@router.get("/attestations/{attestation_id}")
def trail(attestation_id: str, auditor: Auditor, node: NodeDep) -> HTMLResponse:
    """Everything known of one attestation."""
    shown = node.reusing.show_trail(parse_attestation_id(attestation_id))
    return render(
        "explorer_trail.html",
        member=node.settings.legal_name,
        holder=auditor.holder,
        trail=shown,
        names=_names(node),
        stops=stops(shown["steps"]),
    )


@router.post("", dependencies=[SameOrigin])
def sign_in(node: NodeDep, token: Annotated[str, Form(max_length=MAX_TOKEN_CHARACTERS)]) -> Response:
    """Take an auditor's API key."""
    refused = render("explorer_sign_in.html", status=401, member=node.settings.legal_name, failed=True)
    return SESSION.begin(node, token) or refused


@router.post("/sign-out", dependencies=[SameOrigin])
def sign_out() -> Response:
    """End the session at this browser."""
    return SESSION.end()


def _names(node: Node) -> dict[int, str]:
    with node.snapshot() as unit:
        return {member.member_id: member.name for member in unit.ledger.members()}


def _charts(month: dict[str, Any], last: dict[str, Any] | None, names: dict[int, str]) -> dict[str, Any]:
    pairs = {f"{names[one]} → {names[other]}": count for (one, other), count in month["pairs"].items()}
    delays = last["revocation_delays"] if last else {}
    spans = {words: delays[name] for name, words in _SPAN_WORDS.items() if name in delays}
    return {
        "days": columns(month["days"]),
        "height": COLUMNS_PX,
        "pairs": bars(pairs),
        "refusals": bars(last["refusals"] if last else {}),
        "spans": bars(spans) if any(spans.values()) else (),
    }
