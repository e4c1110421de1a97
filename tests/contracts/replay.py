"""What the events say the contract holds: a state built from them and from nothing else.

Decides nothing: `rules` says what may happen, `promises` what must never have happened. Compared with storage
by the state machine after every step.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import singledispatchmethod

from node.domain import events as e
from node.domain.history import EMPTY_HEAD, fold
from tests.contracts.consortium import jst_day


@dataclass
class Member:
    signer: str
    role: e.Role
    status: e.Status
    since: int

    @property
    def may_vote(self) -> bool:
        return self.role == e.Role.PROVIDER and self.status == e.Status.ACTIVE


@dataclass
class Proposal:
    action: e.Action
    payload: bytes
    lapses_at: int
    approvals: set[int]
    closed: bool = False


@dataclass(frozen=True)
class Attestation:
    terms: e.Terms
    state: e.AttestationState

    def state_at(self, now: int) -> e.AttestationState:
        """The state as `statusOf` tells it: an undecided attestation lapses."""
        lapsed = self.state == e.AttestationState.PENDING and now > self.terms.decide_by
        return e.AttestationState.LAPSED if lapsed else self.state


@dataclass
class State:
    """Everything the events tell, by the names the contract uses."""

    members: dict[int, Member] = field(default_factory=dict)
    id_of: dict[str, int] = field(default_factory=dict)
    proposals: dict[int, Proposal] = field(default_factory=dict)
    rules: dict[bytes, e.MethodRule] = field(default_factory=dict)
    legal_bases: int = 0
    keys: dict[int, tuple[bytes, int]] = field(default_factory=dict)
    anchors: dict[tuple[int, bytes], int] = field(default_factory=dict)
    attestations: dict[bytes, Attestation] = field(default_factory=dict)
    head: bytes = EMPTY_HEAD
    count: int = 0

    def apply(self, event: e.HistoryEvent, now: int) -> None:
        self.head = fold(self.head, event, now)
        self.count += 1
        self._apply(event, now)

    def electorate(self) -> set[int]:
        return {member_id for member_id, member in self.members.items() if member.may_vote}

    def may_act_as_provider(self, member_id: int) -> bool:
        return member_id in self.members and self.members[member_id].may_vote

    def is_allowed(self, method: bytes, now: int) -> bool:
        rule = self.rules.get(method)
        return (
            rule is not None
            and rule.allowed_from <= now
            and (now < rule.allowed_until or not rule.allowed_until)
        )

    def is_recent(self, terms: e.Terms, now: int) -> bool:
        return jst_day(now) - terms.verified_on <= self.rules[terms.method].max_age_days

    def is_valid(self, attestation: Attestation, now: int) -> bool:
        terms, state = attestation.terms, attestation.state_at(now)
        standing = state in (e.AttestationState.PENDING, e.AttestationState.DECIDED)
        standing = standing and self.may_act_as_provider(terms.issuer)
        return standing and self.is_allowed(terms.method, now) and self.is_recent(terms, now)

    @singledispatchmethod
    def _apply(self, event: e.HistoryEvent, now: int) -> None:
        raise AssertionError(f"unknown event {event} at {now}")

    @_apply.register
    def _(self, event: e.ProposalMade, _now: int) -> None:
        made = Proposal(event.action, event.payload, event.lapses_at, {event.proposer})
        assert self.proposals.setdefault(event.proposal_id, made) is made

    @_apply.register
    def _(self, event: e.ProposalApproved, _now: int) -> None:
        self.proposals[event.proposal_id].approvals.add(event.member)

    @_apply.register
    def _(self, event: e.ProposalExecuted, _now: int) -> None:
        self.proposals[event.proposal_id].closed = True

    @_apply.register
    def _(self, event: e.MemberAdmitted, now: int) -> None:
        admitted = Member(event.signer.lower(), event.role, e.Status.ACTIVE, now)
        assert self.members.setdefault(event.member_id, admitted) is admitted
        self.id_of[admitted.signer] = event.member_id

    @_apply.register
    def _(self, event: e.MemberStatusChanged, now: int) -> None:
        member = self.members[event.member_id]
        member.status, member.since = event.status, now

    @_apply.register
    def _(self, event: e.SignerReplaced, _now: int) -> None:
        member = self.members[event.member_id]
        del self.id_of[member.signer]
        member.signer = event.signer.lower()
        self.id_of[member.signer] = event.member_id

    @_apply.register
    def _(self, event: e.MethodRuleSet, _now: int) -> None:
        self.rules[event.method] = event.rule

    @_apply.register
    def _(self, event: e.LegalBasesSet, _now: int) -> None:
        self.legal_bases = event.bitmap

    @_apply.register
    def _(self, event: e.KeysPublished, now: int) -> None:
        self.keys[event.member_id] = (event.digest, now)

    @_apply.register
    def _(self, event: e.CompromiseDeclared, _now: int) -> None:
        assert event.member_id in self.members

    @_apply.register
    def _(self, event: e.Anchored, now: int) -> None:
        assert self.anchors.setdefault((event.issuer, event.root), now) == now

    @_apply.register
    def _(self, event: e.Attested, _now: int) -> None:
        made = Attestation(event.terms, e.AttestationState.PENDING)
        assert self.attestations.setdefault(event.attestation_id, made) is made
        assert (event.issuer, event.recipient) == (event.terms.issuer, event.terms.recipient)

    @_apply.register
    def _(self, event: e.Decided, _now: int) -> None:
        self._move(event.attestation_id, e.AttestationState.DECIDED)

    @_apply.register
    def _(self, event: e.Revoked, _now: int) -> None:
        self._move(event.attestation_id, e.AttestationState.REVOKED)

    def _move(self, attestation_id: bytes, state: e.AttestationState) -> None:
        known = self.attestations[attestation_id]
        assert state > known.state, "a state only moves forward"
        self.attestations[attestation_id] = replace(known, state=state)
