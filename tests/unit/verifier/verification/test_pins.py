"""Which code is sent, and under which name none is."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime

import pytest

from verifier.errors import InvalidInput
from verifier.liveness.challenge import issue
from verifier.ocr.submit import PriorTry, pin_digest
from verifier.types import CheckResult, Clip, Outcome, SurfaceField, SurfaceReading
from verifier.verification.pins import ChosenPin, PinHistory, choose_pin
from verifier.verification.subject import Subject

pytestmark = pytest.mark.unit

READ, CONFIRMED, TYPED = "55021720352285", "55021720352286", "55021720352287"
SECRET = b"s" * 32
CHALLENGE = issue(randomness=random.Random(1), now=datetime(2026, 1, 1, tzinfo=UTC))
NOT_TYPED = CheckResult("ocr.typed_birth_date", Outcome.NOT_PERFORMED, "ocr.birth_date_not_typed")
UNSURE = CheckResult("ocr.consensus", Outcome.UNDECIDED, "ocr.no_consensus")


def surface(pin_b: str | None, *checks: CheckResult) -> SurfaceReading:
    born = SurfaceField("1980-02-17", "昭和55年2月17日生", 3, 0.99)
    return SurfaceReading("mynumber_card", {"birth_date": born}, pin_b, checks, None, 3)


def choose(read: SurfaceReading | None, *tried: PriorTry, **given: object) -> ChosenPin:
    subject = Subject((), Clip((), ()), CHALLENGE, **given)
    pins = PinHistory(tried, SECRET, print, print)
    return choose_pin(subject, read, pins, tries_left=10, tries_floor=2)


def refusal(read: SurfaceReading | None, *tried: PriorTry, **given: object) -> InvalidInput:
    with pytest.raises(InvalidInput) as caught:
        choose(read, *tried, **given)
    return caught.value


def test_what_was_typed_goes_before_a_confirmation_and_that_before_a_reading():
    read = surface(READ)
    chosen = choose(read, typed_pin_b=TYPED, confirmed_pin_b=(CONFIRMED, "ocr"))
    assert chosen == ChosenPin(TYPED, PriorTry(pin_digest(TYPED, SECRET), "typed"))
    chosen = choose(read, confirmed_pin_b=(CONFIRMED, "ocr"))
    assert chosen == ChosenPin(CONFIRMED, PriorTry(pin_digest(CONFIRMED, SECRET), "ocr"))
    assert choose(read) == ChosenPin(READ, PriorTry(pin_digest(READ, SECRET), "ocr"))


def test_a_withheld_reading_is_named_by_the_first_check_that_was_not_met():
    assert refusal(surface(None, NOT_TYPED, UNSURE)).code == "ocr.no_consensus"


def test_a_birth_date_that_was_not_typed_withholds_nothing_by_itself():
    assert refusal(surface(None, NOT_TYPED)).code == "ocr.pin_withheld"


def test_a_rule_that_was_broken_keeps_its_own_name_whatever_the_reading_lacks():
    read = surface(READ, UNSURE)
    assert refusal(read, typed_birth_date=date(1980, 2, 18)).code == "ocr.birth_date_differs"


def test_the_checks_of_a_reading_say_nothing_of_a_typed_code():
    tried = PriorTry(pin_digest(TYPED, SECRET), "typed")
    refused = refusal(surface(None, UNSURE), tried, typed_pin_b=TYPED)
    assert (refused.code, refused.hint) == (
        "ocr.already_tried",
        "let the customer type 照合番号B, then verify again with it",
    )


def test_a_chosen_code_shows_in_no_representation():
    assert READ not in repr(choose(surface(READ)))
