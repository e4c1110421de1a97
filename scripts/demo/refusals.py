"""What must be refused, each case with its code: forged card, wrong face, altered bytes, moved time."""

from __future__ import annotations

from node.domain.access import Role as StaffRole
from node.domain.methods import IMAGE_FACE
from node.errors import InvalidInput
from scripts.demo.actors import Customer, Json
from scripts.demo.chain_time import REFORM, move_to
from scripts.demo.journey import Journey
from scripts.demo.reuse import Consent, ReuseRun
from scripts.demo.timeline import StepFailed

BEFORE_MIDNIGHT_S = 180
"""Signed three minutes before 2027-04-01 in Japan, decided after."""


def swapped_photo(journey: Journey) -> None:
    """A card whose chip carries somebody else's portrait under the old signature."""
    case_id = journey.prepare("jp.chip+face")
    journey.stage.reader.swap(journey.persona.forged_card())
    expected = "chip.data_signature_invalid"
    with journey.timeline.refusal("swapped chip photo", "bank A", expected=expected) as step:
        case = journey.judge(case_id, step)
        step.code = case["codes"][0] if case["state"] == "rejected" else None
    journey.stage.reader.swap(journey.persona.card())


def wrong_selfie(journey: Journey) -> None:
    """The genuine card, another person before the camera."""
    case_id = journey.prepare("jp.chip+face", stranger=True)
    with journey.timeline.refusal("another person's selfie", "bank A", expected="face.no_match") as step:
        case = journey.judge(case_id, step)
        step.code = case["codes"][0] if case["state"] == "rejected" else None


def altered_in_transit(journey: Journey) -> None:
    """One bit of the sealed transfer flips on the wire between A and B."""
    run, consent = _consented(journey)
    url = run.way_back(consent)
    with (
        journey.timeline.refusal(
            "record changed in transit", "broker B", expected="transfer_altered"
        ) as step,
        journey.stage.wire.altering(),
    ):
        step.code = _outcome(run, url)


def replayed_consent(journey: Journey) -> None:
    """The signature from a finished reuse is presented again, for a new release."""
    run, consent = _consented(journey)
    run.come_back(run.way_back(consent))
    again = journey.ask()
    page = again.go_to_issuer()
    expected = "consent.signature_invalid"
    with journey.timeline.refusal("replayed consent", "bank A", expected=expected) as step:
        try:
            again.consent(page, replayed=consent.credential)
        except InvalidInput as error:
            step.code = error.code


def revoked(journey: Journey) -> None:
    """Bank A withdraws the record between the attestation and the decision; see `Journey.revoke`."""
    run, consent = _consented(journey)
    url = run.way_back(consent)
    journey.revoke()
    with journey.timeline.refusal("revoked before the decision", "broker B", expected="revoked") as step:
        step.code = _outcome(run, url)


def out_of_time(journey: Journey) -> None:
    """A verification by photographs grows too old; then its method ends on 2027-04-01."""
    customer = _verified_by_photographs(journey)
    chain, timeline = journey.stage.chain, journey.timeline
    move_to(REFORM - 2 * BEFORE_MIDNIGHT_S, chain, timeline)
    run, consent = _consented(journey, customer)
    url = run.way_back(consent)
    with journey.timeline.refusal("verification too old", "broker B", expected="too_old") as step:
        step.code = _outcome(run, url)
    move_to(REFORM - BEFORE_MIDNIGHT_S, chain, timeline)
    run, consent = _consented(journey, customer)
    url = run.way_back(consent)
    move_to(REFORM + 1, chain, timeline)
    expected = "method_not_allowed"
    with journey.timeline.refusal("method ended on 2027-04-01", "broker B", expected=expected) as step:
        step.code = _outcome(run, url)


def photographs_wait(journey: Journey) -> Json:
    """The method that the law abolishes; a reviewer must look at the card's pictures, so the case waits."""
    case, step = journey.run_case("verify by photographs: human review needed", str(IMAGE_FACE))
    if case["state"] != "review":
        raise StepFailed(f"photographs alone gave {case['state']}: {case['codes']}")
    step.code = "review"
    return case


def _verified_by_photographs(journey: Journey) -> Customer:
    """A second customer, whom a reviewer approves."""
    case = photographs_wait(journey)
    reviewer = journey.stage.staff(journey.stage.issuer, StaffRole.REVIEWER)
    with journey.timeline.step("a reviewer approves", "bank A"):
        case = reviewer.post(
            f"/v1/cases/{case['case_id']}/review",
            {"decision": "approve", "note": "thickness and print looked at on the photographs (demo)"},
        )
    customer = Customer()
    journey.enrol(str(IMAGE_FACE), case, customer)
    return customer


def _consented(journey: Journey, customer: Customer | None = None) -> tuple[ReuseRun, Consent]:
    run = journey.ask(customer)
    return run, run.consent(run.go_to_issuer())


def _outcome(run: ReuseRun, url: str) -> str | None:
    """The reason code with which the broker ended the reuse; None if it accepted."""
    reuse = run.come_back(url)
    return reuse["codes"][0] if reuse["state"] in {"refused", "ended"} and reuse["codes"] else None
