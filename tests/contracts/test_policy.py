"""When a method may be relied on, and which legal bases are enabled."""

import pytest

from node.domain.commitments import method_code
from node.domain.events import Action, LegalBasesSet, MethodRule, MethodRuleSet
from tests.contracts.consortium import ALWAYS, CHIP_FACE, DAY_S, MAX_AGE_DAYS, Consortium, jst_day, new_id
from tests.sim.ledger import Refusal

pytestmark = pytest.mark.contracts

PHOTO = method_code("jp.photo+face")


def not_allowed(method: bytes) -> Refusal:
    return Refusal("MethodNotAllowed", (method,))


def test_a_rule_is_set_by_vote_and_told(consortium: Consortium):
    rule = MethodRule(allowed_from=10, allowed_until=20, max_age_days=30)
    receipt = consortium.vote(Action.SET_METHOD_RULE, PHOTO, rule)
    assert receipt.history[-1] == MethodRuleSet(PHOTO, rule)
    assert consortium.call("methodRule", PHOTO) == rule


@pytest.mark.parametrize(
    "rule",
    [
        MethodRule(allowed_from=0, allowed_until=0, max_age_days=0),
        MethodRule(allowed_from=20, allowed_until=20, max_age_days=30),
        MethodRule(allowed_from=20, allowed_until=10, max_age_days=30),
    ],
)
def test_a_rule_that_could_never_apply_is_refused(consortium: Consortium, rule: MethodRule):
    refusal = consortium.proposal_refusal(consortium.a, Action.SET_METHOD_RULE, PHOTO, rule)
    assert refusal.error == "InvalidRule"


def test_legal_bases_are_set_by_vote_and_told(consortium: Consortium):
    assert consortium.vote(Action.SET_LEGAL_BASES, 0b101).history[-1] == LegalBasesSet(0b101)
    assert consortium.call("legalBases") == 0b101


def test_a_method_without_a_rule_cannot_be_attested(consortium: Consortium):
    refusal = consortium.refusal(consortium.a, "attest", new_id(), consortium.terms(method=PHOTO))
    assert refusal == not_allowed(PHOTO)


def test_a_method_begins_in_its_first_second(consortium: Consortium):
    begins = consortium.chain.now() + DAY_S
    consortium.vote(Action.SET_METHOD_RULE, PHOTO, MethodRule(begins, 0, MAX_AGE_DAYS))
    consortium.chain.advance_to(begins - 1)
    arguments = (new_id(), consortium.terms(method=PHOTO))
    assert consortium.refusal(consortium.a, "attest", *arguments) == not_allowed(PHOTO)
    consortium.chain.set_next_timestamp(begins)
    consortium.send(consortium.a, "attest", *arguments)


def test_a_method_ends_before_its_abolition_second(consortium: Consortium):
    ends = consortium.chain.now() + DAY_S
    consortium.vote(Action.SET_METHOD_RULE, PHOTO, MethodRule(0, ends, MAX_AGE_DAYS))
    consortium.chain.set_next_timestamp(ends - 1)
    attestation = consortium.attest(method=PHOTO)
    assert consortium.call("isValid", attestation)
    consortium.chain.advance_to(ends)
    assert consortium.refusal(
        consortium.a, "attest", new_id(), consortium.terms(method=PHOTO)
    ) == not_allowed(PHOTO)  # fmt: skip
    assert consortium.refusal(consortium.b, "decide", attestation, new_id()) == not_allowed(PHOTO)
    assert not consortium.call("isValid", attestation)


def test_abolishing_a_method_stops_decisions_on_attestations_already_made(consortium: Consortium):
    attestation = consortium.attest()
    ended = MethodRule(0, consortium.chain.now(), MAX_AGE_DAYS)
    consortium.vote(Action.SET_METHOD_RULE, CHIP_FACE, ended)
    assert consortium.refusal(consortium.b, "decide", attestation, new_id()) == not_allowed(CHIP_FACE)


def test_a_verification_may_be_as_old_as_the_rule_says_and_no_older(consortium: Consortium):
    today = jst_day(consortium.chain.now())
    oldest = consortium.attest(verified_on=today - MAX_AGE_DAYS)
    older = consortium.attest(verified_on=today - MAX_AGE_DAYS - 1)
    assert consortium.call("isValid", oldest)
    assert not consortium.call("isValid", older)
    refusal = consortium.refusal(consortium.b, "decide", older, new_id())
    assert refusal == Refusal("TooOld", (today - MAX_AGE_DAYS - 1, MAX_AGE_DAYS))
    consortium.send(consortium.b, "decide", oldest, new_id())


def test_a_verification_grows_too_old_at_midnight_in_japan(consortium: Consortium):
    chain = consortium.chain
    today = jst_day(chain.now())
    midnight = (today + 1) * DAY_S - 9 * 3600
    attestation = consortium.attest(verified_on=today - MAX_AGE_DAYS, decide_by=midnight + DAY_S)
    chain.advance_to(midnight - 1)
    assert consortium.call("isValid", attestation)
    chain.advance_to(midnight)
    assert not consortium.call("isValid", attestation)
    assert consortium.refusal(consortium.b, "decide", attestation, new_id()).error == "TooOld"


def test_a_shorter_age_limit_binds_attestations_already_made(consortium: Consortium):
    attestation = consortium.attest(verified_on=jst_day(consortium.chain.now()) - 10)
    consortium.vote(Action.SET_METHOD_RULE, CHIP_FACE, MethodRule(0, 0, 9))
    assert consortium.refusal(consortium.b, "decide", attestation, new_id()).error == "TooOld"
    consortium.vote(Action.SET_METHOD_RULE, CHIP_FACE, ALWAYS)
    consortium.send(consortium.b, "decide", attestation, new_id())


@pytest.mark.parametrize("basis", [0, 6, 7, 255])
def test_a_decision_needs_its_legal_basis_enabled(consortium: Consortium, basis: int):
    consortium.vote(Action.SET_LEGAL_BASES, ((1 << 256) - 1) ^ (1 << basis))
    attestation = consortium.attest(legal_basis=basis)
    refusal = consortium.refusal(consortium.b, "decide", attestation, new_id())
    assert refusal == Refusal("LegalBasisNotEnabled", (basis,))
    consortium.vote(Action.SET_LEGAL_BASES, 1 << basis)
    consortium.send(consortium.b, "decide", attestation, new_id())
