"""Recording the recipient's decision."""

import pytest

from node.domain.commitments import decision_commitment
from node.domain.events import Action, AttestationState, Decided, ReasonClass
from tests.contracts.consortium import WEEK_S, Consortium, new_id
from tests.sim.ledger import Refusal, calldata_gas

pytestmark = pytest.mark.contracts


def test_the_recipient_decides_once(consortium: Consortium):
    attestation, commitment = consortium.attest(), new_id()
    receipt = consortium.send(consortium.b, "decide", attestation, commitment)
    assert receipt.history == (Decided(attestation, 2, commitment),)
    assert consortium.state(attestation) == AttestationState.DECIDED
    refusal = consortium.refusal(consortium.b, "decide", attestation, commitment)
    assert refusal == Refusal("NotPending", (attestation, AttestationState.DECIDED))


def test_a_decided_attestation_stays_valid_after_its_decide_by_time(consortium: Consortium):
    attestation = consortium.attest()
    consortium.send(consortium.b, "decide", attestation, new_id())
    consortium.chain.advance(WEEK_S)
    assert consortium.call("isValid", attestation)


def test_an_acceptance_and_a_refusal_look_the_same(consortium: Consortium):
    receipts, execution = [], []
    for accepted in (True, False):
        attestation = consortium.attest()
        commitment = decision_commitment(
            attestation, accepted=accepted, decision_digest=new_id(), secret=new_id()
        )
        receipt = consortium.send(consortium.b, "decide", attestation, commitment)
        receipts.append(receipt)
        execution.append(receipt.gas - calldata_gas(attestation + commitment))
    assert execution[0] == execution[1]
    accepted_log, refused_log = (receipt.logs[0] for receipt in receipts)
    assert [accepted_log["topics"][i] for i in (0, 2)] == [refused_log["topics"][i] for i in (0, 2)]
    assert len(accepted_log["topics"]) == len(refused_log["topics"])
    assert len(accepted_log["data"]) == len(refused_log["data"])


def test_an_unknown_attestation_cannot_be_decided(consortium: Consortium):
    attestation = new_id()
    refusal = consortium.refusal(consortium.b, "decide", attestation, new_id())
    assert refusal == Refusal("UnknownAttestation", (attestation,))


@pytest.mark.parametrize("who", ["a", "c", "outsider"])
def test_only_the_recipient_decides(consortium: Consortium, who: str):
    sender = consortium.outsiders[0] if who == "outsider" else getattr(consortium, who)
    attestation = consortium.attest()
    refusal = consortium.refusal(sender, "decide", attestation, new_id())
    assert refusal == Refusal("NotRecipient", (attestation,))


def test_the_last_second_is_in_time(consortium: Consortium):
    attestation = consortium.attest(decide_by=consortium.chain.now() + 1000)
    consortium.chain.set_next_timestamp(consortium.call("statusOf", attestation)[1].decide_by)
    consortium.send(consortium.b, "decide", attestation, new_id())


def test_an_attestation_lapses_undecided(consortium: Consortium):
    decide_by = consortium.chain.now() + 1000
    attestation = consortium.attest(decide_by=decide_by)
    consortium.chain.advance_to(decide_by + 1)
    assert consortium.state(attestation) == AttestationState.LAPSED
    assert not consortium.call("isValid", attestation)
    refusal = consortium.refusal(consortium.b, "decide", attestation, new_id())
    assert refusal == Refusal("NotPending", (attestation, AttestationState.LAPSED))


def test_a_revoked_attestation_cannot_be_decided(consortium: Consortium):
    attestation = consortium.attest()
    consortium.send(consortium.a, "revoke", [attestation], ReasonClass.ENDED)
    refusal = consortium.refusal(consortium.b, "decide", attestation, new_id())
    assert refusal == Refusal("NotPending", (attestation, AttestationState.REVOKED))


def test_nothing_can_rest_on_a_suspended_issuer(consortium: Consortium):
    attestation = new_id()
    consortium.send(consortium.c, "attest", attestation, consortium.terms(issuer=3))
    consortium.vote(Action.SUSPEND, 3)
    assert consortium.refusal(consortium.b, "decide", attestation, new_id()) == Refusal(
        "IssuerNotActive", (3,)
    )
    assert not consortium.call("isValid", attestation)


def test_a_suspended_recipient_decides_nothing(consortium: Consortium):
    attestation = consortium.attest(recipient=3)
    consortium.vote(Action.SUSPEND, 3)
    refusal = consortium.refusal(consortium.c, "decide", attestation, new_id())
    assert refusal == Refusal("NotActiveProvider", (consortium.c.lower(),))


def test_a_new_signer_of_the_recipient_decides(consortium: Consortium):
    attestation = consortium.attest()
    new = consortium.outsiders[0]
    proposal = consortium.propose(consortium.a, Action.REPLACE_SIGNER, 2, new)
    consortium.send(consortium.c, "approve", proposal)
    assert consortium.refusal(consortium.b, "decide", attestation, new_id()).error == "NotRecipient"
    consortium.send(new, "decide", attestation, new_id())
