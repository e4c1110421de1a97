"""The camera page behind a capture link: the card's front and the live clip, from the customer's browser."""

# ruff: noqa: FAST003  the dependency that takes the path's parameter is named by an alias

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from fastapi.responses import HTMLResponse

from node.bootstrap import Node
from node.domain.case import Case, CaseState
from node.domain.methods import CHIP_FACE, IMAGE_FACE
from node.uploads import UploadedClip, UploadedImages
from node.web.pages import render
from node.web.session import NodeDep, SameOrigin

router = APIRouter(include_in_schema=False)


def _open_case(token: str, node: NodeDep) -> Case:
    return node.issuing.find_capture(token)


OpenCase = Annotated[Case, Depends(_open_case)]
"""The open case behind the link's token."""


@router.get("/capture/{token}")
def page(token: str, node: NodeDep) -> HTMLResponse:
    """Show the camera; once the verification has started, how far it is."""
    case = node.issuing.find_capture.in_any_state(token)
    return render(
        "capture.html", member=node.settings.legal_name, progress=_progress(case, node), **_given(case)
    )


@router.get("/capture/{token}/progress")
def progress(token: str, node: NodeDep) -> dict[str, Any]:
    """How far the verification is; the outcome is the member's to tell."""
    return _progress(node.issuing.find_capture.in_any_state(token), node)


@router.put("/capture/{token}/surface", dependencies=[SameOrigin])
def add_surface(case: OpenCase, node: NodeDep, images: UploadedImages) -> dict[str, Any]:
    """Photographs of the card's front."""
    return _given(node.issuing.add_surface(case.case_id, images, to_confirm=True))


@router.post("/capture/{token}/challenge", dependencies=[SameOrigin])
def new_challenge(case: OpenCase, node: NodeDep) -> dict[str, Any]:
    """What the customer shall do, drawn the moment the camera is ready."""
    return node.issuing.renew_challenge(case.case_id).challenge


@router.post("/capture/{token}/tilt-challenge", dependencies=[SameOrigin])
def new_tilt(case: OpenCase, node: NodeDep) -> dict[str, Any]:
    """How the card shall be tilted, drawn the moment the camera is ready."""
    return node.issuing.ask_tilt(case.case_id).tilt_challenge or {}


@router.put("/capture/{token}/tilt", dependencies=[SameOrigin])
def add_tilt(case: OpenCase, node: NodeDep, clip: UploadedClip) -> dict[str, Any]:
    """The film of the tilted card."""
    return _given(node.issuing.add_tilt(case.case_id, clip))


@router.put("/capture/{token}/clip", dependencies=[SameOrigin])
def add_clip(case: OpenCase, node: NodeDep, clip: UploadedClip) -> dict[str, Any]:
    """The live clip that answers the challenge."""
    return _given(node.issuing.add_clip(case.case_id, clip))


def _progress(case: Case, node: Node) -> dict[str, Any]:
    """Step "open", "waiting" with a place in the line, "judging", or "done"."""
    if case.state == CaseState.VERIFYING:
        place = node.verifications.place_of(case.case_id)
        return {"step": "judging"} if place is None else {"step": "waiting", **asdict(place)}
    return {"step": "open" if case.state == CaseState.OPEN else "done"}


def _given(case: Case) -> dict[str, Any]:
    """All that the page may know of the case."""
    return {
        "has_surface": case.surface_file is not None,
        "has_clip": case.clip_file is not None,
        "has_tilt": case.tilt_file is not None,
        "asks_tilt": case.method == IMAGE_FACE,
        "asks_code": case.method == CHIP_FACE,
    }
