"""The contract's rules once more, in plain Python: for a call in a state, its events or its error.

Written from the NatSpec of contracts/src/interfaces, in the order of the contract's checks, so that even the
error is foretold. Changes nothing; `replay.State` takes the events in.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from eth_abi.abi import decode

from node.domain import events as e
from node.domain.history import keys_digest
from tests.contracts.consortium import PAYLOADS, WEEK_S, jst_day
from tests.contracts.replay import State
from tests.sim.ledger import Refusal

ZERO_ADDRESS = "0x" + "00" * 20
_STATUS_AFTER = {
    e.Action.SUSPEND: e.Status.SUSPENDED,
    e.Action.REINSTATE: e.Status.ACTIVE,
    e.Action.REMOVE: e.Status.REMOVED,
}


class RefusedError(Exception):
    """The rules forbid the call."""

    def __init__(self, error: str, *arguments: Any) -> None:
        super().__init__(error)
        self.refusal = Refusal(error, arguments)


def judge(
    state: State, now: int, sender: str, function: str, *arguments: Any
) -> tuple[e.HistoryEvent, ...] | Refusal:
    """What a call must come to: the events it makes, in order, or the error."""
    try:
        return tuple(_CALLS[function](state, now, sender.lower(), *arguments))
    except RefusedError as refused:
        return refused.refusal


Events = Iterator[e.HistoryEvent]


# --- votes ---


def _propose(state: State, now: int, sender: str, action: e.Action, payload: bytes) -> Events:
    proposer = _active_provider(state, sender)
    values = decode(PAYLOADS[action], payload)
    _check_action(state, action, values)
    number = len(state.proposals) + 1
    yield e.ProposalMade(number, proposer, action, payload, now + WEEK_S)
    yield from _carry(state, now, number, {proposer}, (action, values))


def _approve(state: State, now: int, sender: str, number: int) -> Events:
    member = _active_provider(state, sender)
    proposal = state.proposals.get(number)
    if proposal is None:
        raise RefusedError("UnknownProposal", number)
    if proposal.closed:
        raise RefusedError("ProposalClosed", number)
    if now > proposal.lapses_at:
        raise RefusedError("ProposalLapsed", number)
    if member in proposal.approvals:
        raise RefusedError("AlreadyApproved", number, member)
    yield e.ProposalApproved(number, member)
    content = (proposal.action, decode(PAYLOADS[proposal.action], proposal.payload))
    yield from _carry(state, now, number, proposal.approvals | {member}, content)


def _carry(
    state: State, _now: int, number: int, approvals: set[int], content: tuple[e.Action, Any]
) -> Events:
    electorate = state.electorate()
    if 2 * len(approvals & electorate) > len(electorate):
        _check_action(state, *content)
        yield e.ProposalExecuted(number)
        yield _effect(state, *content)


def _check_action(state: State, action: e.Action, values: Any) -> None:
    if action == e.Action.ADMIT:
        if values[1] == e.Role.NONE:
            raise RefusedError("InvalidRole")
        _check_free_signer(state, values[0])
    elif action == e.Action.REPLACE_SIGNER:
        member = _member(state, values[0])
        if member.status == e.Status.REMOVED:
            raise RefusedError("WrongStatus", values[0], member.status)
        _check_free_signer(state, values[1])
    elif action == e.Action.SET_METHOD_RULE:
        begins, ends, max_age_days = values[1]
        if not max_age_days or (ends and ends <= begins):
            raise RefusedError("InvalidRule")
    elif action in _STATUS_AFTER:
        _check_status_change(state, action, values[0])


def _check_free_signer(state: State, signer: str) -> None:
    if signer == ZERO_ADDRESS:
        raise RefusedError("InvalidSigner")
    if signer.lower() in state.id_of:
        raise RefusedError("SignerTaken", signer.lower())


def _check_status_change(state: State, action: e.Action, member_id: int) -> None:
    member = _member(state, member_id)
    fitting = {
        e.Action.SUSPEND: {e.Status.ACTIVE},
        e.Action.REINSTATE: {e.Status.SUSPENDED},
        e.Action.REMOVE: {e.Status.ACTIVE, e.Status.SUSPENDED},
    }
    if member.status not in fitting[action]:
        raise RefusedError("WrongStatus", member_id, member.status)
    if action != e.Action.REINSTATE and state.electorate() == {member_id}:
        raise RefusedError("LastProvider")


def _effect(state: State, action: e.Action, values: Any) -> e.HistoryEvent:
    if action == e.Action.ADMIT:
        return e.MemberAdmitted(len(state.members) + 1, values[0], e.Role(values[1]), values[2])
    if action == e.Action.REPLACE_SIGNER:
        return e.SignerReplaced(*values)
    if action == e.Action.SET_METHOD_RULE:
        return e.MethodRuleSet(values[0], e.MethodRule(*values[1]))
    if action == e.Action.SET_LEGAL_BASES:
        return e.LegalBasesSet(values[0])
    return e.MemberStatusChanged(values[0], _STATUS_AFTER[action])


# --- keys ---


def _publish_keys(state: State, _now: int, sender: str, keys: e.KeySet) -> Events:
    member_id = _active_member(state, sender)
    if (len(keys.record_key), len(keys.transfer_key)) != (64, 1216) or not keys.endpoint:
        raise RefusedError("InvalidKeys")
    yield e.KeysPublished(member_id, keys_digest(keys), keys)


def _declare_compromised(state: State, now: int, sender: str, since: int) -> Events:
    member_id = _active_member(state, sender)
    if not 0 < since <= now:
        raise RefusedError("InvalidCompromiseTime", since)
    yield e.CompromiseDeclared(member_id, since)


# --- history ---


def _anchor(state: State, _now: int, sender: str, root: bytes, size: int) -> Events:
    issuer = _active_provider(state, sender)
    if size.bit_count() != 1:
        raise RefusedError("InvalidSize")
    if (issuer, root) in state.anchors:
        raise RefusedError("RootKnown", root)
    yield e.Anchored(issuer, root, size)


def _attest(state: State, now: int, sender: str, attestation_id: bytes, terms: e.Terms) -> Events:
    yield from _attest_many(state, now, sender, [attestation_id], [terms])


def _attest_many(state: State, now: int, sender: str, ids: list[bytes], terms: list[e.Terms]) -> Events:
    if not ids:
        raise RefusedError("EmptyBatch")
    if len(ids) != len(terms):
        raise RefusedError("LengthMismatch")
    _check_acts_for(state, sender, terms[0].issuer, RefusedError("NotIssuer", ids[0]))
    for position, (attestation_id, item) in enumerate(zip(ids, terms, strict=True)):
        if item.issuer != terms[0].issuer:
            raise RefusedError("NotIssuer", attestation_id)
        if attestation_id == bytes(32):
            raise RefusedError("InvalidId")
        _check_terms(state, now, item)
        if attestation_id in state.attestations or attestation_id in ids[:position]:
            raise RefusedError("IdKnown", attestation_id)
        yield e.Attested(attestation_id, item.issuer, item.recipient, item)


def _check_terms(state: State, now: int, terms: e.Terms) -> None:
    if terms.recipient == terms.issuer:
        raise RefusedError("SelfAttestation")
    if not state.may_act_as_provider(terms.recipient):
        raise RefusedError("RecipientNotActive", terms.recipient)
    if not state.is_allowed(terms.method, now):
        raise RefusedError("MethodNotAllowed", terms.method)
    if terms.verified_on > jst_day(now):
        raise RefusedError("VerifiedInFuture", terms.verified_on)
    if not now < terms.decide_by <= now + WEEK_S:
        raise RefusedError("DecideByOutOfRange", terms.decide_by)


def _decide(state: State, now: int, sender: str, attestation_id: bytes, commitment: bytes) -> Events:
    known = state.attestations.get(attestation_id)
    if known is None:
        raise RefusedError("UnknownAttestation", attestation_id)
    terms = known.terms
    _check_acts_for(state, sender, terms.recipient, RefusedError("NotRecipient", attestation_id))
    if known.state_at(now) != e.AttestationState.PENDING:
        raise RefusedError("NotPending", attestation_id, known.state_at(now))
    if not state.may_act_as_provider(terms.issuer):
        raise RefusedError("IssuerNotActive", terms.issuer)
    if not state.is_allowed(terms.method, now):
        raise RefusedError("MethodNotAllowed", terms.method)
    if not state.is_recent(terms, now):
        raise RefusedError("TooOld", terms.verified_on, state.rules[terms.method].max_age_days)
    if not state.legal_bases >> terms.legal_basis & 1:
        raise RefusedError("LegalBasisNotEnabled", terms.legal_basis)
    yield e.Decided(attestation_id, terms.recipient, commitment)


def _revoke(state: State, _now: int, sender: str, ids: list[bytes], reason: e.ReasonClass) -> Events:
    if not ids:
        raise RefusedError("EmptyBatch")
    for position, attestation_id in enumerate(ids):
        known = state.attestations.get(attestation_id)
        if known is None:
            raise RefusedError("UnknownAttestation", attestation_id)
        _check_acts_for(state, sender, known.terms.issuer, RefusedError("NotIssuer", attestation_id))
        if known.state == e.AttestationState.REVOKED or attestation_id in ids[:position]:
            raise RefusedError("AlreadyRevoked", attestation_id)
        yield e.Revoked(attestation_id, known.terms.issuer, reason)


# --- who may act ---


def _member(state: State, member_id: int) -> Any:
    if member_id not in state.members:
        raise RefusedError("UnknownMember", member_id)
    return state.members[member_id]


def _active_member(state: State, sender: str) -> int:
    member_id = state.id_of.get(sender, 0)
    if not member_id or state.members[member_id].status != e.Status.ACTIVE:
        raise RefusedError("NotActiveMember", sender)
    return member_id


def _active_provider(state: State, sender: str) -> int:
    member_id = state.id_of.get(sender, 0)
    if not state.may_act_as_provider(member_id):
        raise RefusedError("NotActiveProvider", sender)
    return member_id


def _check_acts_for(state: State, sender: str, member_id: int, otherwise: RefusedError) -> None:
    if member_id not in state.members or state.members[member_id].signer != sender:
        raise otherwise
    if not state.may_act_as_provider(member_id):
        raise RefusedError("NotActiveProvider", sender)


_CALLS: dict[str, Callable[..., Events]] = {
    "propose": _propose,
    "approve": _approve,
    "publishKeys": _publish_keys,
    "declareCompromised": _declare_compromised,
    "anchor": _anchor,
    "attest": _attest,
    "attestMany": _attest_many,
    "decide": _decide,
    "revoke": _revoke,
}
ENTRY_POINTS = tuple(_CALLS)
