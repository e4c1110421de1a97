"""A customer is verified at an issuer's running node.

Real process, card reader stack, models, database and chain. The card, its surface and the clip are simulated
(tests/sim); everything that judges them is the product.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import replace

import httpx
import pytest

from node.bootstrap import build_store
from node.config import load_settings
from node.domain.access import Role
from node.domain.canonical import parse_object
from node.domain.merkle import verify_proof
from node.domain.record import VerificationRecord
from node.domain.register import BOUND_RECORD_FILE, RECORD_FILE, SELFIE_FILE
from node.store.unit import Unit
from tests.integration.issuer import Issuer, RunningIssuer
from tests.sim.authenticator import SoftwareAuthenticator
from tests.sim.card import VirtualCard, VpcdCard
from tests.sim.card.mynumber import VISUAL_AID, VISUAL_B
from tests.sim.card.negative import Blank, photo_from_another_card
from tests.sim.card.relayed import RelayedCard
from tests.sim.customer import Customer, put_tilt
from tests.sim.face.photographs import OBAMA, chip_portrait
from tests.sim.patience import eventually
from verifier.image import decode_image

pytestmark = [pytest.mark.integration, pytest.mark.pcsc]


@pytest.fixture(name="issuer", scope="module")
def _issuer(tmp_path_factory) -> Iterator[Issuer]:
    with RunningIssuer(tmp_path_factory.mktemp("issuer")) as issuer:
        yield issuer


def _unit(issuer: Issuer) -> AbstractContextManager[Unit]:
    return build_store(load_settings(issuer.node.config)).transaction()


def _with_photograph_of(holder: Customer, other: Customer) -> VirtualCard:
    """The holder's card with the other's photograph put in, and nobody's key to sign that."""
    blank = Blank(
        person=holder.person,
        other_person=other.person,
        portrait=chip_portrait(holder.photo, holder.models),
        other_portrait=chip_portrait(other.photo, other.models),
        expires_on=holder.specimen.expires_on,
        security_code=holder.specimen.security_code,
        ca=holder.ca,
        other_ca=holder.ca,
        card_key=holder.files.card_key,
        other_key=holder.files.card_key,
    )
    return photo_from_another_card(blank)


def _tries_left(card: VirtualCard) -> int:
    return card.applications[VISUAL_AID].pins[VISUAL_B].left


def _enrol(issuer: Issuer, case_id: str, passkeys: SoftwareAuthenticator) -> httpx.Client:
    """Go through the link as a browser would; gives the browser."""
    link = issuer.staff.post(f"/v1/cases/{case_id}/enrolment").json()["url"]
    path = link.removeprefix(issuer.node.url)
    browser = issuer.node.client()
    page = browser.get(path, headers={"Accept": "text/html"})
    assert page.status_code == 200
    assert "script-src 'self'" in page.headers["Content-Security-Policy"]
    started = browser.post(f"{path}/options").json()
    answer = {
        "ceremony_id": started["ceremony_id"],
        "credential": passkeys.create(started["options"], origin=issuer.node.url),
    }
    assert browser.post(path, json=answer).json() == {"bound": True}
    assert browser.post(path, json=answer).json() == {"bound": True}  # sent again: the word of it got lost
    assert browser.post(f"{path}/options").json()["code"] == "link.used"
    return browser


def test_a_customer_is_verified_recorded_enrolled_anchored_and_signs_in(issuer):
    customer = issuer.customer(seed=1)
    case = issuer.open_case(typed_birth_date=customer.specimen.birth_date.isoformat())
    issuer.give(case, customer)
    card = customer.card()
    with VpcdCard(card, issuer.pcscd.port):
        done = issuer.verify(case["case_id"])
    assert done["state"] == "verified", (done["codes"], done["checks"], done["last_error"])
    assert [stage["stage"] for stage in done["stages"]] == ["surface", "chip", "face", "liveness"]
    assert _tries_left(card) == 10
    decisive = {c["check"]: c["outcome"] for c in done["checks"] if c["check"] != "liveness.medium"}
    assert set(decisive.values()) == {"passed"}

    record_id = done["record_id"]
    with _unit(issuer) as unit:
        stored = VerificationRecord.from_json(parse_object(unit.vault.get(record_id, RECORD_FILE), code="x"))
        assert stored.verified_claims["claims"]["name"] == customer.person.name
        assert stored.verified_claims["claims"]["address"] == {"formatted": customer.person.address}
        assert unit.vault.get(record_id, SELFIE_FILE).startswith(b"\x89PNG")
    assert issuer.record(record_id)["state"] == "unbound"

    passkeys = SoftwareAuthenticator(secrets.token_bytes)
    browser = _enrol(issuer, case["case_id"], passkeys)
    assert issuer.staff.post(f"/v1/cases/{case['case_id']}/enrolment").json()["code"] == "binding.exists"

    entry = eventually(lambda: (e := issuer.record(record_id))["versions"]["anchored"] == 16 and e)
    assert (entry["state"], entry["versions"]["prepared"]) == ("attestable", 16)
    with _unit(issuer) as unit:
        bound = VerificationRecord.from_json(
            parse_object(unit.vault.get(record_id, BOUND_RECORD_FILE), code="x")
        )
        assert bound.is_attestable
        for leaf in unit.leaves.find(record_id=record_id):
            proof = [bytes.fromhex(sibling) for sibling in leaf.proof]
            assert verify_proof(bytes.fromhex(leaf.batch_id), bytes.fromhex(leaf.leaf_id), proof)
            assert unit.ledger.anchored_at(1, bytes.fromhex(leaf.batch_id)) is not None

    started = browser.post("/sign-in/options").json()
    credential = passkeys.get(started["options"], origin=issuer.node.url)
    signed_in = browser.post("/sign-in", json={**started, "credential": credential})
    assert signed_in.status_code == 200, signed_in.text
    assert "Where your data went" in browser.get("/me").text
    assert browser.post("/me/withdraw").json() == {"state": "withdrawn"}
    assert issuer.record(record_id)["state"] == "withdrawn"
    assert browser.post("/sign-out").status_code == 200
    assert browser.post("/me/withdraw").json()["code"] == "session.missing"

    revoked = issuer.officer.post(f"/v1/records/{record_id}/revoke", json={"reason": "ended"}).json()
    assert (revoked["record"]["state"], revoked["attestations"]) == ("revoked", [])
    log = issuer.node.log()
    assert customer.person.name not in log
    assert customer.specimen.pin_b not in log


def test_a_swapped_photograph_is_refused(issuer):
    holder, other = issuer.customer(seed=2), issuer.customer(OBAMA, seed=2)
    forged = _with_photograph_of(holder, other)
    case = issuer.open_case()
    issuer.give(case, holder, face=other)
    with VpcdCard(forged, issuer.pcscd.port):
        done = issuer.verify(case["case_id"])
    assert (done["state"], done["record_id"]) == ("rejected", None)
    assert done["codes"][0] == "chip.data_signature_invalid"
    outcomes = {check["check"]: check["outcome"] for check in done["checks"]}
    assert outcomes["face.match"] == "not_performed"


def test_another_person_than_the_card_shows_is_refused(issuer):
    holder, other = issuer.customer(seed=3), issuer.customer(OBAMA, seed=3)
    case = issuer.open_case()
    issuer.give(case, holder, face=other)
    with VpcdCard(holder.card(), issuer.pcscd.port):
        done = issuer.verify(case["case_id"])
    assert (done["state"], done["record_id"]) == ("rejected", None)
    assert done["codes"][0] == "face.no_match"


def test_without_a_card_the_case_is_open_again_and_a_later_attempt_succeeds(issuer):
    customer = issuer.customer(seed=4)
    case = issuer.open_case()
    issuer.give(case, customer)
    without = issuer.verify(case["case_id"])
    assert (without["state"], without["last_error"]["code"]) == ("open", "card.absent")
    card = customer.card()
    with VpcdCard(card, issuer.pcscd.port):
        done = issuer.verify(case["case_id"])
    assert done["state"] == "verified", (done["codes"], done["last_error"])
    assert _tries_left(card) == 10


def test_a_wrong_code_costs_one_try_and_the_typed_one_opens_the_card(issuer):
    customer = issuer.customer(seed=5)
    misprinted = replace(customer, specimen=replace(customer.specimen, security_code="0000"))
    case = issuer.open_case()
    issuer.give(case, misprinted, face=customer)
    card = customer.card()
    with VpcdCard(card, issuer.pcscd.port):
        wrong = issuer.verify(case["case_id"])
        assert (wrong["state"], wrong["last_error"]["code"]) == ("open", "chip.pin_wrong")
        assert _tries_left(card) == 9
        again = issuer.verify(case["case_id"])
        assert again["last_error"]["code"] == "ocr.automatic_try_spent"
        assert _tries_left(card) == 9
        done = issuer.verify(case["case_id"], typed_pin_b=customer.specimen.pin_b)
    assert done["state"] == "verified", (done["codes"], done["last_error"])
    assert _tries_left(card) == 10


def test_what_the_customer_corrects_on_the_page_opens_the_card_at_the_first_try(issuer):
    customer = issuer.customer(seed=7)
    misprinted = replace(customer, specimen=replace(customer.specimen, security_code="0000"))
    case = issuer.open_case()
    issuer.give(case, misprinted, face=customer)
    link = issuer.staff.post(f"/v1/cases/{case['case_id']}/capture").json()["url"]
    page, same_site = link.removeprefix(issuer.node.url), {"Origin": issuer.node.url}
    browser = issuer.node.client()
    images = [("images", (f"{n}.jpg", one)) for n, one in enumerate(misprinted.surface)]
    assert browser.put(f"{page}/surface", files=images, headers=same_site).status_code == 200
    card = customer.card()
    with VpcdCard(card, issuer.pcscd.port):
        unseen = issuer.verify(case["case_id"])
        assert (unseen["state"], unseen["last_error"]["code"]) == ("open", "code.not_confirmed")
        read = browser.post(f"{page}/code", headers=same_site).json()
        assert (read["security_code"], read["withheld"]) == ("0000", [])
        corrected = {name: read[name] for name in ("birth_date", "expires_on")}
        corrected["security_code"] = customer.specimen.security_code
        assert browser.put(f"{page}/code", json=corrected, headers=same_site).json() == {"confirmed": True}
        done = issuer.verify(case["case_id"])
    assert done["state"] == "verified", (done["codes"], done["last_error"])
    assert _tries_left(card) == 10
    assert customer.specimen.pin_b not in issuer.node.log()


def test_photographs_of_the_card_alone_always_go_to_a_reviewer(issuer):
    customer = issuer.customer(seed=6)
    case = issuer.open_case("jp.idimage+face")
    issuer.give(case, customer)
    incomplete = issuer.staff.post(f"/v1/cases/{case['case_id']}/verify").json()
    assert (incomplete["code"], "tilt" in incomplete["detail"]) == ("case.incomplete", True)
    assert put_tilt(issuer.staff, case["case_id"], customer).status_code == 200
    done = issuer.verify(case["case_id"])
    assert done["state"] == "review", (done["codes"], done["last_error"])
    tilt = next(check for check in done["checks"] if check["check"] == "document.tilt")
    assert (tilt["outcome"], tilt["facts"]["answered"]) == ("passed", 3)
    outcomes = {check["check"]: check["outcome"] for check in done["checks"]}
    assert outcomes["document.thickness"] == outcomes["document.authenticity"] == "not_performed"
    decision = {"decision": "approve", "note": "見本: thickness seen in picture 2"}
    path = f"/v1/cases/{case['case_id']}/review"
    assert issuer.staff.post(path, json=decision).json()["code"] == "auth.forbidden"
    evidence = f"/v1/cases/{case['case_id']}/evidence"
    assert issuer.staff.get(evidence).json()["code"] == "auth.forbidden"
    with issuer.node.client(Role.REVIEWER) as reviewer:
        told = reviewer.get(evidence).json()
        assert told["face"]["false_match_rate"] >= told["face"]["false_match_floor"] > 0
        faces = decode_image(reviewer.get(f"{evidence}/{told['face']['picture']}").content)
        assert faces.shape[1] > 2 * faces.shape[0]
        shown = told["photo"]
        assert len(shown["edges"]) >= 2
        for name in shown["pictures"]:
            picture = reviewer.get(f"{evidence}/{name}")
            assert picture.headers["Content-Type"].startswith("image/")
            assert min(decode_image(picture.content).shape[:2]) > 100
        assert reviewer.get(f"{evidence}/pin-salt").json()["code"] == "evidence.unknown"
        approved = reviewer.post(path, json=decision).json()
    assert (approved["state"], approved["review"]["by"]) == ("verified", "reviewer 見本")
    assert issuer.record(approved["record_id"])["state"] == "unbound"


def test_a_missing_model_leaves_the_case_open_and_the_card_untouched(tmp_path):
    with RunningIssuer(tmp_path, model_root=str(tmp_path / "nothing")) as issuer:
        customer = issuer.customer(seed=7)
        case = issuer.open_case()
        issuer.give(case, customer)
        card = customer.card()
        with VpcdCard(card, issuer.pcscd.port):
            done = issuer.verify(case["case_id"])
    assert (done["state"], done["last_error"]["code"]) == ("open", "model.missing")
    assert "fetch_models" in done["last_error"]["hint"]
    assert _tries_left(card) == 10


def test_a_node_killed_while_verifying_reopens_the_case(tmp_path):
    with RunningIssuer(tmp_path) as issuer:
        customer = issuer.customer(seed=8)
        case = issuer.open_case()
        issuer.give(case, customer)
        issuer.staff.post(f"/v1/cases/{case['case_id']}/verify")
        issuer.node.kill()
        issuer.node.start()
        reopened = issuer.staff.get(f"/v1/cases/{case['case_id']}").json()
    assert (reopened["state"], reopened["last_error"]["code"]) == ("open", "case.restarted")


def _relay_ticket(issuer: Issuer, case_id: str) -> tuple[str, str]:
    issued = issuer.staff.post(f"/v1/cases/{case_id}/relay-ticket")
    assert issued.status_code == 201, issued.text
    return issued.json()["url"], issued.json()["ticket"]


def test_a_card_on_a_distant_reader_is_read_and_one_that_vanishes_leaves_the_case_open(issuer):
    customer = issuer.customer(seed=7)
    case = issuer.open_case(typed_birth_date=customer.specimen.birth_date.isoformat())
    case_id = case["case_id"]
    issuer.give(case, customer)
    card = customer.card()

    with RelayedCard(card, *_relay_ticket(issuer, case_id), vanish_after=12):
        broken = issuer.verify(case_id, typed_pin_b=customer.files.pin_b)
    assert (broken["state"], broken["last_error"]["code"]) == ("open", "card.relay_gone")
    assert _tries_left(card) == 10

    with RelayedCard(card, *_relay_ticket(issuer, case_id)):
        done = issuer.verify(case_id, typed_pin_b=customer.files.pin_b)
    assert done["state"] in ("verified", "review"), done["last_error"]
    assert {c["outcome"] for c in done["checks"] if c["check"].startswith("chip.")} == {"passed"}


def test_relay_tickets_are_for_staff_and_for_cases_that_exist(issuer):
    assert issuer.node.client().post("/v1/cases/unknown/relay-ticket").status_code == 401
    assert issuer.staff.post("/v1/cases/unknown/relay-ticket").status_code == 404
