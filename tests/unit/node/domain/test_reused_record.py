"""A recipient's own record says what the issuer's said, on whom it rests, and cannot be released again."""

from __future__ import annotations

import random

import pytest

from node.domain.ids import AttestationId, MemberId, RecordId
from node.domain.presentation import parse_presentation
from node.domain.reused_record import portrait_of, reused_record
from node.domain.versions import make_versions, unsigned_core
from node.errors import InvalidInput
from tests.sim.scenario import PORTRAIT, Scenario

pytestmark = pytest.mark.unit

IDENTIFIER = AttestationId(bytes(range(32)))


@pytest.fixture(name="presentation")
def _presentation():
    return parse_presentation(Scenario().facts().transfer.credential)


def test_the_record_repeats_the_credential_and_names_its_source(presentation):
    record = reused_record(
        presentation,
        record_id=RecordId("r"),
        recipient=MemberId(2),
        issuer=MemberId(1),
        attestation_id=IDENTIFIER,
    )
    verification = record.verified_claims["verification"]
    source = presentation.payload["verified_claims"]["verification"]
    assert (record.method, record.verified_at) == (presentation.method, presentation.verified_at)
    assert verification["reused_from"] == {"issuer": 1, "attestation_id": "0x" + IDENTIFIER.hex()}
    assert verification["evidence"] == source["evidence"]
    assert {name: record.verified_claims["claims"][name.value] for name in presentation.claims} == dict(
        presentation.claims
    )


def test_a_reused_record_is_never_released(presentation):
    record = reused_record(
        presentation,
        record_id=RecordId("r"),
        recipient=MemberId(2),
        issuer=MemberId(1),
        attestation_id=IDENTIFIER,
    )
    (version,) = make_versions(record.attributes, randomness=random.Random(1).randbytes, count=1)
    with pytest.raises(InvalidInput) as caught:
        unsigned_core(record.bound_to(presentation.passkey, at=1), version)
    assert caught.value.code == "record.not_attestable"


def test_the_portrait_is_the_bytes_that_the_document_holds(presentation):
    assert portrait_of(presentation.claims) in {PORTRAIT, None}
    assert portrait_of({}) is None
