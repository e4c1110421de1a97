"""`/v1/review-cases`: what an issuer revoked after this member had relied on it."""

from __future__ import annotations

from typing import Literal

from fastapi import APIRouter
from pydantic import BaseModel, Field

from node.api.auth import NodeDep, OfficerKey, ReviewerKey
from node.api.paging import PageDep
from node.domain.review import ReviewCase

router = APIRouter(prefix="/v1/review-cases", tags=["reviews"])


class ReviewView(BaseModel):
    """One case."""

    case_id: str
    attestation_id: str
    reuse_id: str
    reason: Literal["ended", "superseded", "suspended", "error"]
    revoked_at: int
    created_at: int
    state: Literal["open", "closed"]
    closed_by: str | None
    closed_at: int | None
    note: str


class Closing(BaseModel):
    """What was found and done."""

    note: str = Field(min_length=1, max_length=2000)


@router.get("")
def list_reviews(
    _key: ReviewerKey, node: NodeDep, page: PageDep, state: Literal["open", "closed"] | None = None
) -> list[ReviewView]:
    """Cases, or those in one state, oldest first."""
    wanted = {} if state is None else {"state": state}
    with node.snapshot() as unit:
        found = unit.review_cases.page(after=page.after, limit=page.limit, **wanted)
        return [_view(case) for case in found]


@router.post("/{case_id}/close")
def close_review(case_id: str, closing: Closing, key: OfficerKey, node: NodeDep) -> ReviewView:
    """Close a case with a note."""
    return _view(node.reusing.close_review(case_id, by=key.holder, note=closing.note))


def _view(case: ReviewCase) -> ReviewView:
    fields = {name: getattr(case, name) for name in ReviewView.model_fields}
    return ReviewView.model_validate({**fields, "attestation_id": f"0x{case.attestation_id}"})
