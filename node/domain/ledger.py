"""What the ledger says, as values: members, keys, votes, attestations, and what became of one's own intents.

Decides the small questions these values can answer by themselves (is this key valid at that second, is this
view stale). Knows neither blocks' contents nor tables; `events` are what happened, these are what follows
from them.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from node.domain.events import AttestationState, KeySet, ReasonClass, Role, Status

if TYPE_CHECKING:
    from node.domain.events import Action, HistoryEvent, Terms


@dataclass(frozen=True, slots=True)
class Position:
    """Where an event stands in the history; later events compare greater by (block_number, log_index).

    Attributes:
        block_number: height of its block.
        log_index: place in the block.
        at: block time, seconds since 1970.
    """

    block_number: int
    log_index: int
    at: int


@dataclass(frozen=True, slots=True)
class Member:
    """A consortium participant now.

    Attributes:
        member_id: given by the contract, from 1.
        name: as voted on.
        role: provider or regulator.
        status: standing now.
        status_since: when it began, seconds since 1970.
        signer: account that acts for it now, 0x-prefixed, checksummed.
        admitted_at: seconds since 1970.
    """

    member_id: int
    name: str
    role: Role
    status: Status
    status_since: int
    signer: str
    admitted_at: int

    @property
    def is_active(self) -> bool:
        """Whether it may write now (providers) or publish keys (all)."""
        return self.status is Status.ACTIVE


@dataclass(frozen=True, slots=True)
class MemberKeys:
    """One key set and when it held.

    Attributes:
        member_id: whose.
        digest: as the contract stores it, 32 bytes.
        keys: the public material.
        valid_from: first second; its block's time.
        valid_until: first second of the following key set, or None.
        compromised_since: earliest second from which the member disowned signatures made with any of its keys
        up to the
            declaration, or None.
    """

    member_id: int
    digest: bytes
    keys: KeySet
    valid_from: int
    valid_until: int | None
    compromised_since: int | None

    def is_valid_at(self, second: int) -> bool:
        """Whether a signature made then with this record key is to be believed."""
        if second < self.valid_from or (self.valid_until is not None and second >= self.valid_until):
            return False
        return self.compromised_since is None or second < self.compromised_since


@dataclass(frozen=True, slots=True)
class Proposal:
    """A vote.

    Attributes:
        proposal_id: given by the contract.
        proposer: member id.
        action: what it does once carried.
        payload: ABI-encoded, as proposed.
        lapses_at: first second at which it can no longer be approved.
        made_at: seconds since 1970.
        approved_by: member ids in order of approval, the proposer first.
        executed_at: when it was carried, or None.
    """

    proposal_id: int
    proposer: int
    action: Action
    payload: bytes
    lapses_at: int
    made_at: int
    approved_by: tuple[int, ...]
    executed_at: int | None


@dataclass(frozen=True, slots=True)
class AttestationEntry:
    """An attestation as recorded.

    Attributes:
        attestation_id: 32 bytes.
        terms: its public terms.
        attested_at: seconds since 1970.
        decided_at: when the recipient decided, or None.
        commitment: to its decision, 32 bytes, or None.
        revoked_at: when the issuer withdrew it, or None.
        reason: why, or None.
    """

    attestation_id: bytes
    terms: Terms
    attested_at: int
    decided_at: int | None
    commitment: bytes | None
    revoked_at: int | None
    reason: ReasonClass | None

    def state_at(self, second: int) -> AttestationState:
        """Where it stands then, as `statusOf` says it (IIdentityHistory.sol)."""
        if self.revoked_at is not None and self.revoked_at <= second:
            return AttestationState.REVOKED
        if self.decided_at is not None and self.decided_at <= second:
            return AttestationState.DECIDED
        return AttestationState.LAPSED if second > self.terms.decide_by else AttestationState.PENDING


@dataclass(frozen=True, slots=True)
class AttestationFilter:
    """What a search wants; all that is not None must hold.

    Attributes:
        issuer: member id.
        recipient: member id.
        method: 4 bytes.
        state: (state, the second at which time-outs are judged: now).
        since: first second of recording.
        until: first second no longer wanted.
    """

    issuer: int | None = None
    recipient: int | None = None
    method: bytes | None = None
    state: tuple[AttestationState, int] | None = None
    since: int | None = None
    until: int | None = None


@dataclass(frozen=True, slots=True)
class Volume:
    """How much an issuer released to a recipient.

    Attributes:
        issuer: member id.
        recipient: member id.
        attested: attestations recorded.
        decided: of these, decided by now.
        revoked: of these, withdrawn by now.
    """

    issuer: int
    recipient: int
    attested: int
    decided: int
    revoked: int


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """A revocation.

    Attributes:
        reason: why.
        revoked_at: seconds since 1970.
        decided_at: when the recipient had decided, or None.
    """

    reason: ReasonClass
    revoked_at: int
    decided_at: int | None


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """One event with its place, for trails and for jobs that follow the history.

    Attributes:
        position: where.
        tx_hash: 32 bytes.
        event: what.
    """

    position: Position
    tx_hash: bytes
    event: HistoryEvent


@dataclass(frozen=True, slots=True)
class IndexStatus:
    """How complete the node's own view of the chain is.

    Attributes:
        block_number: last indexed block; -1 = nothing yet.
        block_time: its time, seconds since 1970.
        chain_head: the chain's head when last read.
        checked_at: when the view was last level with the head and its hash equalled the contract's, by the
        node's clock;
            0 = never.
        events: how many events the view holds.
        head: running hash over them, 27 bytes.
    """

    block_number: int
    block_time: int
    chain_head: int
    checked_at: int
    events: int
    head: bytes

    def is_stale(self, now: int, limit_s: int) -> bool:
        """Whether the view was last proven complete more than `limit_s` seconds ago."""
        return self.checked_at == 0 or now - self.checked_at > limit_s


class IntentState(StrEnum):
    """What became of something the node wants recorded."""

    QUEUED = "queued"
    SIGNED = "signed"
    SENT = "sent"
    MINED = "mined"
    FINAL = "final"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Intent:
    """One thing the node wants recorded, and how far it has come.

    Attributes:
        intent_id: the caller's own unique name for it.
        method: the contract's function.
        state: how far.
        code: why it failed (a contract refusal's code), or None.
        tx_hash: 32 bytes once signed.
        block_number: once mined.
    """

    intent_id: str
    method: str
    state: IntentState
    code: str | None
    tx_hash: bytes | None
    block_number: int | None

    @property
    def is_recorded(self) -> bool:
        """Whether the chain has it."""
        return self.state in {IntentState.MINED, IntentState.FINAL}

    @property
    def is_settled(self) -> bool:
        """Whether nothing more is to be expected."""
        return self.is_recorded or self.state is IntentState.FAILED
