"""How proposals are carried: more than half of the providers active at that moment."""

import pytest

from node.domain.events import Action, ProposalApproved, ProposalMade, Role, Status
from tests.contracts.consortium import WEEK_S, Consortium, payload
from tests.sim.ledger import Refusal

pytestmark = pytest.mark.contracts


def status_of(consortium: Consortium, member: int) -> Status:
    return Status(consortium.call("memberOf", member)[2])


def test_a_proposal_is_recorded_and_waits_for_a_majority(consortium: Consortium):
    content = payload(Action.SUSPEND, 3)
    receipt = consortium.send(consortium.a, "propose", Action.SUSPEND, content)
    lapses_at = receipt.timestamp + WEEK_S
    assert receipt.history == (ProposalMade(3, 1, Action.SUSPEND, content, lapses_at),)
    assert status_of(consortium, 3) == Status.ACTIVE


def test_more_than_half_carries(consortium: Consortium):
    proposal = consortium.propose(consortium.a, Action.SUSPEND, 3)
    receipt = consortium.send(consortium.b, "approve", proposal)
    assert receipt.history[0] == ProposalApproved(proposal, 2)
    assert status_of(consortium, 3) == Status.SUSPENDED


def test_exactly_half_does_not_carry(consortium: Consortium):
    consortium.admit(consortium.outsiders[0])
    proposal = consortium.propose(consortium.a, Action.SUSPEND, 3)
    assert len(consortium.send(consortium.b, "approve", proposal).history) == 1
    assert status_of(consortium, 3) == Status.ACTIVE
    consortium.send(consortium.c, "approve", proposal)
    assert status_of(consortium, 3) == Status.SUSPENDED


def test_a_sole_provider_decides_alone(consortium: Consortium):
    consortium.vote(Action.REMOVE, 3)
    consortium.vote(Action.REMOVE, 2)
    consortium.propose(consortium.a, Action.SET_LEGAL_BASES, 1)
    assert consortium.call("legalBases") == 1


def test_a_member_approves_once(consortium: Consortium):
    proposal = consortium.propose(consortium.a, Action.SUSPEND, 3)
    assert consortium.refusal(consortium.a, "approve", proposal) == Refusal("AlreadyApproved", (proposal, 1))


def test_an_executed_proposal_is_closed(consortium: Consortium):
    proposal = consortium.propose(consortium.a, Action.SET_LEGAL_BASES, 1)
    consortium.send(consortium.b, "approve", proposal)
    refusal = consortium.refusal(consortium.c, "approve", proposal)
    assert refusal == Refusal("ProposalClosed", (proposal,))


def test_an_unknown_proposal_cannot_be_approved(consortium: Consortium):
    assert consortium.refusal(consortium.a, "approve", 99) == Refusal("UnknownProposal", (99,))


def test_outsiders_neither_propose_nor_approve(consortium: Consortium):
    outsider = consortium.outsiders[0]
    refused = Refusal("NotActiveProvider", (outsider.lower(),))
    assert consortium.proposal_refusal(outsider, Action.SUSPEND, 3) == refused
    assert consortium.refusal(outsider, "approve", 1) == refused


def test_a_proposal_can_be_carried_in_its_last_second(consortium: Consortium):
    proposal = consortium.propose(consortium.a, Action.SUSPEND, 3)
    consortium.chain.set_next_timestamp(consortium.chain.now() + WEEK_S)
    consortium.send(consortium.b, "approve", proposal)
    assert status_of(consortium, 3) == Status.SUSPENDED


def test_a_proposal_lapses_after_seven_days(consortium: Consortium):
    proposal = consortium.propose(consortium.a, Action.SUSPEND, 3)
    consortium.chain.advance_to(consortium.chain.now() + WEEK_S + 1)
    assert consortium.refusal(consortium.b, "approve", proposal) == Refusal("ProposalLapsed", (proposal,))


def test_approvals_of_suspended_members_do_not_count(consortium: Consortium):
    consortium.admit(consortium.outsiders[0])
    consortium.admit(consortium.outsiders[1])
    proposal = consortium.propose(consortium.c, Action.SET_LEGAL_BASES, 1)
    suspension = consortium.propose(consortium.a, Action.SUSPEND, 3)
    consortium.send(consortium.b, "approve", suspension)
    consortium.send(consortium.outsiders[0], "approve", suspension)

    # Four may vote now, so three are needed; C's approval is there but no longer counts.
    consortium.send(consortium.a, "approve", proposal)
    consortium.send(consortium.b, "approve", proposal)
    assert consortium.call("legalBases") != 1
    consortium.send(consortium.outsiders[0], "approve", proposal)
    assert consortium.call("legalBases") == 1


def test_the_majority_is_of_those_active_now_not_of_those_at_the_proposal(consortium: Consortium):
    consortium.admit(consortium.outsiders[0])
    consortium.admit(consortium.outsiders[1])
    proposal = consortium.propose(consortium.a, Action.SET_LEGAL_BASES, 1)
    for member in (4, 5):
        consortium.vote(Action.REMOVE, member)
    consortium.send(consortium.b, "approve", proposal)
    assert consortium.call("legalBases") == 1


def test_a_carried_proposal_that_the_world_has_overtaken_reverts(consortium: Consortium):
    first = consortium.propose(consortium.a, Action.SUSPEND, 3)
    second = consortium.propose(consortium.a, Action.SUSPEND, 3)
    consortium.send(consortium.b, "approve", first)
    refusal = consortium.refusal(consortium.b, "approve", second)
    assert refusal == Refusal("WrongStatus", (3, Status.SUSPENDED))


def test_two_proposals_cannot_together_remove_the_last_provider(consortium: Consortium):
    consortium.vote(Action.REMOVE, 3)
    against_b = consortium.propose(consortium.a, Action.SUSPEND, 2)
    against_a = consortium.propose(consortium.b, Action.SUSPEND, 1)
    consortium.send(consortium.b, "approve", against_b)
    assert consortium.refusal(consortium.a, "approve", against_a).error == "LastProvider"


def test_a_payload_that_does_not_decode_reverts(consortium: Consortium):
    refusal = consortium.refusal(consortium.a, "propose", Action.ADMIT, b"\1\2\3")
    assert refusal == Refusal("", ("0x",))


def test_a_regulator_does_not_change_the_majority(consortium: Consortium):
    consortium.admit(consortium.outsiders[0], Role.REGULATOR)
    consortium.vote(Action.SUSPEND, 3)
    assert status_of(consortium, 3) == Status.SUSPENDED
