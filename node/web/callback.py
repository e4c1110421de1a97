"""The customer's way at the recipient: leave for the issuer, come back, show oneself, learn the outcome.

A reload anywhere continues: every look moves the reuse as far as it goes.
"""

# ruff: noqa: FAST003  the dependency that takes the path's parameter is named by an alias

from __future__ import annotations

import logging
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse
from pydantic import BaseModel

from node.bootstrap import Node
from node.domain.reuse import Reuse
from node.domain.session import token_digest
from node.errors import Unavailable
from node.uploads import UploadedClip
from node.web.browser import KnownBrowser, RequiredBrowser, introduce
from node.web.pages import render
from node.web.session import NodeDep, SameOrigin

router = APIRouter(prefix="/reuse", include_in_schema=False)

_log = logging.getLogger(__name__)

_NO_REFERRER = {"Referrer-Policy": "no-referrer", "Cache-Control": "no-store"}


class Answer(BaseModel):
    """What the issuer's redirect carries (RFC 6749 section 4.1.2, RFC 9207)."""

    state: str
    iss: str
    code: str | None = None
    error: str | None = None


def _mine(node: NodeDep, reuse_id: str, browser: RequiredBrowser) -> Reuse:
    with node.snapshot() as unit:
        reuse: Reuse = unit.reuses.get(reuse_id)
    reuse.require_browser(token_digest(browser))
    return reuse


MyReuse = Annotated[Reuse, Depends(_mine)]
"""The reuse in the path, if this browser began it."""


@router.get("/go/{token}")
def leave(token: str, request: Request, browser: KnownBrowser, node: NodeDep) -> RedirectResponse:
    """Take the customer to the issuer."""
    if browser is None:
        return introduce(request, node)
    url = node.reusing.send_to_issuer(token, browser)
    return RedirectResponse(url, status_code=303, headers=_NO_REFERRER)


@router.get("/callback")
def come_back(
    answer: Annotated[Answer, Query()], browser: RequiredBrowser, node: NodeDep
) -> RedirectResponse:
    """Take the issuer's answer; the page that follows has neither code nor state in its URL."""
    reuse = node.reusing.take_answer(
        oauth_state=answer.state, browser=browser, issuer=answer.iss, code=answer.code, error=answer.error
    )
    return RedirectResponse(f"/reuse/{reuse.reuse_id}", status_code=303, headers=_NO_REFERRER)


@router.get("/{reuse_id}")
def page(reuse: MyReuse, node: NodeDep) -> HTMLResponse:
    """Where the journey stands."""
    moved = _advance(node, reuse)
    return render("reuse.html", member=node.settings.legal_name, reuse=moved)


@router.post("/{reuse_id}/state", dependencies=[SameOrigin])
def state(reuse: MyReuse, node: NodeDep) -> dict[str, Any]:
    """Move on, and say where it stands now; reasons of a refusal stay with the member."""
    moved = _advance(node, reuse)
    return {"state": moved.state, "final": moved.is_final}


@router.post("/{reuse_id}/challenge", dependencies=[SameOrigin])
def new_challenge(reuse: MyReuse, node: NodeDep) -> dict[str, Any]:
    """What the customer shall do, drawn the moment the camera is ready."""
    return node.reusing.renew_challenge(reuse).challenge or {}


@router.put("/{reuse_id}/clip", dependencies=[SameOrigin])
def add_clip(reuse: MyReuse, node: NodeDep, clip: UploadedClip) -> dict[str, Any]:
    """The clip that answers the challenge; judged at once, not kept."""
    decided = node.reusing.decide_reuse(reuse, clip)
    return {"state": decided.state, "final": decided.is_final}


def _advance(node: Node, reuse: Reuse) -> Reuse:
    """Move on; what is away for now is tried again at the next look and by the job."""
    try:
        moved: Reuse = node.reusing.advance_reuse(reuse)
    except Unavailable as error:
        _log.info("reuse %s waits: %s", reuse.reuse_id, error.code)
        with node.snapshot() as unit:
            moved = unit.reuses.get(reuse.reuse_id)
    return moved
