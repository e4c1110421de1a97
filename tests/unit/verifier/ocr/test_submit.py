"""A code is spent on the card only within its tries; nothing is sent twice."""

from __future__ import annotations

from datetime import date

import pytest

from verifier.ocr.submit import PriorTry, SubmitDecision, decide_pin, decide_reading, pin_digest
from verifier.types import SurfaceField, SurfaceReading

pytestmark = pytest.mark.unit

PIN = "55021720352285"
OTHER_PIN = "55021720352286"
SECRET = b"case secret of this test, 32 by."
BORN = date(1980, 2, 17)


def reading(pin_b: str | None = PIN) -> SurfaceReading:
    birth = SurfaceField("1980-02-17", "昭和55年2月17日生", 3, 0.99)
    return SurfaceReading("mynumber_card", {"birth_date": birth}, pin_b, (), None, 3)


def prior(pin_b: str, source: str = "typed") -> PriorTry:
    return PriorTry(pin_digest(pin_b, SECRET), "ocr" if source == "ocr" else "typed")


def decide(
    pin_b: str | None = PIN,
    *,
    tries_left: int | None = 10,
    tried: tuple[PriorTry, ...] = (),
    typed: date | None = BORN,
) -> SubmitDecision:
    return decide_reading(
        reading(pin_b), tries_left=tries_left, tried=tried, case_secret=SECRET, typed_birth_date=typed
    )


@pytest.mark.parametrize("tries_left", [6, 10])
def test_a_code_read_from_a_card_with_enough_tries_may_be_sent(tries_left: int) -> None:
    assert decide(tries_left=tries_left) == SubmitDecision(may_submit=True)


def test_a_withheld_code_is_not_sent() -> None:
    assert decide(None).code == "ocr.pin_withheld"


@pytest.mark.parametrize("tries_left", [3, 4, 5])
def test_few_tries_leave_the_code_to_the_customers_typing(tries_left: int) -> None:
    assert decide(tries_left=tries_left).code == "ocr.manual_entry_only"


@pytest.mark.parametrize("tries_left", [0, 1, 2])
def test_the_last_tries_are_never_spent(tries_left: int) -> None:
    assert decide(tries_left=tries_left).code == "ocr.tries_floor"
    assert decide_pin(PIN, tries_left=tries_left, tried=(), case_secret=SECRET).code == "ocr.tries_floor"


def test_a_card_that_does_not_tell_its_tries_is_left_alone() -> None:
    assert decide(tries_left=None).code == "ocr.tries_unknown"


def test_ocr_gets_one_try_per_case() -> None:
    assert decide(tried=(prior(OTHER_PIN, "ocr"),)).code == "ocr.automatic_try_spent"


def test_the_same_code_is_never_sent_again() -> None:
    again = decide_pin(PIN, tries_left=9, tried=(prior(PIN, "ocr"),), case_secret=SECRET)
    assert again.code == "ocr.already_tried"


def test_a_case_gets_two_tries() -> None:
    tried = (prior("55021720352280"), prior("55021720352281"))
    assert decide_pin(PIN, tries_left=8, tried=tried, case_secret=SECRET).code == "ocr.case_tries_spent"


def test_a_typed_code_may_follow_a_failed_reading() -> None:
    typed = decide_pin(OTHER_PIN, tries_left=9, tried=(prior(PIN, "ocr"),), case_secret=SECRET)
    assert typed == SubmitDecision(may_submit=True)


def test_a_birth_date_other_than_the_typed_one_withholds() -> None:
    assert decide(typed=date(1981, 2, 17)).code == "ocr.birth_date_differs"


def test_without_a_typed_birth_date_the_other_rules_decide() -> None:
    assert decide(typed=None) == SubmitDecision(may_submit=True)


def test_a_code_is_recognised_within_its_case_only() -> None:
    assert pin_digest(PIN, SECRET) != pin_digest(PIN, b"another case")


@pytest.mark.parametrize(
    ("tries_left", "tried", "code"),
    [
        (10, (), None),
        (5, (), "ocr.manual_entry_only"),
        (10, (prior(OTHER_PIN, "ocr"),), "ocr.automatic_try_spent"),
    ],
)
def test_a_code_confirmed_as_it_was_read_is_an_automatic_try(
    tries_left: int, tried: tuple[PriorTry, ...], code: str | None
) -> None:
    decided = decide_pin(PIN, source="ocr", tries_left=tries_left, tried=tried, case_secret=SECRET)
    assert decided.code == code


def test_a_corrected_code_may_follow_an_automatic_try() -> None:
    tried = (prior(OTHER_PIN, "ocr"),)
    assert decide_pin(PIN, tries_left=9, tried=tried, case_secret=SECRET).may_submit
