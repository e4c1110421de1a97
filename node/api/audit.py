"""`/v1/audit`: a regulator's views of the whole history, and openings by two auditors."""

from __future__ import annotations

from datetime import date
from typing import Any

from fastapi import APIRouter
from pydantic import BaseModel, Field

from node.api.auth import AuditorKey, NodeDep
from node.domain.days import first_second
from node.domain.disclosure import Disclosure
from node.usecases.audit_history import describe
from node.usecases.disclose import disclosed_claims
from node.usecases.receive_transfer import parse_attestation_id

router = APIRouter(prefix="/v1/audit", tags=["audit"])

PAGE_MAX = 1_000
"""Attestations per answer."""


class NewDisclosure(BaseModel):
    """What to open, and for which case."""

    attestation_id: str = Field(description="0x-hex, 32 bytes")
    case_number: str = Field(min_length=1, max_length=64)


class DisclosureView(BaseModel):
    """Where a disclosure stands and what it showed."""

    disclosure_id: str
    attestation_id: str
    member_id: int
    case_number: str
    requested_by: str
    approved_by: str | None
    state: str
    findings: dict[str, Any] = Field(description="What recomputing from the member's answer showed.")
    claims: dict[str, Any] = Field(description="The person's disclosed attributes, without the portrait.")


@router.get("/summary")
def summary(_key: AuditorKey, node: NodeDep, on: date | None = None) -> dict[str, Any]:
    """Members, policies in force (on a date, at its first second in Japan), volumes and refusals."""
    return node.reusing.summarise_history(at=None if on is None else first_second(on))


@router.get("/completeness")
def completeness(_key: AuditorKey, node: NodeDep) -> dict[str, Any]:
    """Whether the index equals the contract's history, and every decision has an opening."""
    return node.reusing.check_completeness()


@router.get("/attestations")
def list_attestations(
    _key: AuditorKey,
    node: NodeDep,
    issuer: int | None = None,
    recipient: int | None = None,
    limit: int = PAGE_MAX,
) -> list[dict[str, Any]]:
    """Attestations in order of recording."""
    now = node.clock.now()
    with node.transaction() as unit:
        found = unit.ledger.attestations(issuer=issuer, recipient=recipient, limit=min(limit, PAGE_MAX))
    return [describe(entry, now) for entry in found]


@router.get("/attestations/{attestation_id}")
def trail(attestation_id: str, _key: AuditorKey, node: NodeDep) -> dict[str, Any]:
    """Everything known of one attestation, in order."""
    return node.reusing.show_trail(parse_attestation_id(attestation_id))


@router.post("/disclosures", status_code=201)
def request_disclosure(new: NewDisclosure, key: AuditorKey, node: NodeDep) -> DisclosureView:
    """The first auditor asks for an opening; nothing happens until another one approves."""
    identifier = parse_attestation_id(new.attestation_id)
    return _view(node.reusing.request_disclosure(identifier, new.case_number, key=key), {})


@router.post("/disclosures/{disclosure_id}/approve")
def approve_disclosure(disclosure_id: str, key: AuditorKey, node: NodeDep) -> DisclosureView:
    """The second auditor approves: the member is asked and its answer recomputed."""
    answered = node.reusing.approve_disclosure(disclosure_id, key=key)
    return _view(answered, disclosed_claims(node.reusing.exchange, answered))


@router.get("/disclosures/{disclosure_id}")
def get_disclosure(disclosure_id: str, _key: AuditorKey, node: NodeDep) -> DisclosureView:
    """One disclosure, without the person's attributes: those are shown once, to who approved."""
    with node.transaction() as unit:
        return _view(unit.disclosures.get(disclosure_id), {})


def _view(disclosure: Disclosure, claims: Any) -> DisclosureView:
    fields = {name: getattr(disclosure, name, None) for name in DisclosureView.model_fields}
    shown = {"attestation_id": f"0x{disclosure.attestation_id}", "claims": dict(claims)}
    return DisclosureView.model_validate({**fields, **shown})
