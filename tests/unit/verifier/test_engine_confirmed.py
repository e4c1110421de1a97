"""What the customer confirmed is sent to the card, not what OCR reads a second time."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.sim.card import mynumber_card
from tests.sim.card.samples import blank
from tests.unit.verifier.test_engine import CHALLENGE, PIN_B, SALT, WRONG, Told
from verifier.errors import InvalidInput
from verifier.ocr.submit import PriorTry, pin_digest
from verifier.types import Clip, Decision, Verdict
from verifier.verification.pins import PinHistory
from verifier.verification.subject import Subject

pytestmark = pytest.mark.unit

FRAME = np.zeros((8, 8, 3), np.uint8)
SUBJECT = Subject((FRAME,), Clip((FRAME,), (0,)), CHALLENGE)


def verify(told: Told, subject: Subject, *tried: PriorTry) -> Verdict:
    pins = PinHistory(tried, SALT, told.remembered.append, told.accepted.append)
    return told.engine.verify_chip_face(subject, pins, on_stage=told.stages.append)


def test_the_confirmed_code_opens_the_card_whatever_is_read_again(monkeypatch):
    told = Told(monkeypatch, mynumber_card(blank().files()), pin_b=WRONG)
    verdict = verify(told, replace(SUBJECT, confirmed_pin_b=(PIN_B, "typed")))
    assert verdict.decision is Decision.VERIFIED
    assert [prior.source for prior in told.remembered] == ["typed"]


def test_a_code_confirmed_unchanged_is_not_sent_after_another_automatic_try(monkeypatch):
    told = Told(monkeypatch, mynumber_card(blank().files()))
    earlier = PriorTry(pin_digest(WRONG, SALT), "ocr")
    with pytest.raises(InvalidInput) as refused:
        verify(told, replace(SUBJECT, confirmed_pin_b=(PIN_B, "ocr")), earlier)
    assert refused.value.code == "ocr.automatic_try_spent"
    assert told.remembered == []


def test_what_was_typed_for_this_attempt_goes_before_a_confirmation(monkeypatch):
    told = Told(monkeypatch, mynumber_card(blank().files()))
    verdict = verify(told, replace(SUBJECT, typed_pin_b=PIN_B, confirmed_pin_b=(WRONG, "ocr")))
    assert verdict.decision is Decision.VERIFIED
