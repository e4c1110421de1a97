"""`/v1/audit`: a regulator's views of the whole history, and openings by two auditors."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from node.api.auth import AuditorKey, NodeDep
from node.domain.commitments import METHOD_CODE_BYTES, method_code
from node.domain.days import first_second
from node.domain.disclosure import Disclosure
from node.domain.events import AttestationState
from node.domain.ledger import AttestationFilter, Position
from node.errors import InvalidInput
from node.usecases.audit_history import describe
from node.usecases.disclose import disclosed_claims
from node.usecases.receive_transfer import parse_attestation_id

router = APIRouter(prefix="/v1/audit", tags=["audit"])

PAGE_MAX = 1_000
"""Attestations per answer."""

MEMBER_MAX = 2**16 - 1
"""Member ids are uint16 on chain."""

HEIGHT_MAX = 2**31 - 1
"""No block or log is numbered higher in our lifetimes, and both databases' integers hold it."""


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


Day = Annotated[date, Field(ge=date(1970, 1, 2), le=date(2999, 12, 31))]
"""Days that are seconds since 1970, far from where dates end."""


class Wanted(BaseModel):
    """Filters of a search; all that are given must hold."""

    issuer: int | None = Field(default=None, ge=0, le=MEMBER_MAX)
    recipient: int | None = Field(default=None, ge=0, le=MEMBER_MAX)
    method: str | None = Field(default=None, description="Stable id, or 0x and the 4 bytes on chain.")
    state: Literal["pending", "decided", "lapsed", "revoked"] | None = None
    since: Day | None = Field(default=None, description="First day of recording, in Japan.")
    until: Day | None = Field(default=None, description="Last day of recording, in Japan.")
    after: str | None = Field(default=None, description="`next` of the page before.")
    limit: int = Field(default=PAGE_MAX, ge=1, le=PAGE_MAX)


class AttestationPage(BaseModel):
    """Part of a search."""

    attestations: list[dict[str, Any]]
    next: str | None = Field(description="Give it back as `after`; null at the end of the history.")


@router.get("/summary")
def summary(_key: AuditorKey, node: NodeDep, on: date | None = None) -> dict[str, Any]:
    """Members, policies in force (on a date, at its first second in Japan), volumes and refusals."""
    return node.reusing.summarise_history(at=None if on is None else first_second(on))


@router.get("/completeness")
def completeness(_key: AuditorKey, node: NodeDep) -> dict[str, Any]:
    """Whether the index equals the contract's history now, and what the last visit of everything found."""
    return {**node.reusing.compare_head(), "last_check": node.reusing.last_check()}


@router.post("/completeness")
def check_completeness(key: AuditorKey, node: NodeDep) -> dict[str, Any]:
    """Visit every decision and every opening now: takes the longer, the longer the history is."""
    return node.reusing.check_completeness(by=key.holder)


@router.get("/attestations")
def search_attestations(
    _key: AuditorKey, node: NodeDep, wanted: Annotated[Wanted, Query()]
) -> AttestationPage:
    """Attestations in order of recording. A page may hold fewer than `limit`: follow `next` to its end."""
    now = node.clock.now()
    filters = AttestationFilter(
        issuer=wanted.issuer,
        recipient=wanted.recipient,
        method=None if wanted.method is None else _method(wanted.method),
        state=None if wanted.state is None else (AttestationState[wanted.state.upper()], now),
        since=None if wanted.since is None else first_second(wanted.since),
        until=None if wanted.until is None else first_second(wanted.until + timedelta(days=1)),
    )
    after = None if wanted.after is None else _place(wanted.after)
    with node.snapshot() as unit:
        found, end = unit.ledger.search(filters, after=after, limit=wanted.limit)
    following = None if end is None else f"{end.block_number}.{end.log_index}"
    return AttestationPage(attestations=[describe(entry, now) for entry in found], next=following)


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
    with node.snapshot() as unit:
        return _view(unit.disclosures.get(disclosure_id), {})


def _method(text: str) -> bytes:
    """4 bytes on chain, from a stable id or from hex. Raises InvalidInput (`method.malformed`)."""
    if not text.startswith("0x"):
        return method_code(text)
    try:
        code = bytes.fromhex(text[2:])
    except ValueError:
        code = b""
    if len(code) != METHOD_CODE_BYTES:
        raise InvalidInput("method.malformed", "a method is a stable id, or 0x and 8 hex digits")
    return code


def _place(text: str) -> Position:
    """A page's end. Raises InvalidInput (`page.malformed`)."""
    numbers = text.split(".")
    if len(numbers) != 2 or not all(one.isascii() and one.isdigit() for one in numbers):  # noqa: PLR2004
        raise InvalidInput("page.malformed", "after is no page's end", hint="give back `next` as it came")
    height, log_index = (min(int(one), HEIGHT_MAX) for one in numbers)
    return Position(height, log_index, 0)


def _view(disclosure: Disclosure, claims: Any) -> DisclosureView:
    fields = {name: getattr(disclosure, name, None) for name in DisclosureView.model_fields}
    shown = {"attestation_id": f"0x{disclosure.attestation_id}", "claims": dict(claims)}
    return DisclosureView.model_validate({**fields, **shown})
