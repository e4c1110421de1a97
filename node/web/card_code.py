"""What was read from the card's front, for the customer's eyes: confirmed or corrected before it is sent."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter

from node.api.card_code import CodeBody, code_view
from node.web.session import NodeDep, SameOrigin

router = APIRouter(include_in_schema=False)


@router.post("/capture/{token}/code", dependencies=[SameOrigin])
def read_code(token: str, node: NodeDep) -> dict[str, Any]:
    """Read the photographs; takes a second or two."""
    case = node.issuing.find_capture(token)
    return code_view(node.issuing.read_code(case.case_id)).model_dump()


@router.put("/capture/{token}/code", dependencies=[SameOrigin])
def confirm_code(token: str, body: CodeBody, node: NodeDep) -> dict[str, Any]:
    """Keep what the customer confirmed."""
    case = node.issuing.find_capture(token)
    node.issuing.confirm_code(case.case_id, body.values())
    return {"confirmed": True}
