"""Certificates a card brings along: which pinned authority issued them, and what is wrong with them."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from tests.sim.card.jpki import VALID_FROM, VALID_UNTIL, JpkiAuthority, attributes
from tests.sim.card.passport_issuer import PassportIssuer
from tests.sim.card.samples import HANAKO
from verifier.card.chain import MAX_CERTIFICATE_BYTES, Fault, check_issued, key_id, parse_certificate
from verifier.card.trust import CSCA, JPKI_SIGN, load_trust_store
from verifier.errors import Corrupt, InvalidInput

pytestmark = pytest.mark.unit

NOW = datetime(2026, 11, 22, 3, tzinfo=UTC)


@cache
def authority() -> JpkiAuthority:
    return JpkiAuthority.generate()


@cache
def renewed() -> JpkiAuthority:
    """Same name, another key: as after a key change, or as a forger makes it."""
    return JpkiAuthority.generate()


@cache
def issued():
    return authority().issue(attributes(HANAKO)).certificate


def test_the_authority_that_issued_is_found_among_those_of_one_name():
    finding = check_issued(issued(), [renewed().certificate, authority().certificate], at=NOW)
    assert (finding.issuer, finding.fault) == (authority().certificate, None)


def test_an_authority_of_the_same_name_with_another_key_is_not_the_issuer():
    finding = check_issued(issued(), [renewed().certificate], at=NOW)
    assert (finding.issuer, finding.fault) == (None, Fault.ISSUER_UNKNOWN)


@pytest.mark.parametrize(
    ("at", "fault"),
    [
        (VALID_FROM.replace(year=2023), Fault.EXPIRED),
        (VALID_FROM, None),
        (VALID_UNTIL, None),
        (VALID_UNTIL.replace(year=2030), Fault.EXPIRED),
    ],
)
def test_both_must_be_valid_at_the_moment(at: datetime, fault: Fault | None):
    assert check_issued(issued(), [authority().certificate], at=at).fault == fault


def test_an_end_entity_cannot_issue():
    """A holder's certificate pinned by mistake makes no authority, whatever its key signs."""
    signer = authority().issue(attributes(HANAKO))
    impostor = JpkiAuthority(signer.certificate, signer.key)
    forged = impostor.issue(attributes(HANAKO)).certificate
    assert check_issued(forged, [signer.certificate], at=NOW).fault is Fault.INVALID


def test_an_authority_is_no_end_entity():
    assert check_issued(authority().certificate, [authority().certificate], at=NOW).fault is Fault.INVALID


def test_the_key_id_names_the_issuers_key():
    named = key_id(issued())
    assert named is not None
    assert bytes.fromhex(named) in authority().certificate.public_bytes(Encoding.DER)


@pytest.mark.parametrize("der", [b"", b"\x30\x00", bytes(MAX_CERTIFICATE_BYTES + 1)])
def test_what_is_no_certificate_is_refused(der: bytes):
    with pytest.raises(InvalidInput) as refusal:
        parse_certificate(der)
    assert refusal.value.code == "card.certificate_malformed"


def write(directory: Path, environment: str, *entries: dict[str, str]) -> None:
    (directory / "pinned.json").write_text(
        json.dumps({"environment": environment, "certificates": list(entries)}), encoding="utf-8"
    )


def test_pinned_authorities_load_by_purpose(tmp_path: Path):
    country = PassportIssuer.generate()
    write(tmp_path, "test", authority().trust_entry(), country.trust_entry())
    store = load_trust_store(tmp_path, node_environment="test")
    assert store.authorities(JPKI_SIGN) == (authority().certificate,)
    assert store.authorities(CSCA) == (country.authority,)
    assert store.authorities("immigration") == ()
    assert store.holds_test_keys


def test_a_test_authority_never_loads_in_production(tmp_path: Path):
    write(tmp_path, "test", authority().trust_entry())
    with pytest.raises(Corrupt) as refusal:
        load_trust_store(tmp_path, node_environment="production")
    assert refusal.value.code == "card.test_trust_in_production"


@pytest.mark.parametrize(
    "changes", [{"purpose": "everything"}, {"pem": "not PEM"}, {"pem": ""}], ids=["purpose", "text", "empty"]
)
def test_a_damaged_entry_stops_the_node(tmp_path: Path, changes: dict[str, str]):
    write(tmp_path, "test", authority().trust_entry() | changes)
    with pytest.raises(Corrupt) as refusal:
        load_trust_store(tmp_path, node_environment="test")
    assert refusal.value.code == "card.trust_damaged"
