"""照合番号B: its digits, and when a try is spent."""

from __future__ import annotations

from datetime import date

import pytest

from tests.sim.card import InProcessTransport, VirtualCard, mynumber_card
from tests.sim.card.mynumber import VISUAL_AID, VISUAL_B
from tests.sim.card.samples import TODAY, blank
from verifier.card.mynumber import mynumber_tries_left, read_mynumber_card
from verifier.card.mynumber.pin import PinB
from verifier.errors import InvalidInput
from verifier.types import ChipReading, Outcome

pytestmark = pytest.mark.unit

RIGHT = "55021720352285"
WRONG = "55021720352286"
VERIFY_WITH_BODY = bytes.fromhex("002000800E")


def read(card: VirtualCard, pin_b: str = RIGHT, *, tries_floor: int = 2) -> ChipReading:
    return read_mynumber_card(
        InProcessTransport(card),
        pin_b=pin_b,
        trust=blank().ca.trust_store(),
        today=TODAY,
        challenge=bytes(range(32)),
        tries_floor=tries_floor,
    )


def card_with(tries: int):
    card = mynumber_card(blank().files())
    card.applications[VISUAL_AID].pins[VISUAL_B].left = tries
    return card


def verifies_sent(card) -> int:
    return sum(command.startswith(VERIFY_WITH_BODY) for command in card.log)


@pytest.mark.parametrize(
    "text", ["", "5502172035228", "550217203522855", "5502172035228x", "５５０２１７２０３５２２８５"]
)
def test_a_code_that_is_not_fourteen_ascii_digits_never_reaches_the_card(text: str):
    card = mynumber_card(blank().files())
    with pytest.raises(InvalidInput) as refusal:
        read(card, text)
    assert refusal.value.code == "card.pin_malformed"
    assert text not in str(refusal.value) or not text
    assert not card.log


def test_the_code_is_not_shown_and_is_wiped():
    with PinB(RIGHT) as pin:
        assert RIGHT not in repr(pin)
        held = pin._bytes
    assert bytes(held) == bytes(14)


def test_a_foreign_residents_gregorian_year_fits_too():
    assert PinB("80021720352285").fits_birth_date(date(1980, 2, 17))
    assert PinB(RIGHT).fits_birth_date(date(1980, 2, 17))
    assert not PinB(RIGHT).fits_birth_date(date(1980, 2, 18))


def test_asking_for_the_counter_spends_nothing():
    card = card_with(7)
    for _ in range(3):
        assert mynumber_tries_left(InProcessTransport(card)) == 7
    assert verifies_sent(card) == 0


def test_a_blocked_card_says_zero():
    assert mynumber_tries_left(InProcessTransport(card_with(0))) == 0


def test_another_kind_of_card_is_named_as_such():
    card = mynumber_card(blank().files())
    card.applications.clear()
    with pytest.raises(InvalidInput) as refusal:
        mynumber_tries_left(InProcessTransport(card))
    assert refusal.value.code == "card.not_mynumber"


@pytest.mark.parametrize(("tries", "floor"), [(2, 2), (1, 2), (5, 5), (1, 1)])
def test_at_or_under_the_floor_no_try_is_spent(tries: int, floor: int):
    card = card_with(tries)
    reading = read(card, tries_floor=floor)
    pin = reading.checks[0]
    assert (pin.check, pin.outcome, pin.code) == (
        "chip.pin",
        Outcome.NOT_PERFORMED,
        "chip.tries_exhausted_guard",
    )
    assert reading.tries_left_before == tries
    assert verifies_sent(card) == 0
    assert all(check.outcome is Outcome.NOT_PERFORMED for check in reading.checks)


def test_one_above_the_floor_the_try_is_spent():
    assert read(card_with(3)).authentic


def test_a_floor_below_one_is_refused():
    with pytest.raises(InvalidInput) as refusal:
        read(card_with(10), tries_floor=0)
    assert refusal.value.code == "card.tries_floor"


def test_a_wrong_code_costs_one_try_and_ends_the_reading():
    card = card_with(10)
    reading = read(card, WRONG)
    pin, *rest = reading.checks
    assert (pin.outcome, pin.code, pin.facts) == (Outcome.FAILED, "chip.pin_wrong", {"tries_left": 9})
    assert [(check.outcome, check.code) for check in rest] == [(Outcome.NOT_PERFORMED, "not_performed")] * 5
    assert (reading.person, reading.portrait, reading.authentic) == (None, None, False)
    assert verifies_sent(card) == 1


def test_the_counter_survives_a_reset_and_a_success_restores_it():
    card = card_with(10)
    read(card, WRONG)
    assert mynumber_tries_left(InProcessTransport(card)) == 9
    assert read(card).authentic
    assert mynumber_tries_left(InProcessTransport(card)) == 10


def test_repeated_wrong_codes_stop_at_the_floor_and_never_block_the_card():
    card = card_with(10)
    codes = [read(card, WRONG).checks[0].code for _ in range(12)]
    assert codes == ["chip.pin_wrong"] * 8 + ["chip.tries_exhausted_guard"] * 4
    assert mynumber_tries_left(InProcessTransport(card)) == 2


def test_a_blocked_code_is_reported_without_a_try():
    card = card_with(0)
    assert read(card).checks[0].code == "chip.pin_blocked"
    assert verifies_sent(card) == 0


def test_a_card_whose_applications_share_the_counter_is_read():
    assert read(mynumber_card(blank().files(), shared_counter=True)).authentic


def test_no_error_or_result_shows_the_code():
    reading = read(card_with(10), WRONG)
    assert WRONG not in repr(reading)
