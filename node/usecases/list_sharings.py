"""Where did my data go: a customer's verification and everyone who received it (APPI Art. 33, 27)."""

from __future__ import annotations

from dataclasses import dataclass

from node.domain.attestation import Attestation, ReleaseState
from node.domain.binding import Binding
from node.domain.register import RecordEntry
from node.usecases.transaction import Transactions, VerificationUnit


@dataclass(frozen=True, slots=True)
class Sharing:
    """One release as the customer sees it.

    Attributes:
        recipient: legal name of the member that received it.
        purpose: what the customer agreed to.
        attributes: names of what was shared.
        consented_at: seconds since 1970.
        state: "pending", "shared" (handed over), "failed" (never left this member) or "revoked".
    """

    recipient: str
    purpose: str
    attributes: tuple[str, ...]
    consented_at: int
    state: str


_STATES = {
    ReleaseState.QUEUED: "pending",
    ReleaseState.ATTESTED: "pending",
    ReleaseState.REDEEMED: "shared",
    ReleaseState.FAILED: "failed",
    ReleaseState.REVOKED: "revoked",
}


@dataclass(frozen=True)
class ListSharings:
    """Read the customer's own page."""

    snapshot: Transactions

    def __call__(self, binding: Binding) -> tuple[RecordEntry, tuple[Sharing, ...]]:
        """Return the record's entry and its sharings, oldest first."""
        with self.snapshot() as unit:
            entry = unit.records.get(binding.record_id)
            released = unit.attestations.find(record_id=binding.record_id)
            return entry, tuple(_sharing(unit, one) for one in released)


def _sharing(unit: VerificationUnit, one: Attestation) -> Sharing:
    return Sharing(
        recipient=unit.ledger.member(one.recipient_id).name,
        purpose=one.purpose,
        attributes=tuple(one.attributes),
        consented_at=one.created_at,
        state=_STATES[ReleaseState(one.state)],
    )
