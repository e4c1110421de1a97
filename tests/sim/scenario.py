"""One complete reuse between two members, made by the real domain code with real keys and a software passkey.

Fields are the knobs that a story turns before asking for `facts()`; left alone, the reuse is one that a
recipient accepts. No chain and no network: what the chain would say is stated in the facts. The person is
invented (見本).
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any

from joserfc.jwk import ECKey
from webauthn.helpers import parse_attestation_object

from node.domain import base64url, days
from node.domain.acceptance import AcceptanceFacts, ChainFacts, CustomerFacts, IssuerFacts, KeyInterval
from node.domain.attributes import Attribute
from node.domain.consent import ConsentReceipt, Party, build_receipt
from node.domain.credential import present, sign_credential
from node.domain.events import AttestationState, MethodRule, Role, Status, Terms
from node.domain.ids import AttestationId, Ledger, MemberId, RecordId
from node.domain.jwk import jwk_of_cose
from node.domain.legal_basis import LegalBasis, bitmap_of
from node.domain.merkle import build_tree
from node.domain.methods import CHIP_FACE, IMAGE_FACE
from node.domain.outcome import Outcome
from node.domain.record import CheckFact, ReusedFrom, VerificationFacts, VerificationRecord, build_record
from node.domain.release import DECIDE_WITHIN_S, AnchorProof, recomputed_id, recomputed_leaf, terms_of
from node.domain.request import Purpose, ReuseRequest, new_request
from node.domain.transfer import Transfer
from node.domain.versions import disclosures, leaf_of, make_versions, unsigned_core, version_digest
from tests.sim.authenticator import SoftwareAuthenticator

if TYPE_CHECKING:
    from collections.abc import Mapping

LEDGER = Ledger(31337, "0x5FbDB2315678afecb367f032d93F642f64180aa3")
ISSUER, RECIPIENT = MemberId(1), MemberId(2)
SITE = "http://localhost:8801"
VERIFIED_AT = days.from_text("2026-11-01T03:00:00Z")
ASKED_AT = days.from_text("2026-11-22T03:00:00Z")

PORTRAIT = b"\x00\x00\x00\x0cjP  specimen"
"""Stands for an image file; nothing here decodes it."""

CHECKS = (
    CheckFact("chip.data_signature", "passed"),
    CheckFact("face.match", "passed", score=0.61, threshold=0.4, model_sha256="ab" * 32),
    CheckFact("liveness.action", "passed"),
    CheckFact("liveness.parallax", "not_performed", code="liveness.no_clip"),
)

PERSON = {
    Attribute.NAME: "見本 花子",
    Attribute.ADDRESS: {"formatted": "東京都見本区一丁目2番3号"},
    Attribute.BIRTH_DATE: "1990-04-01",
    Attribute.SEX: "female",
}


def verification(**changes: Any) -> VerificationFacts:
    """A positive verdict about the specimen person, with any field changed."""
    fields: dict[str, Any] = {
        "method": CHIP_FACE,
        "name": "見本 花子",
        "address": "東京都見本区一丁目2番3号",
        "birth_date": date(1990, 4, 1),
        "sex": "female",
        "portrait": PORTRAIT,
        "document_kind": "mynumber_card",
        "document_expires_on": date(2030, 4, 1),
        "document_issuer_key_id": "0102",
        "checks": CHECKS,
        "verified_at": VERIFIED_AT,
    }
    return VerificationFacts(**fields | changes)


def seeded_randomness(seed: int = 1) -> Any:
    """Repeatable stand-in for a cryptographic source."""
    return random.Random(seed).randbytes


@dataclass
class Scenario:
    """One reuse, from verification to the facts that the recipient judges.

    Attributes:
        verification: what the issuer's engine found.
        reused_from: set to make the issuer's record second-hand.
        bound_at: set to bind the passkey later than the verification.
        granted: attributes that the customer leaves ticked.
        disclosed: attributes in the transfer; as granted unless set.
        receipt_changes: fields of the receipt that the customer signs, replaced.
        release_changes: arguments of `sign_credential`, replaced.
        signed_by: another key signs the credential if set.
        user_verified: whether the passkey verified its user.
        issuer_ahead_s: by how much the issuer's clock is ahead of the recipient's, seconds.
        request_changes: arguments of `new_request`, replaced.
    """

    verification: VerificationFacts = field(default_factory=verification)
    reused_from: ReusedFrom | None = None
    bound_at: int | None = None
    granted: tuple[Attribute, ...] = tuple(Attribute)
    disclosed: tuple[Attribute, ...] | None = None
    receipt_changes: Mapping[str, Any] = field(default_factory=dict)
    release_changes: Mapping[str, Any] = field(default_factory=dict)
    signed_by: ECKey | None = None
    user_verified: bool = True
    issuer_ahead_s: int = 0
    request_changes: Mapping[str, Any] = field(default_factory=dict)
    randomness: Any = field(default_factory=seeded_randomness)

    @cached_property
    def issuer_key(self) -> ECKey:
        """The issuer's record key."""
        return ECKey.generate_key("P-256")

    @cached_property
    def authenticator(self) -> SoftwareAuthenticator:
        """The customer's device."""
        return SoftwareAuthenticator(self.randomness)

    @cached_property
    def passkey(self) -> dict[str, str]:
        """The public key that registration gave."""
        options = {
            "rp": {"id": "localhost"},
            "user": {"id": base64url.encode(b"account")},
            "challenge": base64url.encode(self.randomness(32)),
            "pubKeyCredParams": [{"type": "public-key", "alg": -7}],
        }
        return registered_key(self.authenticator.create(options, origin=SITE))

    @cached_property
    def record(self) -> VerificationRecord:
        """The issuer's record. Built first-hand; `reused_from` is written in afterwards, as a cheat would."""
        record = build_record(
            self.verification, record_id=RecordId("r1"), issuer=ISSUER, passkey=self.passkey
        )
        return record if self.bound_at is None else record.bound_to(self.passkey, at=self.bound_at)

    @cached_property
    def core(self) -> dict[str, Any]:
        """The anchored core of the first version."""
        core = unsigned_core(self.record, self.versions[0])
        if self.reused_from is not None:
            claims = core["verified_claims"]
            marked = {**claims["verification"], "reused_from": self.reused_from.to_json()}
            core["verified_claims"] = {**claims, "verification": marked}
        return core

    @cached_property
    def versions(self) -> Any:
        """All salted versions."""
        return make_versions(self.record.attributes, randomness=self.randomness)

    @cached_property
    def request(self) -> ReuseRequest:
        """What the recipient asks."""
        arguments: dict[str, Any] = {
            "issuer": ISSUER,
            "recipient": RECIPIENT,
            "purpose": Purpose.ACCOUNT_OPENING,
            "attributes": [Attribute.NAME, Attribute.ADDRESS, Attribute.BIRTH_DATE],
            "optional_attributes": [Attribute.SEX, Attribute.PORTRAIT],
            "legal_basis": LegalBasis.BANK_INQUIRY,
            "methods": [CHIP_FACE, IMAGE_FACE],
            "max_age_days": 365,
            "now": ASKED_AT,
            "randomness": self.randomness,
        }
        return new_request(**arguments | dict(self.request_changes))

    @cached_property
    def receipt(self) -> ConsentReceipt:
        """What the customer signs."""
        receipt = build_receipt(
            self.request,
            self.granted,
            issuer=Party(ISSUER, "見本第一銀行"),
            recipient=Party(RECIPIENT, "見本第二証券"),
            method=self.record.method,
            verified_at=self.record.verified_at,
            notice_version="2026-11",
            language="ja",
            now=ASKED_AT + 60 + self.issuer_ahead_s,
            randomness=self.randomness,
        )
        return ConsentReceipt(
            **{n: getattr(receipt, n) for n in receipt.__slots__} | dict(self.receipt_changes)
        )

    @cached_property
    def assertion(self) -> dict[str, Any]:
        """The passkey's signature over the receipt."""
        _ = self.passkey
        self.authenticator.user_verified = self.user_verified
        options = {"rpId": "localhost", "challenge": base64url.encode(self.receipt.digest)}
        return self.authenticator.get(options, origin=SITE)

    @cached_property
    def jwt(self) -> str:
        """The signed credential."""
        arguments: dict[str, Any] = {
            "issuer": LEDGER.urn(ISSUER),
            "audience": LEDGER.urn(RECIPIENT),
            "consent_digest": self.receipt.digest,
            "issued_at": ASKED_AT + 90 + self.issuer_ahead_s,
            "expires_at": ASKED_AT + DECIDE_WITHIN_S,
            "key": self.signed_by or self.issuer_key,
        }
        return sign_credential(self.core, **arguments | dict(self.release_changes))

    @cached_property
    def transfer(self) -> Transfer:
        """What the recipient opens."""
        version = self.versions[0]
        leaf = recomputed_leaf(
            LEDGER, ISSUER, version_digest=version_digest(self.core), secret=version.leaf_secret
        )
        leaves = [leaf, *(leaf_of(self.record, v, LEDGER) for v in self.versions[1:])]
        tree = build_tree(leaves, randomness=self.randomness)
        shown = self.receipt.attributes if self.disclosed is None else self.disclosed
        return Transfer(
            credential=present(self.jwt, disclosures(self.record, version), shown),
            anchor_proof=AnchorProof(tree.root, tree.proof(leaf)),
            consent=self.receipt,
            assertion=self.assertion,
            leaf_secret=version.leaf_secret,
            attestation_secret=self.randomness(32),
        )

    @cached_property
    def terms(self) -> Terms:
        """The attestation's public terms."""
        return terms_of(
            issuer=ISSUER,
            recipient=RECIPIENT,
            method=self.record.method,
            legal_basis=self.request.legal_basis,
            verified_at=self.record.verified_at,
            decide_by=ASKED_AT + DECIDE_WITHIN_S,
        )

    @cached_property
    def attestation_id(self) -> AttestationId:
        """Its id on chain."""
        presentation = self.transfer.presentation
        return recomputed_id(
            LEDGER,
            self.terms,
            credential_digest=presentation.credential_digest,
            consent_digest=self.receipt.digest,
            secret=self.transfer.attestation_secret,
        )

    def issuer_facts(self, **changes: Any) -> IssuerFacts:
        """The issuer on chain, with any field changed."""
        fields: dict[str, Any] = {
            "role": Role.PROVIDER,
            "status": Status.ACTIVE,
            "endpoint": SITE,
            "keys": (KeyInterval(public_jwk(self.issuer_key), valid_from=1),),
        }
        return IssuerFacts(**fields | changes)

    def chain_facts(self, **changes: Any) -> ChainFacts:
        """What the chain says, with any field changed."""
        fields: dict[str, Any] = {
            "state": AttestationState.PENDING,
            "terms": self.terms,
            "attested_at": ASKED_AT + 100,
            "anchored_at": VERIFIED_AT + 600,
            "rule": MethodRule(1, 0, 365),
            "legal_bases": bitmap_of([LegalBasis.BANK_INQUIRY]),
            "confirmed_at": ASKED_AT + 110,
        }
        return ChainFacts(**fields | changes)

    def customer_facts(self, **changes: Any) -> CustomerFacts:
        """What the recipient found out itself, with any field changed."""
        fields: dict[str, Any] = {
            "application": PERSON,
            "high_risk": frozenset(),
            "rebound": Outcome.PASSED,
            "screening": Outcome.PASSED,
            "reaudit_drawn": False,
        }
        return CustomerFacts(**fields | changes)

    def facts(self, **changes: Any) -> AcceptanceFacts:
        """Everything to be judged, with any part changed."""
        fields: dict[str, Any] = {
            "now": ASKED_AT + 120,
            "ledger": LEDGER,
            "request": self.request,
            "attestation_id": self.attestation_id,
            "transfer": self.transfer,
            "issuer": self.issuer_facts(),
            "chain": self.chain_facts(),
            "customer": self.customer_facts(),
        }
        return AcceptanceFacts(**fields | changes)


def registered_key(registration: Mapping[str, Any]) -> dict[str, str]:
    """The public key inside a registration response, unchecked."""
    encoded = registration["response"]["attestationObject"]
    parsed = parse_attestation_object(base64url.decode(encoded, code="test"))
    assert parsed.auth_data.attested_credential_data is not None
    return jwk_of_cose(parsed.auth_data.attested_credential_data.credential_public_key)


def public_jwk(key: ECKey) -> dict[str, str]:
    """The public half, as the domain writes it."""
    members = key.as_dict(private=False)
    return {name: str(members[name]) for name in ("kty", "crv", "x", "y")}
