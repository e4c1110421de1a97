"""Openings of decisions: what a recipient tells the regulator about each commitment on chain.

The delivery at the recipient, and the opening as the regulator keeps it. Whether a decision was right is
not judged here.
Spec: protocol.md "Contract", rule 6; the commitment is `commitments.decision_commitment`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from hashlib import sha256
from typing import Any

from node.domain.ids import AttestationId

FIRST_RETRY_S = 5
"""Wait after the first failed delivery."""

LONGEST_RETRY_S = 3_600
"""Deliveries never wait longer than this between two tries."""


def opening_context(attestation: AttestationId) -> bytes:
    """HPKE `info` of a sealed opening, 32 bytes: an opening for one attestation opens as no other."""
    return sha256(b"rireki.opening.v1" + attestation).digest()


class DeliveryState(StrEnum):
    """Where a delivery stands."""

    WAITING = "waiting"
    """For the decision to be mined, or for the next try."""
    DELIVERED = "delivered"
    CANCELLED = "cancelled"
    """The chain did not take the decision; there is nothing to open."""


@dataclass(frozen=True, slots=True)
class OpeningDelivery:
    """One opening on its way to one regulator.

    Attributes:
        delivery_id: `<attestation id>:<regulator id>`.
        attestation_id: hex without 0x.
        reuse_id: the reuse decided; its vault holds what is opened.
        regulator_id: member id.
        state: a `DeliveryState` value.
        created_at: seconds since 1970.
        attempts: failed tries so far.
        next_try_at: not before this second.
        delivered_at: seconds since 1970, or None.
        last_error: code of the last failure.
    """

    delivery_id: str
    attestation_id: str
    reuse_id: str
    regulator_id: int
    state: str
    created_at: int
    attempts: int = 0
    next_try_at: int = 0
    delivered_at: int | None = None
    last_error: str | None = None

    def failed(self, code: str, *, now: int) -> OpeningDelivery:
        """Try again later, waiting twice as long each time."""
        wait = min(FIRST_RETRY_S << min(self.attempts, 16), LONGEST_RETRY_S)
        return replace(self, attempts=self.attempts + 1, next_try_at=now + wait, last_error=code)

    def delivered(self, *, now: int) -> OpeningDelivery:
        """The regulator acknowledged it."""
        return replace(self, state=DeliveryState.DELIVERED.value, delivered_at=now, last_error=None)

    def cancelled(self) -> OpeningDelivery:
        """Nothing was decided on chain."""
        return replace(self, state=DeliveryState.CANCELLED.value)


@dataclass(frozen=True, slots=True)
class Opening:
    """One decision as the regulator knows it. The secret that recomputes the commitment lies in the vault.

    Attributes:
        attestation_id: hex without 0x.
        recipient_id: member that decided.
        accepted: the decision.
        codes: reason codes; empty for an acceptance.
        document: the decision document, without personal data.
        received_at: seconds since 1970.
    """

    attestation_id: str
    recipient_id: int
    accepted: bool
    codes: list[str]
    document: dict[str, Any]
    received_at: int
