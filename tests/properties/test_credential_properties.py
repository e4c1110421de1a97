"""Whatever the person and the choice: a credential opens to what was chosen, and to nothing when touched."""

from __future__ import annotations

import string
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from joserfc.jwk import ECKey

from node.domain.attributes import Attribute
from node.domain.credential import present, sign_credential
from node.domain.ids import RecordId
from node.domain.presentation import parse_presentation, signature_holds
from node.domain.record import VerificationRecord, build_record
from node.domain.versions import disclosures, make_versions, unsigned_core, version_digest
from node.errors import InvalidInput
from tests.sim.scenario import ISSUER, Scenario, public_jwk, seeded_randomness, verification

pytestmark = pytest.mark.properties

KEY = ECKey.generate_key("P-256")
PASSKEY = Scenario().passkey
TEXT = st.text(st.characters(codec="utf-8"), min_size=1, max_size=40)


@st.composite
def records(draw: st.DrawFn) -> VerificationRecord:
    facts = verification(
        name=draw(TEXT),
        address=draw(TEXT),
        birth_date=draw(st.dates(date(1900, 1, 1), date(2026, 1, 1))),
        sex=draw(st.sampled_from(["male", "female", "unknown"])),
        portrait=draw(st.none() | st.binary(min_size=1, max_size=200)),
    )
    return build_record(facts, record_id=RecordId("r"), issuer=ISSUER, passkey=PASSKEY)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(record=records(), seed=st.integers(0, 2**32), data=st.data())
def test_credential_opens_to_exactly_what_was_chosen(record, seed, data):
    chosen = data.draw(st.sets(st.sampled_from(record.attributes)))
    (version,) = make_versions(record.attributes, randomness=seeded_randomness(seed), count=1)
    core = unsigned_core(record, version)
    jwt = sign_credential(
        core, issuer="a", audience="b", consent_digest=bytes(32), issued_at=1, expires_at=2, key=KEY
    )
    received = parse_presentation(present(jwt, disclosures(record, version), chosen))
    assert signature_holds(received, public_jwk(KEY))
    assert received.version_digest == version_digest(core)
    assert received.claims == {name: record.verified_claims["claims"][name.value] for name in chosen}


STORY = Scenario()
SOUND = STORY.transfer.credential
LETTERS = string.ascii_letters + string.digits + "-_"


@settings(max_examples=200, deadline=None)
@given(position=st.integers(0, len(SOUND) - 1), letter=st.sampled_from("Aa0_-~."))
def test_no_single_character_can_be_changed(position, letter):
    touched = SOUND[:position] + letter + SOUND[position + 1 :]
    if touched == SOUND:
        return
    assert not holds(touched)


def test_the_last_character_of_the_signature_has_one_spelling():
    jwt, rest = SOUND.split("~", 1)
    assert holds(SOUND)
    assert not any(holds(f"{jwt[:-1]}{letter}~{rest}") for letter in LETTERS if letter != jwt[-1])


def holds(credential: str) -> bool:
    try:
        return signature_holds(parse_presentation(credential), public_jwk(STORY.issuer_key))
    except InvalidInput:
        return False


@given(record=records())
@settings(max_examples=40, deadline=None)
def test_record_survives_its_json_form(record):
    assert VerificationRecord.from_json(record.to_json()) == record
    assert set(record.attributes) <= set(Attribute)
