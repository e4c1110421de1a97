"""Verdicts on a customer who signs with the My Number card."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15

from tests.sim.card import InProcessTransport, VirtualCard
from tests.sim.card.jpki import (
    AID,
    PASSWORD,
    PASSWORD_FILE,
    JpkiAuthority,
    attributes,
    jpki_card,
)
from tests.sim.card.samples import HANAKO, jpki_authority, signing_card
from verifier.card.jpki import NoRevocationSource, RevocationSource, RevocationStatus
from verifier.card.transport import Transport
from verifier.errors import InvalidInput
from verifier.policy import JPKI_SIGN, POLICIES
from verifier.signing import CERTIFICATE_FILE, DATA_FILE, SIGNATURE_FILE, SigningEngine
from verifier.types import Decision, Outcome, Verdict

pytestmark = pytest.mark.unit

NOW = datetime(2026, 11, 22, 3, tzinfo=UTC)
DATA = b'{"case_id":"mihon"}'


class Says:
    """A revocation source that gives one answer and notes whether it was asked."""

    def __init__(self, said: RevocationStatus = RevocationStatus.GOOD) -> None:
        self.said = said
        self.asked = 0

    def status(self, *_args: object) -> RevocationStatus:
        self.asked += 1
        return self.said


def verify(
    card: VirtualCard, source: RevocationSource | None = None, *, password: str = PASSWORD, known: bool = True
) -> Verdict:
    @contextmanager
    def open_card() -> Iterator[Transport]:
        yield InProcessTransport(card)

    engine = SigningEngine(
        trust=(jpki_authority() if known else JpkiAuthority.generate(common_name="another")).trust_store(),
        open_card=open_card,
        now=lambda: NOW,
        tries_floor=2,
        revocation=source or Says(),
    )
    return engine.verify_jpki_sign(DATA, sign_password=password, on_stage=lambda _stage: None)


def test_a_good_signature_verifies_and_is_kept():
    verdict = verify(jpki_card(signing_card()))
    assert (verdict.decision, verdict.codes) == (Decision.VERIFIED, ())
    assert verdict.person == HANAKO
    assert tuple(check.check for check in verdict.checks) == POLICIES[JPKI_SIGN].names
    kept = verdict.attachments
    assert kept[DATA_FILE] == DATA
    certificate = x509.load_der_x509_certificate(kept[CERTIFICATE_FILE])
    certificate.public_key().verify(kept[SIGNATURE_FILE], kept[DATA_FILE], PKCS1v15(), hashes.SHA256())  # type: ignore[union-attr,call-arg]


@pytest.mark.parametrize(
    ("said", "code"),
    [
        (RevocationStatus.REVOKED, "jpki.revoked"),
        (RevocationStatus.UNKNOWN, "jpki.revocation_unknown"),
    ],
)
def test_revoked_and_unknown_both_refuse(said: RevocationStatus, code: str):
    verdict = verify(jpki_card(signing_card()), Says(said))
    assert (verdict.decision, verdict.codes) == (Decision.REJECTED, (code,))


def test_a_node_without_a_source_verifies_nobody():
    verdict = verify(jpki_card(signing_card()), NoRevocationSource())
    assert verdict.decision is Decision.REJECTED
    assert verdict.checks[3].outcome is Outcome.UNDECIDED


def test_substitute_characters_go_to_a_reviewer():
    substituted = jpki_authority().issue(attributes(HANAKO, substituted=1), key=signing_card().key)
    verdict = verify(jpki_card(substituted))
    assert (verdict.decision, verdict.codes) == (Decision.REVIEW, ("jpki.substitute_characters",))
    assert verdict.person == HANAKO


def test_an_unknown_authority_refuses_and_revocation_is_not_asked():
    source = Says()
    verdict = verify(jpki_card(signing_card()), source, known=False)
    assert verdict.decision is Decision.REJECTED
    assert verdict.codes[0] == "jpki.issuer_unknown"
    assert (source.asked, verdict.person, dict(verdict.attachments)) == (0, None, {})


def test_a_wrong_password_decides_nothing_and_costs_one_try():
    card = jpki_card(signing_card())
    with pytest.raises(InvalidInput) as refusal:
        verify(card, password="WRONG12345")
    assert refusal.value.code == "jpki.password_wrong"
    assert "WRONG12345" not in str(refusal.value)
    assert card.applications[AID].pins[PASSWORD_FILE].left == 4


def test_the_verdict_shows_no_signature_in_its_representation():
    verdict = verify(jpki_card(signing_card()))
    assert "attachments" not in repr(verdict)
