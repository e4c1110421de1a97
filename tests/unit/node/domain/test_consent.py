"""Requests, consent receipts and the passkey's signature over them."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from webauthn import verify_registration_response

from node.domain import base64url
from node.domain.attributes import Attribute
from node.domain.canonical import canonical_bytes
from node.domain.consent import Party, answers, build_receipt, parse_receipt
from node.domain.ids import MemberId
from node.domain.passkey import SIGNATURE_INVALID, RelyingParty, relying_party, verify_assertion
from node.domain.request import ReuseRequest, parse_request
from node.errors import InvalidInput
from tests.sim.authenticator import CeremonyRefused, SoftwareAuthenticator
from tests.sim.scenario import ASKED_AT, ISSUER, RECIPIENT, SITE, Scenario, registered_key, seeded_randomness

pytestmark = pytest.mark.unit

LOCAL = RelyingParty("localhost", SITE)
REGISTRATION = {
    "rp": {"id": "localhost"},
    "user": {"id": "YWNjb3VudA"},
    "challenge": base64url.encode(b"c" * 32),
    "pubKeyCredParams": [{"type": "public-key", "alg": -7}],
}


def receipt_for(request: ReuseRequest, granted: tuple[Attribute, ...], **changes: Any) -> Any:
    arguments: dict[str, Any] = {
        "issuer": Party(ISSUER, "見本第一銀行"),
        "recipient": Party(RECIPIENT, "見本第二証券"),
        "method": "jp.chip+face",
        "verified_at": ASKED_AT - 86_400,
        "notice_version": "2026-11",
        "language": "ja",
        "now": ASKED_AT,
        "randomness": seeded_randomness(),
    }
    return build_receipt(request, granted, **arguments | changes)


def test_request_survives_the_wire():
    request = Scenario().request
    assert parse_request(json.loads(json.dumps(request.to_json()))) == request


@pytest.mark.parametrize(
    ("code", "changes"),
    [
        ("request.malformed", {"type": "other"}),
        ("request.malformed", {"extra": 1}),
        ("request.malformed", {"attributes": "name"}),
        ("request.malformed", {"legal_basis": 0}),
        ("request.parties", {"issuer": 2}),
        ("request.parties", {"issuer": True}),
        ("request.parties", {"recipient": 65_536}),
        ("request.purpose", {"purpose": "because"}),
        ("request.purpose", {"purpose": []}),
        ("request.attributes", {"attributes": []}),
        ("request.attributes", {"attributes": ["my_number"]}),
        ("request.attributes", {"optional_attributes": ["name"]}),
        ("legal_basis.unknown", {"legal_basis": "TRUST_ME"}),
        ("method.unknown", {"methods": ["jp.guess"]}),
        ("request.methods", {"methods": []}),
        ("request.max_age", {"max_age_days": -1}),
        ("request.max_age", {"max_age_days": 1.5}),
        ("request.nonce", {"nonce": "AA"}),
        ("time.malformed", {"issued_at": "yesterday"}),
        ("time.malformed", {"issued_at": 5}),
        ("request.lifetime", {"expires_at": "2026-11-22T03:15:01Z"}),
        ("request.lifetime", {"expires_at": "2026-11-22T03:00:00Z"}),
    ],
)
def test_request_is_parsed_strictly(code, changes):
    with pytest.raises(InvalidInput) as error:
        parse_request(Scenario().request.to_json() | changes)
    assert error.value.code == code


@pytest.mark.parametrize("body", [None, [], "x"])
def test_request_must_be_an_object(body):
    with pytest.raises(InvalidInput) as error:
        parse_request(body)
    assert error.value.code == "request.malformed"


def test_receipt_names_who_why_what_and_until_when_in_the_standards_words():
    body = Scenario().receipt.to_json()
    (purpose,) = body["pii_processing"]["purposes"]
    assert purpose["purpose"] == "account_opening"
    assert [item["pii_type"] for item in purpose["pii_information"]] == [a.value for a in Attribute]
    assert body["party_identification"][1] == {"party_id": 2, "party_name": "見本第二証券"}
    assert body["event"][0]["validity_duration"] == "PT840S"
    assert body["reuse"]["expires_at"] == "2026-11-22T03:15:00Z"


def test_receipt_survives_the_wire():
    receipt = Scenario().receipt
    assert parse_receipt(json.loads(canonical_bytes(receipt.to_json()))) == receipt


@pytest.mark.parametrize("where", ["extra", "event", "missing", "list", "none"])
def test_receipt_that_says_other_than_its_form_is_refused(where):
    body = Scenario().receipt.to_json()
    altered: Any = {
        "extra": body | {"and": "also"},
        "event": body | {"event": [body["event"][0] | {"event_state": "withdrawn"}]},
        "missing": {k: v for k, v in body.items() if k != "reuse"},
        "list": [body],
        "none": None,
    }[where]
    with pytest.raises(InvalidInput) as error:
        parse_receipt(altered)
    assert error.value.code == "consent.malformed"


@pytest.mark.parametrize(
    ("code", "granted", "changes"),
    [
        ("consent.attributes", (Attribute.NAME,), {}),
        ("consent.parties", tuple(Attribute), {"recipient": Party(MemberId(3), "見本第三銀行")}),
        ("consent.request_expired", tuple(Attribute), {"now": ASKED_AT + 900}),
    ],
)
def test_receipt_is_not_written_for(code, granted, changes):
    with pytest.raises(InvalidInput) as error:
        receipt_for(Scenario().request, granted, **changes)
    assert error.value.code == code


def test_unasked_attributes_cannot_be_granted():
    request = Scenario(request_changes={"optional_attributes": []}).request
    with pytest.raises(InvalidInput) as error:
        receipt_for(request, tuple(Attribute))
    assert error.value.code == "consent.attributes"


def test_receipt_answers_its_request_and_no_other():
    story = Scenario()
    assert answers(story.receipt, story.request)
    assert not answers(story.receipt, replace(story.request, max_age_days=1))


def test_endpoint_gives_site():
    assert relying_party("https://a.example:8443/node/") == RelyingParty(
        "a.example", "https://a.example:8443"
    )


@pytest.mark.parametrize("endpoint", ["", "ftp://a.example", "a.example", "https://"])
def test_endpoint_without_site_is_refused(endpoint):
    with pytest.raises(InvalidInput) as error:
        relying_party(endpoint)
    assert error.value.code == "member.endpoint_invalid"


def test_assertion_over_the_receipt_holds_and_reports_the_counter():
    story = Scenario()
    result = verify_assertion(story.assertion, story.receipt.digest, passkey=story.passkey, site=LOCAL)
    assert (result.holds, result.sign_count) == (True, 1)


@pytest.mark.parametrize("defect", ["digest", "site", "rp", "counter", "unverified", "absent", "garbage"])
def test_assertion_does_not_hold_when_anything_differs(defect):
    story = Scenario(user_verified=defect != "unverified")
    _ = story.passkey
    story.authenticator.user_present = defect != "absent"
    result = verify_assertion(
        {"id": "x"} if defect == "garbage" else story.assertion,
        bytes(32) if defect == "digest" else story.receipt.digest,
        passkey=story.passkey,
        site=RelyingParty(
            "a.example" if defect == "rp" else "localhost", "http://localhost:1" if defect == "site" else SITE
        ),
        sign_count=1 if defect == "counter" else 0,
    )
    assert result.code == SIGNATURE_INVALID


def test_registration_of_the_software_passkey_passes_the_servers_own_verification():
    authenticator = SoftwareAuthenticator(seeded_randomness())
    registration = authenticator.create(REGISTRATION, origin=SITE)
    verified = verify_registration_response(
        credential=registration,
        expected_challenge=b"c" * 32,
        expected_rp_id="localhost",
        expected_origin=SITE,
        require_user_verification=True,
    )
    assert verified.fmt == "none"
    assert set(registered_key(registration)) == {"kty", "crv", "x", "y"}


@pytest.mark.parametrize(
    "options",
    [
        REGISTRATION | {"rp": {"id": "bank.example"}},
        REGISTRATION | {"pubKeyCredParams": [{"type": "public-key", "alg": -257}]},
    ],
)
def test_software_passkey_refuses_as_a_browser_would(options):
    with pytest.raises(CeremonyRefused):
        SoftwareAuthenticator(seeded_randomness()).create(options, origin=SITE)


def test_software_passkey_does_not_answer_a_site_where_it_was_not_made():
    authenticator = SoftwareAuthenticator(seeded_randomness())
    authenticator.create(REGISTRATION, origin=SITE)
    with pytest.raises(CeremonyRefused):
        authenticator.get({"challenge": "YQ"}, origin="https://phish.example")
