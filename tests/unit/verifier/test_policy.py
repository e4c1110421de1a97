"""What checks decide together."""

from __future__ import annotations

import pytest

from verifier.policy import CHIP, CHIP_FACE, ID_IMAGE_FACE, POLICIES, complete, decide
from verifier.types import CheckResult, Decision, Outcome

pytestmark = pytest.mark.unit

TYPED_ABSENT = CheckResult("chip.typed_birth_date", Outcome.NOT_PERFORMED, "chip.birth_date_not_typed")


def all_passed(method: str, *changes: CheckResult) -> tuple[CheckResult, ...]:
    """Every required and advisory check passed, but for the changes."""
    changed = {change.check: change for change in changes}
    policy = POLICIES[method]
    names = policy.required + policy.advisory + policy.compared
    results = [changed.pop(name, CheckResult(name, Outcome.PASSED)) for name in names]
    return complete(method, [*results, TYPED_ABSENT, *changed.values()])


def test_a_chip_verification_with_every_check_passed_is_verified():
    assert decide(CHIP_FACE, all_passed(CHIP_FACE)) == (Decision.VERIFIED, ("chip.birth_date_not_typed",))


@pytest.mark.parametrize("name", POLICIES[CHIP_FACE].required)
@pytest.mark.parametrize("outcome", [Outcome.FAILED, Outcome.NOT_PERFORMED])
def test_a_required_check_that_failed_or_did_not_run_rejects(name, outcome):
    decision, codes = decide(CHIP_FACE, all_passed(CHIP_FACE, CheckResult(name, outcome, "why")))
    assert decision is Decision.REJECTED
    assert codes[0] == "why"


@pytest.mark.parametrize("name", CHIP)
def test_an_undecided_chip_check_rejects_because_nobody_can_look_at_a_signature(name):
    changed = all_passed(CHIP_FACE, CheckResult(name, Outcome.UNDECIDED, "chip.issuer_unknown"))
    assert decide(CHIP_FACE, changed)[0] is Decision.REJECTED


@pytest.mark.parametrize("name", ["face.match", "liveness.planar", "liveness.same_face"])
def test_a_score_in_the_review_band_goes_to_a_person(name):
    changed = all_passed(CHIP_FACE, CheckResult(name, Outcome.UNDECIDED, "band"))
    assert decide(CHIP_FACE, changed)[0] is Decision.REVIEW


def test_a_rejection_outweighs_a_review():
    changed = all_passed(
        CHIP_FACE,
        CheckResult("face.match", Outcome.UNDECIDED, "face.review_band"),
        CheckResult("liveness.action", Outcome.FAILED, "liveness.wrong_order"),
    )
    decision, codes = decide(CHIP_FACE, changed)
    assert decision is Decision.REJECTED
    assert codes[:2] == ("face.review_band", "liveness.wrong_order")


@pytest.mark.parametrize("outcome", [Outcome.FAILED, Outcome.UNDECIDED, Outcome.NOT_PERFORMED])
def test_an_advisory_check_that_did_not_pass_sends_the_case_to_a_reviewer(outcome):
    changed = all_passed(CHIP_FACE, CheckResult("liveness.medium", outcome, "liveness.medium_suspect"))
    decision, codes = decide(CHIP_FACE, changed)
    assert decision is Decision.REVIEW
    assert "liveness.medium_suspect" in codes


def test_a_typed_birth_date_that_differs_rejects():
    differs = CheckResult("chip.typed_birth_date", Outcome.FAILED, "chip.birth_date_differs")
    policy = POLICIES[CHIP_FACE]
    checks = complete(CHIP_FACE, [*(CheckResult(n, Outcome.PASSED) for n in policy.required), differs])
    assert decide(CHIP_FACE, checks)[0] is Decision.REJECTED


def test_photographs_of_the_card_are_never_verified_by_the_engine_alone():
    decision, codes = decide(ID_IMAGE_FACE, all_passed(ID_IMAGE_FACE))
    assert decision is Decision.REVIEW
    assert "document.needs_reviewer" in codes


def test_missing_results_are_named_as_not_performed():
    checks = complete(CHIP_FACE, [])
    assert [check.check for check in checks] == list(POLICIES[CHIP_FACE].names)
    assert {check.outcome for check in checks} == {Outcome.NOT_PERFORMED}
    assert decide(CHIP_FACE, checks)[0] is Decision.REJECTED


def test_results_that_a_method_does_not_ask_for_are_left_out():
    extra = CheckResult("ocr.consensus", Outcome.UNDECIDED, "ocr.no_consensus")
    assert extra not in complete(CHIP_FACE, [extra])
    assert extra in complete(ID_IMAGE_FACE, [extra])


def test_a_comparison_that_could_not_be_made_holds_nobody_up_and_a_difference_calls_a_person():
    absent = CheckResult("surface.text", Outcome.NOT_PERFORMED, "surface.not_read")
    assert decide(CHIP_FACE, all_passed(CHIP_FACE, absent))[0] is Decision.VERIFIED
    for outcome in (Outcome.FAILED, Outcome.UNDECIDED):
        differs = CheckResult("surface.text", outcome, "surface.text_differs")
        assert decide(CHIP_FACE, all_passed(CHIP_FACE, differs))[0] is Decision.REVIEW
