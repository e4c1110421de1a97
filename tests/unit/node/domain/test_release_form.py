"""Records, salted versions and credentials: their form, their salts, their signature."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date

import pytest
from joserfc.jwk import ECKey
from jwcrypto.jwk import JWK
from sd_jwt.verifier import SDJWTVerifier

from node.domain import base64url
from node.domain.attributes import BASIC, Attribute
from node.domain.canonical import canonical_bytes
from node.domain.credential import RELEASE_CLAIMS, present
from node.domain.ids import AttestationId, MemberId, RecordId
from node.domain.presentation import parse_presentation, signature_holds
from node.domain.record import ReusedFrom, VerificationRecord, build_record
from node.domain.versions import (
    VERSION_COUNT,
    SaltedVersion,
    disclosures,
    leaf_of,
    make_versions,
    unsigned_core,
    version_digest,
)
from node.errors import Corrupt, InvalidInput
from tests.sim.scenario import (
    ISSUER,
    LEDGER,
    PORTRAIT,
    VERIFIED_AT,
    Scenario,
    public_jwk,
    seeded_randomness,
    verification,
)

pytestmark = pytest.mark.unit


def test_record_states_framework_method_clause_and_every_check():
    stated = Scenario().record.verified_claims["verification"]
    assert stated["trust_framework"] == "jp_aml"
    assert stated["time"] == "2026-11-01T03:00:00Z"
    assert stated["assurance_process"] == {
        "policy": "jp.chip+face",
        "procedure": "犯収法施行規則 第6条第1項第1号ヘ (C)",
    }
    details = stated["evidence"][0]["check_details"]
    assert details[1] == {
        "check_method": "bvr",
        "check": "face.match",
        "result": "passed",
        "score": 0.61,
        "threshold": 0.4,
        "model_sha256": "ab" * 32,
    }
    assert details[3]["result"] == "not_performed"
    assert stated["evidence"][0]["document_details"]["type"] == "jp_individual_number_card"


def test_record_survives_storage():
    record = Scenario(bound_at=VERIFIED_AT + 5).record
    assert VerificationRecord.from_json(json.loads(canonical_bytes(record.to_json()))) == record


def test_unreadable_stored_record_is_corrupt():
    with pytest.raises(Corrupt) as error:
        VerificationRecord.from_json({"record_id": "r1"})
    assert error.value.code == "record.corrupt"


@pytest.mark.parametrize(
    ("code", "changes"),
    [
        ("method.unknown", {"method": "jp.guess"}),
        ("method.not_in_force", {"method": "jp.idimage+face", "verified_at": 1_806_505_200}),
        ("record.document_unknown", {"document_kind": "library_card"}),
    ],
)
def test_record_refuses(code, changes):
    with pytest.raises(InvalidInput) as error:
        build_record(verification(**changes), record_id=RecordId("r"), issuer=ISSUER)
    assert error.value.code == code


def test_record_without_portrait_has_no_such_attribute():
    record = build_record(verification(portrait=None), record_id=RecordId("r"), issuer=ISSUER)
    assert record.attributes == BASIC


@pytest.mark.parametrize("why", ["no passkey", "second-hand"])
def test_record_without_passkey_or_from_another_member_is_not_attestable(why):
    reused = ReusedFrom(MemberId(3), AttestationId(bytes(32))) if why == "second-hand" else None
    passkey = Scenario().passkey if why == "second-hand" else None
    record = build_record(
        verification(), record_id=RecordId("r"), issuer=ISSUER, passkey=passkey, reused_from=reused
    )
    (version,) = make_versions(record.attributes, randomness=seeded_randomness(), count=1)
    with pytest.raises(InvalidInput) as error:
        unsigned_core(record, version)
    assert error.value.code == "record.not_attestable"


def test_sixteen_versions_share_no_digest_salt_or_leaf():
    story = Scenario()
    cores = [unsigned_core(story.record, v) for v in story.versions]
    digests = [d for core in cores for d in core["verified_claims"]["claims"]["_sd"]]
    assert len(story.versions) == VERSION_COUNT
    assert len(set(digests)) == VERSION_COUNT * len(Attribute)
    assert len({leaf_of(story.record, v, LEDGER) for v in story.versions}) == VERSION_COUNT


def test_core_holds_no_attribute_and_is_the_same_on_every_recomputation():
    story = Scenario()
    core = unsigned_core(story.record, story.versions[0])
    text = canonical_bytes(core).decode()
    assert not any(word in text for word in ("見本", "1990", "東京", base64url.encode(PORTRAIT)))
    stored = SaltedVersion.from_json(json.loads(json.dumps(story.versions[0].to_json())))
    assert version_digest(unsigned_core(story.record, stored)) == version_digest(core)


def test_unreadable_version_is_corrupt():
    with pytest.raises(Corrupt) as error:
        SaltedVersion.from_json({"number": 0, "salts": {}, "leaf_secret": "AA"})
    assert error.value.code == "version.corrupt"


def test_a_new_binding_gives_other_leaves():
    story = Scenario()
    again = story.record.bound_to(story.passkey, at=VERIFIED_AT + 60)
    version = story.versions[0]
    assert leaf_of(again, version, LEDGER) != leaf_of(story.record, version, LEDGER)
    assert unsigned_core(again, version)["bound_at"] == "2026-11-01T03:01:00Z"


def test_recipient_recomputes_the_version_digest_from_what_it_received():
    story = Scenario()
    received = story.transfer.presentation
    assert received.version_digest == version_digest(story.core)
    assert set(received.payload) == set(story.core) | RELEASE_CLAIMS


def test_only_chosen_attributes_are_disclosed():
    story = Scenario()
    parts = disclosures(story.record, story.versions[0])
    received = parse_presentation(present(story.jwt, parts, [Attribute.SEX, Attribute.NAME]))
    assert received.claims == {Attribute.NAME: "見本 花子", Attribute.SEX: "female"}
    assert signature_holds(received, public_jwk(story.issuer_key))


def test_another_implementation_verifies_the_credential_and_reads_the_same_claims():
    story = Scenario(disclosed=(Attribute.NAME, Attribute.BIRTH_DATE))
    key = JWK.from_json(json.dumps(public_jwk(story.issuer_key)))
    verified = SDJWTVerifier(story.transfer.credential, lambda _issuer, _header: key).get_verified_payload()
    assert verified["verified_claims"]["claims"] == {"name": "見本 花子", "birthdate": "1990-04-01"}
    assert verified["cnf"] == {"jwk": story.passkey}
    assert verified["verified_claims"]["verification"] == story.record.verified_claims["verification"]


def test_signature_of_another_key_or_altered_payload_does_not_hold():
    story = Scenario()
    received = story.transfer.presentation
    assert not signature_holds(received, public_jwk(ECKey.generate_key("P-256")))
    head, body, signature = received.jwt.split(".")
    payload = json.loads(base64url.decode(body, code="test"))
    payload["aud"] = "urn:rireki:1:0x00:9"
    altered = ".".join([head, base64url.encode(json.dumps(payload).encode()), signature])
    assert not signature_holds(
        parse_presentation(story.transfer.credential.replace(received.jwt, altered)),
        public_jwk(story.issuer_key),
    )


def test_unsigned_credential_is_refused():
    story = Scenario()
    received = story.transfer.presentation
    header = base64url.encode(json.dumps({"alg": "none", "typ": "dc+sd-jwt"}).encode())
    stripped = f"{header}.{received.jwt.split('.')[1]}."
    assert not signature_holds(replace(received, jwt=stripped), public_jwk(story.issuer_key))


def test_a_disclosure_given_twice_is_refused():
    story = Scenario()
    text = story.transfer.credential
    repeated = text + text.split("~")[1] + "~"
    assert not signature_holds(parse_presentation(repeated), public_jwk(story.issuer_key))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "見本~",
        "a.b.c",
        "a.b~",
        "a.b.c~",
        "e30.e30.e30~",
        "e30.W10.e30~",
    ],
)
def test_malformed_credential_is_refused(text):
    with pytest.raises(InvalidInput) as error:
        parse_presentation(text)
    assert error.value.code == "credential.malformed"


@pytest.mark.parametrize("disclosure", ["WzFd", base64url.encode(b'["AA","name","x"]'), "!"])
def test_malformed_disclosure_is_refused(disclosure):
    with pytest.raises(InvalidInput) as error:
        parse_presentation(f"{Scenario().jwt}~{disclosure}~")
    assert error.value.code == "credential.malformed"


def test_expiry_dates_are_read_from_the_evidence():
    assert Scenario().transfer.presentation.document_expiries == (date(2030, 4, 1),)
