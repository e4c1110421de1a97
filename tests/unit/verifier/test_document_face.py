"""Other documents than the My Number card behind "jp.chip+face": what the policy makes of what each proves.

Faces are told what to say; the cards are virtual ones.
"""

from __future__ import annotations

import random
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime
from types import SimpleNamespace

import numpy as np
import pytest

import verifier.engine
from tests.sim.card import InProcessTransport, mynumber_card
from tests.sim.card.iso7816 import VirtualCard
from tests.sim.card.licence import PIN1, PIN2, AddressChange, licence_card
from tests.sim.card.passport import passport_chip
from tests.sim.card.passport_files import zone
from tests.sim.card.passport_negative import photo_replaced
from tests.sim.card.residence import NUMBER, residence_card
from tests.sim.card.residence_negative import REFUSED as RESIDENCE_REFUSED
from tests.sim.card.residence_negative import address_unreadable
from tests.sim.card.samples import HANAKO, TODAY, blank, licence_blank, passport_blank, residence_blank
from tests.unit.verifier.told_faces import all_passed, tell_faces
from verifier.card.passport import parse_td3
from verifier.card.trust import TrustStore
from verifier.documents import (
    FRONT_FILE,
    FRONT_PICTURE,
    DocumentKeys,
    FromSurface,
    LicenceKeys,
    PassportKeys,
    ResidenceKeys,
)
from verifier.engine import Engine
from verifier.errors import InvalidInput
from verifier.liveness.challenge import issue
from verifier.types import (
    CheckResult,
    Clip,
    Decision,
    Outcome,
    Person,
    Sex,
    SurfaceField,
    SurfaceReading,
    Verdict,
)
from verifier.verification.pins import PinHistory
from verifier.verification.subject import Subject

pytestmark = pytest.mark.unit

CHALLENGE = issue(randomness=random.Random(1), now=datetime(2026, 1, 1, tzinfo=UTC))
NOON_UTC = datetime(TODAY.year, TODAY.month, TODAY.day, 3, tzinfo=UTC)
PINS = LicenceKeys("1234", "5678")
RESIDENCE = ResidenceKeys(NUMBER, HANAKO, date(2030, 4, 1))


class Believing:
    """Judges a licence's signature as nobody outside the police can."""

    def check(self, _files, _fields):
        return CheckResult("chip.data_signature", Outcome.PASSED)


class Desk:
    """An engine in front of one virtual card, and what it was told about faces."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, card: VirtualCard, trust: TrustStore) -> None:
        self.card, self.remembered, self.accepted = card, [], []
        tell_faces(monkeypatch, all_passed())
        self.engine = Engine(
            faces=None,
            reader=None,
            trust=trust,
            open_card=self._open,
            randomness=lambda n: b"r" * n,
            now=lambda: NOON_UTC,
            tries_floor=2,
        )

    @contextmanager
    def _open(self):
        yield InProcessTransport(self.card)

    def verify(
        self, keys: DocumentKeys | FromSurface, *, tried: tuple = (), typed: date | None = None
    ) -> Verdict:
        frame = np.zeros((8, 8, 3), np.uint8)
        subject = Subject((), Clip((frame,), (0,)), CHALLENGE, typed)
        pins = PinHistory(tried, b"s" * 32, self.remembered.append, self.accepted.append)
        return self.engine.verify_document_face(subject, keys, pins, on_stage=lambda _: None)

    def refusal(self, keys: DocumentKeys | FromSurface, **more: object) -> str:
        with pytest.raises(InvalidInput) as caught:
            self.verify(keys, **more)
        return caught.value.code


def licence_desk(monkeypatch: pytest.MonkeyPatch, **options: object) -> Desk:
    return Desk(monkeypatch, licence_card(licence_blank().files(**options)), TrustStore())


def residence_desk(monkeypatch: pytest.MonkeyPatch) -> Desk:
    card = residence_card(residence_blank().files())
    return Desk(monkeypatch, card, residence_blank().issuer.trust_store())


def passport_desk(monkeypatch: pytest.MonkeyPatch, card: VirtualCard | None = None) -> Desk:
    made = card or passport_chip(passport_blank().files())
    return Desk(monkeypatch, made, passport_blank().issuer.trust_store())


def outcomes(verdict: Verdict) -> dict[str, Outcome]:
    return {check.check: check.outcome for check in verdict.checks}


def test_a_licence_is_refused_because_nobody_can_judge_its_signature(monkeypatch):
    verdict = licence_desk(monkeypatch).verify(PINS)
    assert verdict.decision is Decision.REJECTED
    assert "chip.signature_unsupported" in verdict.codes
    assert (verdict.portrait, outcomes(verdict)["face.match"]) == (None, Outcome.NOT_PERFORMED)


def test_with_a_signature_judge_a_licence_still_goes_to_a_person_because_it_may_be_a_copy(monkeypatch):
    desk = licence_desk(monkeypatch)
    desk.engine = replace(desk.engine, licence_signature=Believing())
    verdict = desk.verify(PINS)
    assert (verdict.decision, verdict.person.name) == (Decision.REVIEW, licence_blank().holder.name)
    assert verdict.codes == ("chip.birth_date_not_typed", "chip.challenge_unsupported")


def test_a_later_address_is_never_taken_for_certain(monkeypatch):
    desk = licence_desk(monkeypatch, changes=(AddressChange(TODAY, "見本県見本市"),))
    desk.engine = replace(desk.engine, licence_signature=Believing())
    verdict = desk.verify(PINS)
    assert verdict.decision is Decision.REVIEW
    assert "chip.changes_unverified" in verdict.codes


def test_pins_that_were_refused_are_not_sent_again(monkeypatch):
    desk = licence_desk(monkeypatch)
    assert desk.refusal(LicenceKeys("0000", "5678")) == "chip.pin_wrong"
    assert desk.refusal(LicenceKeys("0000", "5678"), tried=tuple(desk.remembered)) == "card.pin_repeated"
    assert desk.card.master is not None
    assert [desk.card.master.pins[pin].left for pin in (PIN1, PIN2)] == [2, 3]
    desk.verify(PINS, tried=tuple(desk.remembered))
    assert (len(desk.remembered), len(desk.accepted)) == (2, 1)


def test_a_card_of_another_kind_costs_no_try(monkeypatch):
    desk = Desk(monkeypatch, mynumber_card(blank().files()), TrustStore())
    assert desk.refusal(PINS) == "card.not_licence"
    assert desk.remembered == []


def test_a_residence_card_goes_to_a_person_with_its_signed_front(monkeypatch):
    verdict = residence_desk(monkeypatch).verify(RESIDENCE)
    assert verdict.decision is Decision.REVIEW
    assert verdict.codes == ("chip.challenge_unsupported", "document.needs_reviewer")
    assert verdict.person == replace(HANAKO, address=residence_blank().holder.address)
    assert verdict.attachments[FRONT_FILE].startswith(b"II*\x00")
    assert verdict.attachments[FRONT_PICTURE].startswith(b"\x89PNG")
    assert verdict.portrait is not None


def test_a_wrong_residence_number_decides_nothing(monkeypatch):
    assert residence_desk(monkeypatch).refusal(ResidenceKeys("AA00000000AA")) == "chip.number_wrong"


FORGED = {make: code for make, code in RESIDENCE_REFUSED.items() if make is not address_unreadable}


@pytest.mark.parametrize("forge", FORGED)
def test_no_forged_residence_card_gets_as_far_as_a_person(monkeypatch, forge):
    desk = Desk(monkeypatch, forge(residence_blank()), residence_blank().issuer.trust_store())
    verdict = desk.verify(RESIDENCE)
    assert (verdict.decision, verdict.person) == (Decision.REJECTED, None)
    assert FORGED[forge] in verdict.codes


def test_an_address_that_cannot_be_read_is_left_to_the_person_who_decides_anyway(monkeypatch):
    desk = Desk(monkeypatch, address_unreadable(residence_blank()), residence_blank().issuer.trust_store())
    verdict = desk.verify(RESIDENCE)
    assert (verdict.decision, verdict.person) == (Decision.REVIEW, HANAKO)
    assert "chip.text_unreadable" in verdict.codes


def test_a_passport_without_a_chip_key_goes_to_a_person_and_has_no_address(monkeypatch):
    verdict = passport_desk(monkeypatch).verify(PassportKeys(passport_blank().zone))
    assert verdict.decision is Decision.REVIEW
    assert set(verdict.codes) == {
        "chip.birth_date_not_typed",
        "chip.challenge_absent",
        "document.address_not_on_chip",
    }
    assert verdict.person.address is None


def photographed(monkeypatch: pytest.MonkeyPatch, kind: str, **fields: str) -> None:
    """Let the surface be read like this."""
    passed = [CheckResult(f"ocr.{n}", Outcome.PASSED) for n in ("frames", "document", "consensus", "number")]
    typed = CheckResult("ocr.typed_birth_date", Outcome.NOT_PERFORMED, "ocr.birth_date_not_typed")
    read = {name: SurfaceField(value, value, 3, 0.99) for name, value in fields.items()}
    surface = SurfaceReading(kind, read, None, (*passed, typed), None, 3)
    monkeypatch.setattr(
        verifier.engine, "surface_kind", lambda _: SimpleNamespace(read=lambda *_, **__: surface)
    )


def test_what_opens_a_residence_card_may_come_from_its_photographs(monkeypatch):
    desk = residence_desk(monkeypatch)
    printed = {"name": "MIHON HANAKO", "birth_date": "1980-02-17", "sex": "女", "expires_on": "2030-04-01"}
    photographed(monkeypatch, "residence_card", number=NUMBER, **printed)
    verdict = desk.verify(FromSurface("residence_card"))
    assert verdict.decision is Decision.REVIEW
    person = Person("MIHON HANAKO", residence_blank().holder.address, date(1980, 2, 17), Sex.FEMALE)
    assert verdict.person == person


def test_the_keys_of_a_passport_may_come_from_its_photographs(monkeypatch):
    desk = passport_desk(monkeypatch)
    keys = parse_td3(passport_blank().zone, today=TODAY).key_information
    photographed(monkeypatch, "passport", zone=keys)
    assert outcomes(desk.verify(FromSurface("passport")))["chip.text_integrity"] is Outcome.PASSED


def test_photographs_that_were_not_read_send_nothing_to_the_chip(monkeypatch):
    desk = residence_desk(monkeypatch)
    failed = CheckResult("ocr.consensus", Outcome.UNDECIDED, "ocr.no_consensus")
    surface = SurfaceReading("residence_card", {}, None, (failed, failed), None, 3)
    monkeypatch.setattr(
        verifier.engine, "surface_kind", lambda _: SimpleNamespace(read=lambda *_, **__: surface)
    )
    assert desk.refusal(FromSurface("residence_card")) == "ocr.no_consensus"
    assert desk.card.log == []


def test_a_forged_passport_is_refused(monkeypatch):
    desk = passport_desk(monkeypatch, photo_replaced(passport_blank()))
    verdict = desk.verify(PassportKeys(passport_blank().zone))
    assert (verdict.decision, verdict.portrait) == (Decision.REJECTED, None)
    assert "chip.digest_mismatch" in verdict.codes


def test_a_zone_that_does_not_open_the_passport_decides_nothing(monkeypatch):
    assert passport_desk(monkeypatch).refusal(PassportKeys(zone(number="XX7654321"))) == "chip.access_refused"
