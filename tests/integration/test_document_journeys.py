"""Customers are verified with a licence, a residence card, a passport and a signature, through the HTTP API.

Real node, card reader stack, models, database and chain; the cards are virtual, the clips synthetic.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from node.domain.access import Role
from tests.integration.issuer import Issuer, RunningIssuer
from tests.sim.card import VirtualCard, VpcdCard, mynumber_card
from tests.sim.card.iso7816 import PinObject
from tests.sim.card.jpki import AID as JPKI_AID
from tests.sim.card.jpki import PASSWORD, PASSWORD_FILE, JpkiAuthority, attributes, jpki_card
from tests.sim.card.licence import HOLDER, PIN1, PIN2, licence_card
from tests.sim.card.passport import passport_chip
from tests.sim.card.passport_files import zone
from tests.sim.card.passport_issuer import PassportIssuer
from tests.sim.card.residence import NUMBER, ImmigrationIssuer, ResidenceHolder, residence_card
from tests.sim.card.responder import Responder
from tests.sim.card.samples import HANAKO, blank, licence_blank
from tests.sim.customer import Customer, put_clip
from tests.sim.face.photographs import OBAMA, chip_portrait
from verifier.image import encode_jpeg

pytestmark = [pytest.mark.integration, pytest.mark.pcsc]


GREY_CLIP = ((encode_jpeg(np.full((64, 64, 3), 90, np.uint8)),) * 20, tuple(range(0, 2000, 100)))


@dataclass(frozen=True)
class World:
    """An issuer that believes generated authorities of every kind, and those authorities."""

    issuer: Issuer
    immigration: ImmigrationIssuer
    country: PassportIssuer
    jpki: JpkiAuthority
    responder: Responder

    def case(self, face: Customer | None = None) -> str:
        """A case with this person's clip; with a grey one where no face will be looked at."""
        case = self.issuer.open_case()
        clip = face.clip(case["challenge"]) if face else GREY_CLIP
        assert put_clip(self.issuer.staff, case["case_id"], clip).status_code == 200
        return str(case["case_id"])

    def read(self, case_id: str, card: VirtualCard, **document: Any) -> dict[str, Any]:
        """Verify with this card on the reader."""
        with VpcdCard(card, self.issuer.pcscd.port):
            return self.issuer.verify(case_id, document=document)

    def review(self, case_id: str, decision: str) -> dict[str, Any]:
        """Let a reviewer decide."""
        with self.issuer.node.client(Role.REVIEWER) as reviewer:
            body = {"decision": decision, "note": "見本"}
            answer: dict[str, Any] = reviewer.post(f"/v1/cases/{case_id}/review", json=body).json()
        return answer


@pytest.fixture(name="world", scope="module")
def _world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder: Path = tmp_path_factory.mktemp("documents")
    immigration, country, jpki = (
        ImmigrationIssuer.generate(),
        PassportIssuer.generate(),
        JpkiAuthority.generate(),
    )
    immigration.write_trust(folder / "trust")
    entries = [country.trust_entry(), jpki.trust_entry()]
    pinned = {"environment": "test", "certificates": entries}
    (folder / "trust" / "others.json").write_text(json.dumps(pinned))
    with (
        Responder(jpki) as responder,
        RunningIssuer(folder, jpki_approved=True, jpki_ocsp_url=responder.url) as issuer,
    ):
        yield World(issuer, immigration, country, jpki, responder)


def _outcomes(case: dict[str, Any]) -> dict[str, str]:
    return {check["check"]: check["outcome"] for check in case["checks"]}


def _secrets_are_absent(world: World, *secrets: str) -> bool:
    return not any(secret in world.issuer.node.log() for secret in secrets)


def test_a_licence_is_read_and_refused_for_the_signature_nobody_can_judge(world):
    card = licence_card(licence_blank().files())
    case_id = world.case()
    wrong = world.read(case_id, card, kind="drivers_licence", pin1="0000", pin2="5678")
    assert (wrong["state"], wrong["last_error"]["code"]) == ("open", "chip.pin_wrong")
    again = world.read(case_id, card, kind="drivers_licence", pin1="0000", pin2="5678")
    assert again["last_error"]["code"] == "card.pin_repeated"
    assert card.master is not None
    assert [card.master.pins[pin].left for pin in (PIN1, PIN2)] == [2, 3]
    done = world.read(case_id, card, kind="drivers_licence", pin1="1234", pin2="5678")
    assert (done["state"], done["record_id"]) == ("rejected", None)
    assert "chip.signature_unsupported" in done["codes"]
    assert _outcomes(done)["face.match"] == "not_performed"
    assert _secrets_are_absent(world, HOLDER.name, HOLDER.number)


def _residence(world: World, customer: Customer) -> tuple[VirtualCard, dict[str, Any]]:
    files = world.immigration.personalise(ResidenceHolder(), chip_portrait(customer.photo, customer.models))
    typed = {
        "kind": "residence_card",
        "number": NUMBER,
        "name": HANAKO.name,
        "address": HANAKO.address,
        "birth_date": HANAKO.birth_date.isoformat(),
        "sex": "female",
        "expires_on": date(2030, 4, 1).isoformat(),
    }
    return residence_card(files), typed


def test_a_residence_card_goes_to_a_reviewer_and_makes_a_record_once_approved(world):
    customer = world.issuer.customer(seed=22)
    card, typed = _residence(world, customer)
    case_id = world.case(customer)
    wrong = world.read(case_id, card, **typed | {"number": "AA00000000AA"})
    assert (wrong["state"], wrong["last_error"]["code"]) == ("open", "chip.number_wrong")
    done = world.read(case_id, card, **typed)
    assert done["state"] == "review", (done["codes"], done["last_error"])
    assert {"chip.challenge_unsupported", "document.needs_reviewer"} <= set(done["codes"])
    outcomes = _outcomes(done)
    assert outcomes["chip.data_signature"] == outcomes["face.match"] == "passed"
    assert outcomes["chip.challenge"] == "not_performed"
    picture = f"/v1/cases/{case_id}/evidence/photo-chip-front.png"
    with world.issuer.node.client(Role.REVIEWER) as reviewer:
        assert reviewer.get(picture).content.startswith(b"\x89PNG")
    approved = world.review(case_id, "approve")
    assert approved["state"] == "verified"
    assert world.issuer.record(approved["record_id"])["state"] == "unbound"
    assert _secrets_are_absent(world, NUMBER, HANAKO.name)


def test_a_residence_card_of_somebody_else_is_refused(world):
    holder, other = world.issuer.customer(seed=23), world.issuer.customer(OBAMA, seed=23)
    card, typed = _residence(world, holder)
    done = world.read(world.case(other), card, **typed)
    assert done["state"] == "rejected"
    assert "face.no_match" in done["codes"]


def test_a_passport_is_judged_but_makes_no_record_because_it_names_no_address(world):
    customer = world.issuer.customer(seed=24)
    files = world.country.personalise(zone(), chip_portrait(customer.photo, customer.models))
    case_id = world.case(customer)
    done = world.read(case_id, passport_chip(files), kind="passport", zone=zone())
    assert done["state"] == "review", (done["codes"], done["last_error"])
    assert "document.address_not_on_chip" in done["codes"]
    outcomes = _outcomes(done)
    assert outcomes["chip.data_signature"] == outcomes["chip.text_integrity"] == "passed"
    assert world.review(case_id, "approve")["code"] == "case.no_facts"
    assert world.review(case_id, "reject")["state"] == "rejected"


def test_another_card_than_the_typed_document_is_named_and_costs_nothing(world):
    card = mynumber_card(blank().files())
    case_id = world.case()
    for document, code in (
        ({"kind": "drivers_licence", "pin1": "1234", "pin2": "5678"}, "card.not_licence"),
        ({"kind": "passport", "zone": zone()}, "card.not_passport"),
    ):
        refused = world.read(case_id, card, **document)
        assert (refused["state"], refused["last_error"]["code"]) == ("open", code)


def _sign(world: World, card: VirtualCard, password: str = PASSWORD) -> dict[str, Any]:
    case = world.issuer.open_case("jp.jpki.sign")
    with VpcdCard(card, world.issuer.pcscd.port):
        return world.issuer.verify(case["case_id"], sign_password=password)


def test_a_customer_signs_with_the_card_and_is_verified_without_a_face(world):
    card = jpki_card(world.jpki.issue(attributes(HANAKO)))
    asked = world.responder.asked
    done = _sign(world, card)
    assert done["state"] == "verified", (done["codes"], done["last_error"])
    assert set(_outcomes(done).values()) == {"passed"}
    assert world.responder.asked == asked + 1
    assert world.issuer.record(done["record_id"])["method"] == "jp.jpki.sign"
    assert _secrets_are_absent(world, PASSWORD, HANAKO.name)


def test_a_revoked_certificate_signs_nobody_in(world):
    signing = world.jpki.issue(attributes(HANAKO))
    world.responder.revoked.add(signing.certificate.serial_number)
    done = _sign(world, jpki_card(signing))
    assert (done["state"], done["codes"]) == ("rejected", ["jpki.revoked"])


def test_a_wrong_password_costs_one_try_and_decides_nothing(world):
    card = jpki_card(world.jpki.issue(attributes(HANAKO)))
    done = _sign(world, card, "WRONG12345")
    assert (done["state"], done["last_error"]["code"]) == ("open", "jpki.password_wrong")
    password: PinObject = card.applications[JPKI_AID].pins[PASSWORD_FILE]
    assert password.left == 4
