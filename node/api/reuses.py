"""`/v1/reuses`: reuses at the recipient, for the member's own systems."""

from __future__ import annotations

from typing import Any, Literal

from fastapi import APIRouter
from pydantic import BaseModel, Field

from node.api.auth import NodeDep, StaffKey
from node.api.paging import PageDep
from node.api.typed_date import TypedDate
from node.domain.attributes import Attribute
from node.domain.request import Purpose
from node.domain.reuse import Reuse

router = APIRouter(prefix="/v1/reuses", tags=["reuses"])


class Application(BaseModel):
    """What the applicant wrote into this member's form; compared with what the issuer releases."""

    name: str = Field(min_length=1, max_length=200)
    address: str = Field(min_length=1, max_length=500)
    birth_date: TypedDate
    sex: Literal["male", "female", "unknown"] | None = None

    def as_attributes(self) -> dict[str, Any]:
        """By the names that credentials use."""
        given: dict[str, Any] = {
            Attribute.NAME.value: self.name,
            Attribute.ADDRESS.value: self.address,
            Attribute.BIRTH_DATE.value: self.birth_date.isoformat(),
        }
        return given if self.sex is None else {**given, Attribute.SEX.value: self.sex}


class NewReuse(BaseModel):
    """Whose verification to take over, and what staff found out first."""

    issuer_id: int = Field(ge=1, lt=1 << 16, description="The member that the customer named.")
    purpose: Purpose
    application: Application
    high_risk: list[Literal["impersonation", "false_particulars", "listed_country", "foreign_pep"]] = Field(
        description="Reasons to verify anew that were found; [] says that it was assessed and none was."
    )


class OpenedReuse(BaseModel):
    """Where to send the customer."""

    reuse_id: str
    redirect_url: str


class CheckView(BaseModel):
    """One recipient check."""

    check: str
    outcome: Literal["passed", "failed", "undecided", "not_performed"]


class ReuseView(BaseModel):
    """Where a reuse stands."""

    reuse_id: str
    issuer_id: int
    purpose: str
    legal_basis: str
    rebind: str
    state: Literal[
        "open", "asked", "consented", "received", "rebinding", "deciding", "accepted", "refused", "ended"
    ]
    checks: list[CheckView]
    codes: list[str] = Field(description="Why it was refused or ended.")
    attestation_id: str | None
    decision_tx: str | None
    decided_at: int | None
    record_id: str | None
    created_at: int


@router.post("", status_code=201)
def open_reuse(new: NewReuse, key: StaffKey, node: NodeDep) -> OpenedReuse:
    """Begin a reuse; the answer holds the link for the customer's browser, good for one browser."""
    reuse, token = node.reusing.open_reuse(
        issuer_id=new.issuer_id,
        purpose=new.purpose.value,
        application=new.application.as_attributes(),
        high_risk=new.high_risk,
        created_by=key.holder,
    )
    url = f"{node.settings.public_url}/reuse/go/{token}"
    return OpenedReuse(reuse_id=reuse.reuse_id, redirect_url=url)


@router.get("")
def list_reuses(_key: StaffKey, node: NodeDep, page: PageDep, state: str | None = None) -> list[ReuseView]:
    """Reuses, or those in one state, oldest first."""
    wanted = {} if state is None else {"state": state}
    with node.snapshot() as unit:
        found = unit.reuses.page(after=page.after, limit=page.limit, **wanted)
        return [reuse_view(reuse) for reuse in found]


@router.get("/{reuse_id}")
def get_reuse(reuse_id: str, _key: StaffKey, node: NodeDep) -> ReuseView:
    """State, checks with their outcome, and the decision's transaction."""
    with node.snapshot() as unit:
        return reuse_view(unit.reuses.get(reuse_id))


def reuse_view(reuse: Reuse) -> ReuseView:
    """A reuse as staff see it."""
    identifier = f"0x{reuse.attestation_id}" if reuse.attestation_id else None
    return ReuseView.model_validate(
        {**{name: getattr(reuse, name) for name in ReuseView.model_fields}, "attestation_id": identifier}
    )
