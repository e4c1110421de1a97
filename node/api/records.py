"""`/v1/records`: the register of verification records, for the member's own systems; nothing personal."""

from __future__ import annotations

from datetime import date
from typing import Literal

from fastapi import APIRouter
from pydantic import BaseModel, Field

from node.api.auth import NodeDep, OfficerKey, StaffKey
from node.api.paging import PageDep
from node.domain.events import ReasonClass
from node.domain.register import RecordEntry
from node.usecases.releasable import anchored_batches
from node.usecases.transaction import VerificationUnit

router = APIRouter(prefix="/v1/records", tags=["records"])


class VersionsView(BaseModel):
    """How many salted versions there are, anchored and already released."""

    prepared: int
    anchored: int
    released: int


class RecordView(BaseModel):
    """One record's entry in the register."""

    record_id: str
    case_id: str
    method: str
    verified_at: int
    digest: str = Field(description="SHA-256 of the record's canonical bytes.")
    state: Literal["unbound", "attestable", "withdrawn", "revoked", "not_releasable", "erased"]
    created_at: int
    closed_at: int | None
    closed_reason: str | None
    versions: VersionsView


class Revocation(BaseModel):
    """Why a record ends; coarse on purpose."""

    reason: Literal["ended", "superseded", "suspended", "error"]


class Erasure(BaseModel):
    """From when the retention counts; only this member knows."""

    contract_ended_on: date = Field(description="Day on which the contract with the customer ended.")


class RevocationView(BaseModel):
    """What was revoked."""

    record: RecordView
    attestations: list[str] = Field(description="Ids whose revocation is on its way to the chain.")


@router.get("")
def list_records(_key: StaffKey, node: NodeDep, page: PageDep) -> list[RecordView]:
    """Records, oldest first."""
    with node.snapshot() as unit:
        found = unit.records.page(after=page.after, limit=page.limit)
        return [record_view(unit, entry) for entry in found]


@router.get("/{record_id}")
def get_record(record_id: str, _key: StaffKey, node: NodeDep) -> RecordView:
    """One record."""
    with node.snapshot() as unit:
        return record_view(unit, unit.records.get(record_id))


@router.post("/{record_id}/revoke")
def revoke(record_id: str, revocation: Revocation, _key: OfficerKey, node: NodeDep) -> RevocationView:
    """Withdraw the record and every attestation released of it."""
    entry, attestations = node.issuing.revoke_record(record_id, ReasonClass[revocation.reason.upper()])
    with node.snapshot() as unit:
        return RevocationView(record=record_view(unit, entry), attestations=list(attestations))


@router.post("/{record_id}/erase")
def erase(record_id: str, erasure: Erasure, _key: OfficerKey, node: NodeDep) -> RecordView:
    """Destroy what is known of the customer once the seven years have passed; it cannot be undone."""
    entry = node.issuing.erase_record(record_id, contract_ended_on=erasure.contract_ended_on)
    with node.snapshot() as unit:
        return record_view(unit, entry)


def record_view(unit: VerificationUnit, entry: RecordEntry) -> RecordView:
    """An entry as the API shows it."""
    leaves = unit.leaves.find(record_id=entry.record_id)
    anchored = anchored_batches(unit.anchor_batches, leaves)
    versions = VersionsView(
        prepared=len(leaves),
        anchored=sum(leaf.batch_id in anchored for leaf in leaves),
        released=len(unit.attestations.find(record_id=entry.record_id)),
    )
    fields = {name: getattr(entry, name) for name in RecordView.model_fields if name != "versions"}
    return RecordView.model_validate({**fields, "versions": versions})
