"""Disclosures: a regulator asks a member to open one attestation, with a case number and two people.

The request as the regulator keeps it and the answer as the member logs it. Spec: protocol.md "The journey" 8.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum
from hashlib import sha256
from typing import Any

from node.errors import InvalidInput

APPROVE_WITHIN_S = 7 * 86_400
"""A request that nobody approved within a week lapses: there is no standing permission."""


def disclosure_context(disclosure_id: str) -> bytes:
    """HPKE `info` of a sealed disclosure, 32 bytes."""
    return sha256(b"rireki.disclosure.v1" + disclosure_id.encode()).digest()


class DisclosureState(StrEnum):
    """Where a disclosure stands at the regulator."""

    REQUESTED = "requested"
    APPROVED = "approved"
    """Two people agreed; the member is being asked."""
    ANSWERED = "answered"


@dataclass(frozen=True, slots=True)
class Disclosure:
    """One attestation to be opened for one case.

    Attributes:
        disclosure_id: random hex.
        attestation_id: hex without 0x.
        member_id: the member asked: the attestation's issuer or recipient.
        case_number: the regulator's own.
        requested_by: first auditor.
        requested_key: id of the first auditor's API key.
        created_at: seconds since 1970.
        state: a `DisclosureState` value.
        approved_by: second auditor, another key and another person.
        approved_at: seconds since 1970, or None.
        answered_at: seconds since 1970, or None.
        findings: what recomputing showed; the disclosed content itself lies in the vault.
    """

    disclosure_id: str
    attestation_id: str
    member_id: int
    case_number: str
    requested_by: str
    requested_key: str
    created_at: int
    state: str = DisclosureState.REQUESTED.value
    approved_by: str | None = None
    approved_at: int | None = None
    answered_at: int | None = None
    findings: dict[str, Any] = field(default_factory=dict)

    def approved(self, *, by: str, key_id: str, now: int) -> Disclosure:
        """The second person agrees.

        Raises:
            InvalidInput: `disclosure.same_person`, `disclosure.lapsed`, `disclosure.wrong_state`.
        """
        if self.state != DisclosureState.REQUESTED:
            raise InvalidInput("disclosure.wrong_state", f"this disclosure is {self.state}")
        if key_id == self.requested_key or by == self.requested_by:
            raise InvalidInput(
                "disclosure.same_person", "a second person must approve", hint="use another auditor's key"
            )
        if now > self.created_at + APPROVE_WITHIN_S:
            raise InvalidInput("disclosure.lapsed", "this request is older than a week", hint="ask again")
        return replace(self, state=DisclosureState.APPROVED.value, approved_by=by, approved_at=now)

    def answered(self, findings: dict[str, Any], *, now: int) -> Disclosure:
        """The member's answer was checked."""
        return replace(self, state=DisclosureState.ANSWERED.value, findings=findings, answered_at=now)


@dataclass(frozen=True, slots=True)
class DisclosureAnswer:
    """What a member notes when it opens an attestation to a regulator; never deleted.

    Attributes:
        answer_id: `<regulator id>:<disclosure id>`, so that a repeated request is noted once.
        attestation_id: hex without 0x.
        regulator_id: member id.
        case_number: as the regulator gave it.
        auditors: the two names.
        created_at: seconds since 1970.
    """

    answer_id: str
    attestation_id: str
    regulator_id: int
    case_number: str
    auditors: list[str]
    created_at: int
