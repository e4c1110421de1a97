"""Recording attestations, one or many."""

from dataclasses import replace

import pytest

from node.domain.events import Action, AttestationState, Attested, Role, Terms
from tests.contracts.consortium import DAY_S, WEEK_S, Consortium, jst_day, new_id
from tests.sim.ledger import Refusal

pytestmark = pytest.mark.contracts

NO_TERMS = Terms(0, 0, bytes(4), 0, 0, 0)


def test_an_attestation_is_recorded_with_its_terms(consortium: Consortium):
    attestation, terms = new_id(), consortium.terms()
    receipt = consortium.send(consortium.a, "attest", attestation, terms)
    assert receipt.history == (Attested(attestation, 1, 2, terms),)
    assert consortium.call("statusOf", attestation) == (AttestationState.PENDING, terms)
    assert consortium.call("isValid", attestation)


def test_an_unknown_attestation_has_no_state_and_is_not_valid(consortium: Consortium):
    assert consortium.call("statusOf", new_id()) == (AttestationState.NONE, NO_TERMS)
    assert not consortium.call("isValid", new_id())


def test_terms_survive_packing_at_their_limits(consortium: Consortium):
    today = jst_day(consortium.chain.now())
    for terms in (
        consortium.terms(legal_basis=255, verified_on=0),
        consortium.terms(legal_basis=0, verified_on=today, recipient=3),
    ):
        attestation = new_id()
        consortium.send(consortium.a, "attest", attestation, terms)
        assert consortium.call("statusOf", attestation) == (AttestationState.PENDING, terms)


@pytest.mark.parametrize("again", ["same issuer", "another issuer"])
def test_an_id_is_used_once(consortium: Consortium, again: str):
    attestation = consortium.attest()
    sender, terms = consortium.a, consortium.terms()
    if again == "another issuer":
        sender, terms = consortium.b, consortium.terms(issuer=2, recipient=1)
    assert consortium.refusal(sender, "attest", attestation, terms) == Refusal("IdKnown", (attestation,))


def test_the_zero_id_is_refused(consortium: Consortium):
    assert consortium.refusal(consortium.a, "attest", bytes(32), consortium.terms()).error == "InvalidId"


@pytest.mark.parametrize("issuer", [0, 2, 99])
def test_nobody_attests_for_another_member(consortium: Consortium, issuer: int):
    attestation = new_id()
    refusal = consortium.refusal(
        consortium.a, "attest", attestation, consortium.terms(issuer=issuer, recipient=3)
    )
    assert refusal == Refusal("NotIssuer", (attestation,))


def test_a_suspended_provider_attests_nothing(consortium: Consortium):
    consortium.vote(Action.SUSPEND, 3)
    refusal = consortium.refusal(consortium.c, "attest", new_id(), consortium.terms(issuer=3))
    assert refusal == Refusal("NotActiveProvider", (consortium.c.lower(),))


def test_a_regulator_attests_nothing(consortium: Consortium):
    regulator = consortium.outsiders[0]
    member = consortium.admit(regulator, Role.REGULATOR)
    refusal = consortium.refusal(regulator, "attest", new_id(), consortium.terms(issuer=member))
    assert refusal.error == "NotActiveProvider"


def test_a_provider_does_not_attest_to_itself(consortium: Consortium):
    refusal = consortium.refusal(consortium.a, "attest", new_id(), consortium.terms(recipient=1))
    assert refusal.error == "SelfAttestation"


def test_the_recipient_is_an_active_provider(consortium: Consortium):
    regulator = consortium.admit(consortium.outsiders[0], Role.REGULATOR)
    consortium.vote(Action.SUSPEND, 3)
    for recipient in (0, 3, regulator, 99):
        refusal = consortium.refusal(consortium.a, "attest", new_id(), consortium.terms(recipient=recipient))
        assert refusal == Refusal("RecipientNotActive", (recipient,))


def test_a_verification_of_tomorrow_is_refused(consortium: Consortium):
    tomorrow = jst_day(consortium.chain.now()) + 1
    terms = consortium.terms(verified_on=tomorrow)
    refusal = consortium.refusal(consortium.a, "attest", new_id(), terms)
    assert refusal == Refusal("VerifiedInFuture", (tomorrow,))


def test_a_verification_day_begins_at_midnight_in_japan(consortium: Consortium):
    chain = consortium.chain
    tomorrow = jst_day(chain.now()) + 1
    midnight = tomorrow * DAY_S - 9 * 3600
    chain.advance_to(midnight - 1)
    arguments = (new_id(), consortium.terms(verified_on=tomorrow))
    assert consortium.refusal(consortium.a, "attest", *arguments).error == "VerifiedInFuture"
    chain.set_next_timestamp(midnight)
    consortium.send(consortium.a, "attest", *arguments)


def test_decide_by_is_after_now_and_within_seven_days(consortium: Consortium):
    now = consortium.chain.now()
    for decide_by in (0, now, now + WEEK_S + 1):
        refusal = consortium.refusal(consortium.a, "attest", new_id(), consortium.terms(decide_by=decide_by))
        assert refusal == Refusal("DecideByOutOfRange", (decide_by,))
    consortium.chain.set_next_timestamp(now + 1)
    consortium.attest(decide_by=now + 1 + WEEK_S)


def test_a_batch_records_one_event_per_item_in_order(consortium: Consortium):
    ids = [new_id() for _ in range(3)]
    terms = [consortium.terms(), consortium.terms(recipient=3), consortium.terms(legal_basis=2)]
    receipt = consortium.send(consortium.a, "attestMany", ids, terms)
    assert receipt.history == tuple(
        Attested(attestation, 1, item.recipient, item) for attestation, item in zip(ids, terms, strict=True)
    )
    assert [consortium.state(attestation) for attestation in ids] == [AttestationState.PENDING] * 3


def test_a_batch_is_all_or_none(consortium: Consortium):
    ids, good = [new_id(), new_id()], consortium.terms()
    refusal = consortium.refusal(consortium.a, "attestMany", ids, [good, replace(good, recipient=1)])
    assert refusal.error == "SelfAttestation"
    assert consortium.state(ids[0]) == AttestationState.NONE


def test_a_batch_names_one_issuer(consortium: Consortium):
    ids = [new_id(), new_id()]
    items = [consortium.terms(), consortium.terms(issuer=3)]
    assert consortium.refusal(consortium.a, "attestMany", ids, items) == Refusal("NotIssuer", (ids[1],))
    assert consortium.refusal(consortium.c, "attestMany", ids, items) == Refusal("NotIssuer", (ids[0],))


def test_a_batch_does_not_repeat_an_id(consortium: Consortium):
    attestation = new_id()
    refusal = consortium.refusal(
        consortium.a, "attestMany", [attestation] * 2, [consortium.terms(), consortium.terms(recipient=3)]
    )
    assert refusal == Refusal("IdKnown", (attestation,))


def test_an_empty_batch_is_refused(consortium: Consortium):
    assert consortium.refusal(consortium.a, "attestMany", [], []).error == "EmptyBatch"


def test_a_batch_has_terms_for_every_id(consortium: Consortium):
    refusal = consortium.refusal(consortium.a, "attestMany", [new_id(), new_id()], [consortium.terms()])
    assert refusal.error == "LengthMismatch"
