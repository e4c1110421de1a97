"""The contract's events as values: what the chain says happened.

One frozen dataclass per event, its fields in the ABI's order, so that a decoder may construct it
positionally. Decides nothing, knows neither blocks nor transactions; `history` folds these into the head.
Spec: contracts/src/interfaces/IConsortium.sol and IIdentityHistory.sol (NatSpec explains every field).

Types: addresses are 0x-prefixed strings, `bytes4` and `bytes32` are `bytes` of that length, times are seconds
since 1970, days are JST days since 1970-01-01.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum


class Role(IntEnum):
    """What a member is in the consortium."""

    NONE = 0
    PROVIDER = 1
    REGULATOR = 2


class Status(IntEnum):
    """Where a member stands."""

    NONE = 0
    ACTIVE = 1
    SUSPENDED = 2
    REMOVED = 3


class Action(IntEnum):
    """What a proposal does once approved."""

    ADMIT = 0
    SUSPEND = 1
    REINSTATE = 2
    REMOVE = 3
    REPLACE_SIGNER = 4
    SET_METHOD_RULE = 5
    SET_LEGAL_BASES = 6


class AttestationState(IntEnum):
    """Where an attestation stands; it only moves forward."""

    NONE = 0
    PENDING = 1
    DECIDED = 2
    LAPSED = 3
    REVOKED = 4


class ReasonClass(IntEnum):
    """Why an attestation was revoked; coarse, so that it never hints at suspicion."""

    ENDED = 0
    SUPERSEDED = 1
    SUSPENDED = 2
    ERROR = 3


@dataclass(frozen=True, slots=True)
class MethodRule:
    """When a verification method may be relied on."""

    allowed_from: int
    allowed_until: int
    max_age_days: int


@dataclass(frozen=True, slots=True)
class KeySet:
    """A member's public material."""

    record_key: bytes
    transfer_key: bytes
    endpoint: str
    licence: str
    supervisor: str


@dataclass(frozen=True, slots=True)
class Terms:
    """The public terms of one attestation."""

    issuer: int
    recipient: int
    method: bytes
    legal_basis: int
    verified_on: int
    decide_by: int


@dataclass(frozen=True, slots=True)
class ProposalMade:
    """An action was put to the vote; the proposer's own approval is implied."""

    proposal_id: int
    proposer: int
    action: Action
    payload: bytes
    lapses_at: int


@dataclass(frozen=True, slots=True)
class ProposalApproved:
    """Another member approved."""

    proposal_id: int
    member: int


@dataclass(frozen=True, slots=True)
class ProposalExecuted:
    """The vote was carried; the event of its effect follows."""

    proposal_id: int


@dataclass(frozen=True, slots=True)
class MemberAdmitted:
    """A member joined, active."""

    member_id: int
    signer: str
    role: Role
    name: str


@dataclass(frozen=True, slots=True)
class MemberStatusChanged:
    """A member was suspended, reinstated or removed."""

    member_id: int
    status: Status


@dataclass(frozen=True, slots=True)
class SignerReplaced:
    """Another account acts for the member from now on."""

    member_id: int
    signer: str


@dataclass(frozen=True, slots=True)
class MethodRuleSet:
    """The rule of one method was set or replaced."""

    method: bytes
    rule: MethodRule


@dataclass(frozen=True, slots=True)
class LegalBasesSet:
    """The enabled legal bases, bit = 1 << index."""

    bitmap: int


@dataclass(frozen=True, slots=True)
class KeysPublished:
    """A member's keys, valid from this block on."""

    member_id: int
    digest: bytes
    keys: KeySet


@dataclass(frozen=True, slots=True)
class CompromiseDeclared:
    """A member disowned what its record key signed at or after `since`."""

    member_id: int
    since: int


@dataclass(frozen=True, slots=True)
class Anchored:
    """The records under `root` existed by this block."""

    issuer: int
    root: bytes
    size: int


@dataclass(frozen=True, slots=True)
class Attested:
    """One verification was released to one recipient."""

    attestation_id: bytes
    issuer: int
    recipient: int
    terms: Terms


@dataclass(frozen=True, slots=True)
class Decided:
    """The recipient accepted or refused; the commitment hides which."""

    attestation_id: bytes
    recipient: int
    commitment: bytes


@dataclass(frozen=True, slots=True)
class Revoked:
    """The issuer withdrew an attestation."""

    attestation_id: bytes
    issuer: int
    reason: ReasonClass


HistoryEvent = (
    ProposalMade
    | ProposalApproved
    | ProposalExecuted
    | MemberAdmitted
    | MemberStatusChanged
    | SignerReplaced
    | MethodRuleSet
    | LegalBasesSet
    | KeysPublished
    | CompromiseDeclared
    | Anchored
    | Attested
    | Decided
    | Revoked
)
"""Everything that the running history hash folds."""
