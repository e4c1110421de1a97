"""What must be true of every event, whoever sent it: the protocol's promises, each in a few lines.

Judged against the state that the events before it tell, not against `rules`: these say what was promised, not
how a call is checked, so a rule forgotten in both contract and `rules` still breaks a promise here.
"""

from __future__ import annotations

from node.domain import events as e
from tests.contracts.consortium import jst_day
from tests.contracts.replay import Attestation, State

EFFECTS = (
    e.ProposalExecuted,
    e.MemberAdmitted,
    e.MemberStatusChanged,
    e.SignerReplaced,
    e.MethodRuleSet,
    e.LegalBasesSet,
)
"""Events that follow from votes; the others are acts of their sender."""


def check(before: State, event: e.HistoryEvent, now: int, sender: str) -> None:
    """Check the promises on one event.

    Args:
        before: what the events before it tell.
        event: the event.
        now: time of its block.
        sender: who sent the transaction.
    """
    actor = before.id_of.get(sender.lower(), 0)
    if not isinstance(event, EFFECTS):
        only_active_members_act(before, event, actor)
    if isinstance(event, e.ProposalApproved):
        a_vote_counts_once_and_in_time(before, event, actor, now)
    elif isinstance(event, e.ProposalExecuted):
        a_majority_of_those_active_now_carries_once(before, event, now)
    elif isinstance(event, e.Attested):
        an_entry_is_new_and_speaks_for_its_sender(before, event, actor)
    elif isinstance(event, e.Decided):
        only_the_recipient_decides_and_once(before, event, actor, now)
        a_decision_rests_on_rule_age_basis_and_standing(before, event, now)
    elif isinstance(event, e.Revoked):
        only_the_issuer_revokes_and_once(before, event, actor)


def only_active_members_act(before: State, event: e.HistoryEvent, actor: int) -> None:
    assert actor, "an outsider acted"
    member = before.members[actor]
    assert member.status == e.Status.ACTIVE, "a suspended or removed member acted"
    open_to_regulators = isinstance(event, e.KeysPublished | e.CompromiseDeclared)
    assert member.role == e.Role.PROVIDER or open_to_regulators, "a regulator wrote history"


def a_vote_counts_once_and_in_time(before: State, event: e.ProposalApproved, actor: int, now: int) -> None:
    proposal = before.proposals[event.proposal_id]
    assert event.member == actor
    assert event.member not in proposal.approvals, "a vote was cast twice"
    assert not proposal.closed, "a vote was replayed"
    assert now <= proposal.lapses_at, "a vote was carried past expiry"


def a_majority_of_those_active_now_carries_once(before: State, event: e.ProposalExecuted, now: int) -> None:
    proposal = before.proposals[event.proposal_id]
    voters = {number for number, member in before.members.items() if member.may_vote}
    assert len(proposal.approvals & voters) * 2 > len(voters), "carried without a majority"
    assert not proposal.closed, "executed twice"
    assert now <= proposal.lapses_at, "carried past expiry"


def an_entry_is_new_and_speaks_for_its_sender(before: State, event: e.Attested, actor: int) -> None:
    assert event.attestation_id not in before.attestations, "an entry was overwritten"
    assert actor == event.issuer != event.recipient


def only_the_recipient_decides_and_once(before: State, event: e.Decided, actor: int, now: int) -> None:
    known = before.attestations[event.attestation_id]
    assert actor == event.recipient == known.terms.recipient, "another than the recipient decided"
    assert known.state == e.AttestationState.PENDING, "decided twice, or after a revocation"
    assert now <= known.terms.decide_by, "decided after it had lapsed"


def a_decision_rests_on_rule_age_basis_and_standing(before: State, event: e.Decided, now: int) -> None:
    terms = before.attestations[event.attestation_id].terms
    rule = before.rules[terms.method]
    assert rule.allowed_from <= now, "the method was not yet allowed"
    assert rule.allowed_until == 0 or now < rule.allowed_until, "the method was no longer allowed"
    assert jst_day(now) - terms.verified_on <= rule.max_age_days, "the verification was too old"
    assert before.legal_bases & (1 << terms.legal_basis), "the legal basis was not enabled"
    assert before.members[terms.issuer].status == e.Status.ACTIVE, "the issuer was not in good standing"


def only_the_issuer_revokes_and_once(before: State, event: e.Revoked, actor: int) -> None:
    known: Attestation = before.attestations[event.attestation_id]
    assert actor == event.issuer == known.terms.issuer, "another than the issuer revoked"
    assert known.state != e.AttestationState.REVOKED, "revoked twice"
