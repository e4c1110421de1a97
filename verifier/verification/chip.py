"""The chip's part of a verification: send it what may be sent, once, and see whether it opened.

Decides that a chip which did not open says nothing about the person, so that the attempt ends in an error.
What an opened chip proves is the decision of the card's own `reading` module.
"""

from __future__ import annotations

from datetime import date
from typing import Final

from verifier.card.mynumber import read_mynumber_card
from verifier.card.transport import Transport
from verifier.documents import (
    KEYS_HINT,
    DocumentKeys,
    ReadingTerms,
    prior_try,
    read_document,
    unopened,
)
from verifier.errors import InvalidInput
from verifier.policy import NOT_REACHED, TYPED_AGAINST_CHIP
from verifier.types import CheckResult, ChipReading, Outcome, Person
from verifier.verification.hints import hint
from verifier.verification.pins import ChosenPin, PinHistory

CHALLENGE_BYTES: Final = 32
"""What the chip signs; the card engine asks for 16 or more."""


def read_mynumber(
    card: Transport, chosen: ChosenPin, pins: PinHistory, terms: ReadingTerms, *, tries_floor: int
) -> ChipReading:
    """Read a My Number card with 照合番号B.

    Raises:
        InvalidInput: the card did not accept the code ("chip.pin_wrong", ...), or its data is malformed.
        Unavailable: card or reader away.
    """
    pins.remember(chosen.prior)
    reading = read_mynumber_card(
        card,
        pin_b=chosen.pin_b,
        trust=terms.trust,
        today=terms.today,
        challenge=terms.randomness(CHALLENGE_BYTES),
        tries_floor=tries_floor,
        on_opened=lambda: pins.accepted(chosen.prior),
    )
    opened = reading.checks[0]
    if opened.code is not None:
        raise InvalidInput(opened.code, "the card did not open", hint=hint(opened.code))
    return reading


def read_keyed(card: Transport, keys: DocumentKeys, pins: PinHistory, terms: ReadingTerms) -> ChipReading:
    """Read another document with what opens it.

    Raises:
        InvalidInput: as `read_document`; PINs sent before in this case ("card.pin_repeated"); or the chip did
            not open ("chip.pin_wrong", "chip.number_wrong", "chip.access_refused", ...).
        Unavailable: card or reader away.
    """
    prior = prior_try(keys, pins.case_secret)

    def remember() -> None:
        if any(prior.digest == earlier.digest for earlier in pins.tried):
            raise InvalidInput("card.pin_repeated", "these PINs were refused before", hint=KEYS_HINT)
        pins.remember(prior)

    reading = read_document(card, keys, terms, on_try=remember, on_opened=lambda: pins.accepted(prior))
    shut = unopened(reading)
    if shut is not None:
        code = shut.code or NOT_REACHED
        raise InvalidInput(code, "the chip did not open", hint=hint(code, KEYS_HINT))
    return reading


def typed_against_chip(person: Person | None, typed: date | None) -> CheckResult:
    """The check "chip.typed_birth_date": NOT_PERFORMED when one side is missing."""
    if person is None or typed is None:
        return CheckResult(TYPED_AGAINST_CHIP, Outcome.NOT_PERFORMED, "chip.birth_date_not_typed")
    if person.birth_date != typed:
        return CheckResult(TYPED_AGAINST_CHIP, Outcome.FAILED, "chip.birth_date_differs")
    return CheckResult(TYPED_AGAINST_CHIP, Outcome.PASSED)
