"""Anchor proofs, transfers, decisions and the regulator's audit."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from node.domain.acceptance import AcceptancePolicy, judge
from node.domain.audit import Disclosure, HistoryPosition, completeness, disclosure_code
from node.domain.canonical import canonical_bytes
from node.domain.decision import DecisionOpening, decide, parse_opening
from node.domain.ids import AttestationId
from node.domain.legal_basis import LegalBasis
from node.domain.release import AnchorProof
from node.domain.transfer import parse_transfer, sealing_context
from node.errors import InvalidInput
from tests.sim.scenario import ASKED_AT, ISSUER, LEDGER, RECIPIENT, Scenario, seeded_randomness

pytestmark = pytest.mark.unit

HERE = HistoryPosition(b"\x01" * 27, 9)


def opening(number: int = 1, **changes: Any) -> DecisionOpening:
    story = Scenario()
    return decide(
        judge(story.facts(**changes), AcceptancePolicy(60)),
        attestation_id=AttestationId(bytes([number]) * 32),
        issuer=ISSUER,
        recipient=RECIPIENT,
        legal_basis=LegalBasis.BANK_INQUIRY,
        policy_version="2026-11",
        now=ASKED_AT + 130,
        randomness=seeded_randomness(number),
    )


def test_transfer_survives_the_wire():
    transfer = Scenario().transfer
    assert parse_transfer(transfer.to_bytes()) == transfer


@pytest.mark.parametrize(
    ("code", "changes"),
    [
        ("transfer.malformed", {"extra": 1}),
        ("transfer.malformed", {"assertion": "x"}),
        ("transfer.malformed", {"credential": None}),
        ("transfer.malformed", {"leaf_secret": "AA"}),
        ("transfer.malformed", {"attestation_secret": None}),
        ("credential.malformed", {"credential": "a~"}),
        ("consent.malformed", {"consent": {}}),
        ("anchor_proof.malformed", {"anchor_proof": {"root": "AA", "siblings": []}}),
        ("anchor_proof.malformed", {"anchor_proof": {"root": "A" * 43, "siblings": ["A" * 43] * 33}}),
        ("anchor_proof.malformed", {"anchor_proof": []}),
    ],
)
def test_transfer_is_parsed_strictly(code, changes):
    body = json.loads(Scenario().transfer.to_bytes()) | changes
    with pytest.raises(InvalidInput) as error:
        parse_transfer(canonical_bytes(body))
    assert error.value.code == code


def test_anchor_proof_survives_the_wire():
    proof = Scenario().transfer.anchor_proof
    assert AnchorProof.from_json(json.loads(json.dumps(proof.to_json()))) == proof


def test_sealing_context_differs_by_request_and_attestation():
    one, other = AttestationId(bytes(32)), AttestationId(b"\x01" * 32)
    assert len({sealing_context(bytes(32), one), sealing_context(bytes(32), other)}) == 2


def test_decision_states_every_check_and_no_personal_data():
    text = canonical_bytes(opening().to_json()).decode()
    assert not any(word in text for word in ("見本", "1990", "東京"))
    assert opening().decision.checks["screening_hit"] == "passed"


def test_refusal_has_the_same_form_and_names_its_code():
    story = Scenario()
    refused = opening(customer=story.customer_facts(reaudit_drawn=True)).decision
    assert (refused.accepted, refused.codes) == (False, ("reaudit_drawn",))
    assert set(refused.to_json()) == set(opening().decision.to_json())


def test_incomplete_acceptance_cannot_be_decided():
    with pytest.raises(InvalidInput) as error:
        opening(customer=Scenario().customer_facts(reaudit_drawn=None))
    assert error.value.code == "decision.incomplete"
    assert "reaudit_drawn" in error.value.hint


def test_opening_survives_the_wire_and_gives_the_same_commitment():
    made = opening()
    read = parse_opening(json.loads(json.dumps(made.to_json())))
    assert read == made
    assert read.commitment == made.commitment


@pytest.mark.parametrize("defect", ["extra", "accepted", "secret", "none"])
def test_opening_is_parsed_strictly(defect):
    body = opening().to_json()
    altered: Any = {
        "extra": body | {"and": 1},
        "accepted": body | {"decision": body["decision"] | {"accepted": 1}},
        "secret": body | {"secret": ""},
        "none": None,
    }[defect]
    with pytest.raises(InvalidInput) as error:
        parse_opening(altered)
    assert error.value.code == "decision.malformed"


def test_commitment_hides_behind_its_secret_and_binds_the_outcome():
    made = opening()
    assert replace(made, secret=bytes(32)).commitment != made.commitment
    turned = replace(made, decision=replace(made.decision, accepted=False))
    assert turned.commitment != made.commitment


def test_history_with_all_openings_is_complete():
    openings = [opening(1), opening(2)]
    decided = {o.decision.attestation_id: o.commitment for o in openings}
    report = completeness(local=HERE, chain=HERE, decided=decided, openings=openings)
    assert report.is_complete
    assert report.decided == 2


def test_audit_names_what_is_missing_false_or_unexpected():
    kept, false, stray = opening(1), opening(2), opening(3)
    missing = AttestationId(bytes([4]) * 32)
    decided = {
        kept.decision.attestation_id: kept.commitment,
        false.decision.attestation_id: bytes(32),
        missing: bytes(32),
    }
    report = completeness(local=HERE, chain=HERE, decided=decided, openings=[kept, false, stray])
    assert not report.is_complete
    assert report.unopened == (missing,)
    assert report.false_openings == (false.decision.attestation_id,)
    assert report.unexpected == (stray.decision.attestation_id,)


def test_index_that_is_behind_or_altered_is_not_complete():
    for chain in (HistoryPosition(HERE.head, 10), HistoryPosition(b"\x02" * 27, 9)):
        assert not completeness(local=HERE, chain=chain, decided={}, openings=[]).is_complete


def disclosed(story: Scenario) -> Disclosure:
    return Disclosure(
        story.transfer.presentation.credential_digest, story.receipt, story.transfer.attestation_secret
    )


def test_attestation_opens_with_what_its_member_discloses():
    story = Scenario()
    assert disclosure_code(LEDGER, story.attestation_id, story.terms, disclosed(story)) is None


@pytest.mark.parametrize("field", ["credential_digest", "consent", "secret"])
def test_false_disclosure_gives_another_id(field):
    story, other = Scenario(), Scenario(request_changes={"max_age_days": 7})
    altered = {field: getattr(disclosed(other), field) if field == "consent" else bytes(32)}
    shown = replace(disclosed(story), **altered)
    assert disclosure_code(LEDGER, story.attestation_id, story.terms, shown) == "id_mismatch"


def test_public_terms_that_say_other_than_the_consent_are_found():
    story = Scenario()
    terms = replace(story.terms, legal_basis=int(LegalBasis.ASSIST))
    assert disclosure_code(LEDGER, story.attestation_id, terms, disclosed(story)) == "terms_mismatch"
