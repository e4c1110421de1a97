"""The issuer's own record of one verification, as OpenID Identity Assurance `verified_claims`.

Built from facts that an adapter takes out of the engine's verdict; decides nothing about the person. Never
holds the
My Number: no field exists for it.

Spec: OpenID Identity Assurance Schema Definition 1.0 (`verified_claims`, `check_details`, predefined check
methods and document types); members that it does not define are `check`, `result`, `code`, `score`,
`threshold`, `model_sha256`, `issuer_key_id` and `reused_from`. Confirmation key: RFC 7800.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from node.domain import base64url, days, methods
from node.domain.attributes import Attribute
from node.domain.ids import AttestationId, JstDay, MemberId, RecordId
from node.domain.jwk import Jwk, point_of_jwk
from node.errors import Corrupt, InvalidInput

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

TRUST_FRAMEWORK = "jp_aml"

CHECK_METHODS = {
    "chip": "vcrypt",
    "face": "bvr",
    "liveness": "bvr",
    "ocr": "vdig",
    "document": "vri",
    "surface": "vdig",
    "jpki": "vcrypt",
}
"""Area of a check (before the dot) -> check method: cryptographic validation, remote biometric verification,
digital inspection, remote visual inspection."""

DOCUMENT_TYPES = {
    "mynumber_card": "jp_individual_number_card",
    "drivers_licence": "jp_drivers_license",
    "residence_card": "jp_residency_card_for_foreigner",
    "passport": "passport",
}
"""The engine's document kinds -> predefined document types."""


@dataclass(frozen=True, slots=True)
class CheckFact:
    """One check and what came of it; fields as in the engine's `CheckResult`."""

    check: str
    outcome: str
    code: str | None = None
    score: float | None = None
    threshold: float | None = None
    model_sha256: str | None = None
    facts: Mapping[str, str | int | float | bool] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class VerificationFacts:
    """A positive verdict, in plain values.

    Attributes:
        method: stable method id.
        name: as on the document of record, like `address`.
        sex: "male", "female" or "unknown".
        portrait: the document's photograph as stored on it (encoded image), or None.
        document_kind: a key of `DOCUMENT_TYPES`.
        document_issuer_key_id: hex of the certificate authority key that the chip names, or None.
        checks: every check that the method asks for, those not performed too.
        verified_at: seconds since 1970.
    """

    method: str
    name: str
    address: str
    birth_date: date
    sex: str
    portrait: bytes | None
    document_kind: str
    document_expires_on: date | None
    document_issuer_key_id: str | None
    checks: tuple[CheckFact, ...]
    verified_at: int


@dataclass(frozen=True, slots=True)
class ReusedFrom:
    """Marks a record that rests on another member's verification.

    Attributes:
        issuer: the member that verified.
        attestation_id: under which it was released.
    """

    issuer: MemberId
    attestation_id: AttestationId

    def to_json(self) -> dict[str, Any]:
        """As `verification.reused_from`."""
        return {"issuer": self.issuer, "attestation_id": "0x" + self.attestation_id.hex()}


@dataclass(frozen=True, slots=True)
class VerificationRecord:
    """One verification; append-only: a new binding is a new state beside the old one, never an edit.

    Attributes:
        record_id: random, internal.
        issuer: the member that keeps it.
        verified_claims: JSON object with `verification` and `claims`.
        passkey: public key of the customer's passkey, or None until one is bound.
        bound_at: when a passkey was bound after the record was made, seconds since 1970; None if with it.
    """

    record_id: RecordId
    issuer: MemberId
    verified_claims: Mapping[str, Any]
    passkey: Jwk | None = None
    bound_at: int | None = None

    @property
    def method(self) -> str:
        """Stable method id."""
        return str(self.verified_claims["verification"]["assurance_process"]["policy"])

    @property
    def verified_at(self) -> int:
        """Seconds since 1970."""
        return days.from_text(self.verified_claims["verification"]["time"])

    @property
    def verified_on(self) -> JstDay:
        """Day of the verification in Japan, as the chain counts."""
        return days.jst_day(self.verified_at)

    @property
    def attributes(self) -> tuple[Attribute, ...]:
        """What this record can disclose."""
        return tuple(a for a in Attribute if a in self.verified_claims["claims"])

    @property
    def is_attestable(self) -> bool:
        """Whether it may be released: a passkey is bound, and it rests on no other member's record."""
        return self.passkey is not None and "reused_from" not in self.verified_claims["verification"]

    def bound_to(self, passkey: Mapping[str, str], *, at: int) -> VerificationRecord:
        """The same record bound to a passkey that was made, or replaced after fresh proof, at that time."""
        return replace(self, passkey=_public(passkey), bound_at=at)

    def to_json(self) -> dict[str, Any]:
        """JSON form for the vault; `canonical.canonical_bytes` of it is what is stored."""
        body: dict[str, Any] = {
            "record_id": self.record_id,
            "issuer": self.issuer,
            "verified_claims": self.verified_claims,
        }
        if self.passkey is not None:
            body["cnf"] = {"jwk": dict(self.passkey)}
        if self.bound_at is not None:
            body["bound_at"] = days.to_text(self.bound_at)
        return body

    @classmethod
    def from_json(cls, body: Mapping[str, Any]) -> VerificationRecord:
        """Read back what `to_json` wrote.

        Raises:
            Corrupt: it is not that ("record.corrupt").
        """
        try:
            bound = body.get("bound_at")
            record = cls(
                record_id=RecordId(body["record_id"]),
                issuer=MemberId(body["issuer"]),
                verified_claims=body["verified_claims"],
                passkey=_public(body["cnf"]["jwk"]) if "cnf" in body else None,
                bound_at=None if bound is None else days.from_text(bound),
            )
            _ = (record.method, record.verified_at, record.attributes)
        except (KeyError, TypeError, InvalidInput) as error:
            raise Corrupt("record.corrupt", "a stored verification record cannot be read") from error
        return record


def build_record(
    facts: VerificationFacts,
    *,
    record_id: RecordId,
    issuer: MemberId,
    passkey: Mapping[str, str] | None = None,
    reused_from: ReusedFrom | None = None,
) -> VerificationRecord:
    """Write down one verification.

    Args:
        facts: what the engine found, or what was accepted from another member.
        record_id: random.
        issuer: the member whose record this is.
        passkey: public JWK, if the customer made it within the verification.
        reused_from: where the verification was taken from, if it was.

    Raises:
        InvalidInput: method unknown ("method.unknown") or without a clause on that day
            ("method.not_in_force"), document kind unknown ("record.document_unknown"), passkey not P-256
            ("key.not_p256").
    """
    verification: dict[str, Any] = {
        "trust_framework": TRUST_FRAMEWORK,
        "time": days.to_text(facts.verified_at),
        "assurance_process": {"policy": facts.method, "procedure": _procedure(facts)},
        "evidence": [_evidence(facts)],
    }
    if reused_from is not None:
        verification["reused_from"] = reused_from.to_json()
    return VerificationRecord(
        record_id=record_id,
        issuer=issuer,
        verified_claims={"verification": verification, "claims": _claims(facts)},
        passkey=None if passkey is None else _public(passkey),
    )


def _procedure(facts: VerificationFacts) -> str:
    cited = methods.citation(facts.method, days.jst_date(facts.verified_at))
    if cited is None:
        raise InvalidInput("method.not_in_force", "the method had no clause on the day of the verification")
    return cited.text


def _evidence(facts: VerificationFacts) -> dict[str, Any]:
    try:
        details: dict[str, Any] = {"type": DOCUMENT_TYPES[facts.document_kind]}
    except KeyError:
        raise InvalidInput("record.document_unknown", "no such document kind") from None
    if facts.document_expires_on is not None:
        details["date_of_expiry"] = facts.document_expires_on.isoformat()
    if facts.document_issuer_key_id is not None:
        details["issuer_key_id"] = facts.document_issuer_key_id
    return {
        "type": "document",
        "check_details": [_check_detail(check) for check in facts.checks],
        "document_details": details,
    }


def _check_detail(fact: CheckFact) -> dict[str, Any]:
    area = fact.check.partition(".")[0]
    detail = {
        "check_method": CHECK_METHODS.get(area, "data"),
        "check": fact.check,
        "result": fact.outcome,
        "code": fact.code,
        "score": fact.score,
        "threshold": fact.threshold,
        "model_sha256": fact.model_sha256,
    }
    return {name: value for name, value in detail.items() if value is not None}


def _claims(facts: VerificationFacts) -> dict[str, Any]:
    claims: dict[str, Any] = {
        Attribute.NAME.value: facts.name,
        Attribute.ADDRESS.value: {"formatted": facts.address},
        Attribute.BIRTH_DATE.value: facts.birth_date.isoformat(),
        Attribute.SEX.value: facts.sex,
    }
    if facts.portrait is not None:
        claims[Attribute.PORTRAIT.value] = base64url.encode(facts.portrait)
    return claims


def _public(passkey: Mapping[str, str]) -> dict[str, str]:
    point_of_jwk(passkey)  # refuses anything but a P-256 public key
    return dict(passkey)
