"""The order of stages, and what may be sent to a card.

Faces and OCR are told what to say; the card is a virtual one.
"""

from __future__ import annotations

import json
import random
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime

import numpy as np
import pytest

import verifier.engine
from tests.sim.card import InProcessTransport, mynumber_card
from tests.sim.card.mynumber import VISUAL_AID, VISUAL_B
from tests.sim.card.negative import photo_from_another_card, unknown_authority
from tests.sim.card.samples import HANAKO, TODAY, blank
from tests.unit.verifier.told_faces import all_passed, tell_faces
from verifier.document.challenge import issue_tilt
from verifier.document.film import TiltFilm
from verifier.engine import Engine
from verifier.errors import InvalidInput, Unavailable
from verifier.image import encode_jpeg
from verifier.liveness.challenge import issue
from verifier.ocr.submit import PriorTry, pin_digest
from verifier.policy import PRESENCE
from verifier.types import CheckResult, Clip, Decision, Outcome, SurfaceField, SurfaceReading
from verifier.verification.pins import PinHistory
from verifier.verification.subject import Subject

pytestmark = pytest.mark.unit

PIN_B = "55021720352285"
WRONG = "55021720352286"
SALT = b"s" * 32
CHALLENGE = issue(randomness=random.Random(1), now=datetime(2026, 1, 1, tzinfo=UTC))
NOON_UTC = datetime(TODAY.year, TODAY.month, TODAY.day, 3, tzinfo=UTC)


class Told:
    """An engine whose OCR and face checks say what a test wants, in front of a virtual card."""

    def __init__(self, monkeypatch, card=None, *, pin_b=PIN_B) -> None:
        self.card, self.stages, self.remembered, self.accepted = card, [], [], []
        self.face_checks = all_passed()
        self.surface = _surface(pin_b)
        monkeypatch.setattr(verifier.engine, "read_mynumber_surface", lambda *_, **__: self.surface)
        tell_faces(monkeypatch, self.face_checks)
        self.engine = Engine(
            faces=None,
            reader=None,
            trust=blank().ca.trust_store(),
            open_card=self._open,
            randomness=lambda n: b"r" * n,
            now=lambda: NOON_UTC,
            tries_floor=2,
        )

    @contextmanager
    def _open(self):
        if self.card is None:
            raise Unavailable("card.absent", "no card", hint="put it")
        yield InProcessTransport(self.card)

    def verify(self, *, tried=(), typed=None, typed_birth_date=None, remember=None, may_ask_again=False):
        frame = np.zeros((8, 8, 3), np.uint8)
        subject = Subject(
            (frame,), Clip((frame,), (0,)), CHALLENGE, typed_birth_date, typed, may_ask_again=may_ask_again
        )
        pins = PinHistory(tried, SALT, remember or self.remembered.append, self.accepted.append)
        return self.engine.verify_chip_face(subject, pins, on_stage=self.stages.append)

    def refusal(self, **attempt: object) -> str:
        with pytest.raises(InvalidInput) as caught:
            self.verify(**attempt)
        return caught.value.code

    @property
    def tries_left(self):
        return self.card.applications[VISUAL_AID].pins[VISUAL_B].left


def _surface(pin_b: str | None, *checks: CheckResult) -> SurfaceReading:
    born = SurfaceField("1980-02-17", "昭和55年2月17日生", 3, 0.99)
    passed = tuple(
        CheckResult(n, Outcome.PASSED) for n in ("ocr.frames", "ocr.consensus", "ocr.plausibility")
    )
    return SurfaceReading("mynumber_card", {"birth_date": born}, pin_b, checks or passed, None, 3)


def _genuine():
    return mynumber_card(blank().files())


def _prior(pin_b, source="ocr"):
    return PriorTry(pin_digest(pin_b, SALT), source)


def test_a_genuine_card_with_a_live_holder_is_verified(monkeypatch):
    told = Told(monkeypatch, _genuine())
    verdict = told.verify()
    assert (verdict.decision, verdict.person) == (Decision.VERIFIED, HANAKO)
    assert verdict.portrait == blank().portrait
    assert "photo-faces.png" not in verdict.attachments, "made only where a person will look"
    assert told.stages == list(verdict.seconds) == ["surface", "chip", "face", "liveness"]
    assert told.remembered == told.accepted == [_prior(PIN_B)]
    assert told.tries_left == 10


def test_a_typed_code_needs_no_photograph_of_the_card(monkeypatch):
    told = Told(monkeypatch, _genuine(), pin_b=None)
    assert told.verify(typed=PIN_B).decision is Decision.VERIFIED
    assert told.stages == ["chip", "face", "liveness"]
    assert told.remembered == [_prior(PIN_B, "typed")]


@pytest.mark.parametrize(
    ("forge", "code"),
    [(photo_from_another_card, "chip.data_signature_invalid"), (unknown_authority, "chip.issuer_unknown")],
)
def test_an_untrusted_card_is_rejected_and_no_face_is_compared(monkeypatch, forge, code):
    told = Told(monkeypatch, forge(blank()))
    verdict = told.verify()
    assert verdict.decision is Decision.REJECTED
    assert verdict.codes[0] == code
    assert (verdict.person, verdict.portrait) == (None, None)
    assert told.stages == ["surface", "chip"]
    outcomes = {check.check: check.outcome for check in verdict.checks}
    assert {outcomes[name] for name in PRESENCE} == {Outcome.NOT_PERFORMED}


def test_a_typed_birth_date_is_compared_with_the_chip(monkeypatch):
    told = Told(monkeypatch, _genuine())
    verdict = told.verify(typed=PIN_B, typed_birth_date=date(1980, 2, 18))
    assert (verdict.decision, verdict.codes[0]) == (Decision.REJECTED, "chip.birth_date_differs")
    verdict = told.verify(typed=PIN_B, typed_birth_date=date(1980, 2, 17))
    assert (verdict.decision, verdict.codes) == (Decision.VERIFIED, ("surface.not_read",))


def test_another_face_is_rejected(monkeypatch):
    told = Told(monkeypatch, _genuine())
    told.face_checks[0] = CheckResult("face.match", Outcome.FAILED, "face.no_match")
    verdict = told.verify()
    assert (verdict.decision, verdict.codes[0]) == (Decision.REJECTED, "face.no_match")


def test_a_turn_too_small_asks_again_while_that_is_allowed_and_rejects_then(monkeypatch):
    told = Told(monkeypatch, _genuine())
    small = CheckResult("liveness.planar", Outcome.NOT_PERFORMED, "liveness.turn_too_small")
    told.face_checks[PRESENCE.index("liveness.planar")] = small
    with pytest.raises(InvalidInput) as caught:
        told.verify(may_ask_again=True)
    assert caught.value.code == "liveness.turn_too_small"
    assert told.verify().decision is Decision.REJECTED


def test_an_action_that_was_not_seen_is_asked_for_again_under_its_own_code(monkeypatch):
    told = Told(monkeypatch, _genuine())
    missing = CheckResult("liveness.action", Outcome.FAILED, "liveness.action_missing")
    told.face_checks[PRESENCE.index("liveness.action")] = missing
    with pytest.raises(InvalidInput) as caught:
        told.verify(may_ask_again=True)
    assert caught.value.code == "liveness.action_missing"


def test_another_face_is_rejected_even_where_asking_again_is_allowed(monkeypatch):
    told = Told(monkeypatch, _genuine())
    told.face_checks[0] = CheckResult("face.match", Outcome.FAILED, "face.no_match")
    small = CheckResult("liveness.planar", Outcome.NOT_PERFORMED, "liveness.turn_too_small")
    told.face_checks[PRESENCE.index("liveness.planar")] = small
    assert told.verify(may_ask_again=True).decision is Decision.REJECTED


def test_without_a_card_nothing_is_decided_and_nothing_remembered(monkeypatch):
    told = Told(monkeypatch)
    with pytest.raises(Unavailable) as caught:
        told.verify()
    assert caught.value.code == "card.absent"
    assert told.remembered == []


def test_a_wrong_code_is_remembered_and_decides_nothing(monkeypatch):
    told = Told(monkeypatch, _genuine(), pin_b=WRONG)
    assert told.refusal() == "chip.pin_wrong"
    assert (told.remembered, told.accepted) == ([_prior(WRONG)], [])
    assert told.tries_left == 9


def test_when_a_code_cannot_be_remembered_it_is_not_sent(monkeypatch):
    told = Told(monkeypatch, _genuine(), pin_b=WRONG)

    def full(_):
        raise InvalidInput("disk.full", "x", hint="y")

    assert told.refusal(remember=full) == "disk.full"
    assert told.tries_left == 10


@pytest.mark.parametrize(
    ("attempt", "code"),
    [
        ({"tried": [_prior(WRONG)]}, "ocr.automatic_try_spent"),
        ({"tried": [_prior(PIN_B)], "typed": PIN_B}, "ocr.already_tried"),
        ({"tried": [_prior(WRONG), _prior(WRONG, "typed")], "typed": PIN_B}, "ocr.case_tries_spent"),
        ({"typed_birth_date": date(1980, 2, 18)}, "ocr.birth_date_differs"),
    ],
)
def test_a_code_that_may_not_be_sent_leaves_the_card_alone(monkeypatch, attempt, code):
    told = Told(monkeypatch, _genuine())
    assert told.refusal(**attempt) == code
    assert (told.remembered, told.tries_left) == ([], 10)


def test_with_few_tries_left_only_a_typed_code_is_sent(monkeypatch):
    told = Told(monkeypatch, _genuine())
    told.card.applications[VISUAL_AID].pins[VISUAL_B].left = 5
    assert told.refusal() == "ocr.manual_entry_only"
    assert told.verify(typed=PIN_B).decision is Decision.VERIFIED


def test_at_the_floor_no_code_is_sent_at_all(monkeypatch):
    told = Told(monkeypatch, _genuine())
    told.card.applications[VISUAL_AID].pins[VISUAL_B].left = 2
    assert told.refusal(typed=PIN_B) == "ocr.tries_floor"
    assert told.tries_left == 2


def test_an_unreadable_surface_says_which_check_stopped_it(monkeypatch):
    told = Told(monkeypatch, _genuine())
    few = CheckResult("ocr.frames", Outcome.UNDECIDED, "ocr.too_few_frames")
    told.surface = _surface(None, few)
    assert told.refusal() == "ocr.too_few_frames"
    assert told.tries_left == 10


def test_a_code_shows_in_no_representation():
    subject = Subject((), Clip((), ()), None, None, PIN_B)
    pins = PinHistory((), SALT, print, print)
    assert PIN_B not in repr(subject)
    assert repr(SALT) not in repr(pins)


def test_a_printed_name_that_is_not_the_chips_goes_to_a_reviewer_with_both_spellings(monkeypatch):
    told = Told(monkeypatch, _genuine())
    read = SurfaceField("見本太郎", "見本太郎", 3, 0.99)
    told.surface = replace(told.surface, fields={**told.surface.fields, "name": read})
    verdict = told.verify()
    assert verdict.decision is Decision.REVIEW
    assert "surface.text_differs" in verdict.codes
    assert verdict.attachments["photo-faces.png"] == b"two faces"
    report = json.loads(verdict.attachments["surface-text.json"])
    assert (report["name"]["record"], report["name"]["read"]) == (HANAKO.name, "見本太郎")
    text = next(check for check in verdict.checks if check.check == "surface.text")
    assert text.facts["name"] == "different"
    assert "太" not in str(dict(text.facts)), "characters are personal"


def test_the_photo_method_examines_the_film_and_leaves_the_decision_to_a_person(monkeypatch):
    told = Told(monkeypatch, None)
    read = {"name": "見本花子", "address": "東京都", "sex": "女", "expires_on": "2035-02-17"}
    fields = {name: SurfaceField(value, value, 3, 0.99) for name, value in read.items()}
    frame = np.full((480, 640, 3), 90, np.uint8)
    told.surface = replace(told.surface, fields={**told.surface.fields, **fields}, portrait=frame)
    asked = issue_tilt(randomness=random.Random(1), now=NOON_UTC)
    film = TiltFilm((encode_jpeg(frame),) * 12, tuple(range(0, 12 * 125, 125)), asked)
    subject = Subject((frame,), Clip((frame,), (0,)), CHALLENGE, tilt=film)
    verdict = told.engine.verify_id_image(subject, on_stage=told.stages.append)
    assert verdict.decision is Decision.REVIEW
    assert told.stages == ["surface", "document", "face", "liveness"]
    codes = {check.check: check.code for check in verdict.checks if check.check.startswith("document.")}
    assert codes == {
        "document.thickness": "document.needs_reviewer",
        "document.authenticity": "document.needs_reviewer",
        "document.tilt": "document.not_seen",
        "document.same_card": "document.not_seen",
        "document.colour": "document.not_seen",
        "document.screen": "document.not_seen",
    }
    assert "photo-evidence.json" in verdict.attachments
