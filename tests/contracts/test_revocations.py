"""Withdrawing attestations."""

import pytest

from node.domain.events import Action, AttestationState, ReasonClass, Revoked
from tests.contracts.consortium import DAY_S, Consortium, new_id
from tests.sim.ledger import Refusal

pytestmark = pytest.mark.contracts


@pytest.mark.parametrize("reason", list(ReasonClass))
def test_the_issuer_revokes_with_a_coarse_reason(consortium: Consortium, reason: ReasonClass):
    attestation = consortium.attest()
    receipt = consortium.send(consortium.a, "revoke", [attestation], reason)
    assert receipt.history == (Revoked(attestation, 1, reason),)
    assert consortium.state(attestation) == AttestationState.REVOKED
    assert not consortium.call("isValid", attestation)


def test_revocation_keeps_the_terms(consortium: Consortium):
    attestation = consortium.attest()
    terms = consortium.call("statusOf", attestation)[1]
    consortium.send(consortium.a, "revoke", [attestation], ReasonClass.ERROR)
    assert consortium.call("statusOf", attestation) == (AttestationState.REVOKED, terms)


def test_a_decided_attestation_can_be_revoked(consortium: Consortium):
    attestation = consortium.attest()
    consortium.send(consortium.b, "decide", attestation, new_id())
    consortium.send(consortium.a, "revoke", [attestation], ReasonClass.SUPERSEDED)
    assert consortium.state(attestation) == AttestationState.REVOKED


def test_a_lapsed_attestation_can_be_revoked(consortium: Consortium):
    attestation = consortium.attest()
    consortium.chain.advance(2 * DAY_S)
    consortium.send(consortium.a, "revoke", [attestation], ReasonClass.ENDED)
    assert consortium.state(attestation) == AttestationState.REVOKED


def test_revocation_happens_once(consortium: Consortium):
    attestation = consortium.attest()
    consortium.send(consortium.a, "revoke", [attestation], ReasonClass.ENDED)
    refused = Refusal("AlreadyRevoked", (attestation,))
    assert consortium.refusal(consortium.a, "revoke", [attestation], ReasonClass.ENDED) == refused


def test_a_batch_does_not_revoke_twice(consortium: Consortium):
    attestation = consortium.attest()
    refusal = consortium.refusal(consortium.a, "revoke", [attestation] * 2, ReasonClass.ENDED)
    assert refusal == Refusal("AlreadyRevoked", (attestation,))


def test_only_the_issuer_revokes(consortium: Consortium):
    attestation = consortium.attest()
    for sender in (consortium.b, consortium.c, consortium.outsiders[0]):
        refusal = consortium.refusal(sender, "revoke", [attestation], ReasonClass.ENDED)
        assert refusal == Refusal("NotIssuer", (attestation,))


def test_a_suspended_issuer_revokes_nothing(consortium: Consortium):
    attestation = new_id()
    consortium.send(consortium.c, "attest", attestation, consortium.terms(issuer=3))
    consortium.vote(Action.SUSPEND, 3)
    refusal = consortium.refusal(consortium.c, "revoke", [attestation], ReasonClass.ENDED)
    assert refusal.error == "NotActiveProvider"


def test_an_unknown_attestation_spoils_the_whole_batch(consortium: Consortium):
    known, unknown = consortium.attest(), new_id()
    refusal = consortium.refusal(consortium.a, "revoke", [known, unknown], ReasonClass.ENDED)
    assert refusal == Refusal("UnknownAttestation", (unknown,))
    assert consortium.state(known) == AttestationState.PENDING


def test_an_empty_revocation_is_refused(consortium: Consortium):
    assert consortium.refusal(consortium.a, "revoke", [], ReasonClass.ENDED).error == "EmptyBatch"


def test_many_are_revoked_in_order(consortium: Consortium):
    ids = [consortium.attest() for _ in range(3)]
    receipt = consortium.send(consortium.a, "revoke", ids, ReasonClass.ENDED)
    assert receipt.history == tuple(Revoked(attestation, 1, ReasonClass.ENDED) for attestation in ids)
