"""The recipient's decision as a document, and its commitment on chain.

An acceptance and a refusal have the same form and the same-looking commitment. Does not decide: `acceptance`
does.
Spec: commitments.decision_commitment over SHA-256 of the RFC 8785 bytes of the document.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from node.domain import base64url, days
from node.domain.acceptance import Acceptance, Verdict
from node.domain.canonical import canonical_digest
from node.domain.commitments import decision_commitment
from node.domain.ids import AttestationId, MemberId
from node.domain.legal_basis import LegalBasis, basis_of
from node.domain.merkle import HASH_BYTES, Randomness
from node.errors import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Mapping

_CODE = "decision.malformed"


@dataclass(frozen=True, slots=True)
class Decision:
    """One accept or refuse.

    Attributes:
        attestation_id: on what.
        issuer: whose verification.
        recipient: who decided.
        accepted: the decision.
        codes: why not; empty when accepted.
        checks: check -> outcome, those not performed too.
        legal_basis: the rule relied on.
        policy_version: the recipient's name for the rules it applied.
        decided_at: seconds since 1970.
    """

    attestation_id: AttestationId
    issuer: MemberId
    recipient: MemberId
    accepted: bool
    codes: tuple[str, ...]
    checks: Mapping[str, str]
    legal_basis: LegalBasis
    policy_version: str
    decided_at: int

    @property
    def digest(self) -> bytes:
        """SHA-256 of the canonical form, 32 bytes."""
        return canonical_digest(self.to_json())

    def to_json(self) -> dict[str, Any]:
        """JSON form; contains no personal data."""
        return {
            "attestation_id": "0x" + self.attestation_id.hex(),
            "issuer": self.issuer,
            "recipient": self.recipient,
            "accepted": self.accepted,
            "codes": list(self.codes),
            "checks": dict(self.checks),
            "legal_basis": self.legal_basis.name,
            "policy_version": self.policy_version,
            "decided_at": days.to_text(self.decided_at),
        }


@dataclass(frozen=True, slots=True)
class DecisionOpening:
    """What opens a commitment: the document and the secret. For the regulator; sealed on its way.

    Attributes:
        decision: the document.
        secret: 32 random bytes.
    """

    decision: Decision
    secret: bytes

    @property
    def commitment(self) -> bytes:
        """What stands on chain, 32 bytes."""
        decision = self.decision
        return decision_commitment(
            decision.attestation_id,
            accepted=decision.accepted,
            decision_digest=decision.digest,
            secret=self.secret,
        )

    def to_json(self) -> dict[str, Any]:
        """JSON form."""
        return {"decision": self.decision.to_json(), "secret": base64url.encode(self.secret)}


def decide(
    acceptance: Acceptance,
    *,
    attestation_id: AttestationId,
    issuer: MemberId,
    recipient: MemberId,
    legal_basis: LegalBasis,
    policy_version: str,
    now: int,
    randomness: Randomness,
) -> DecisionOpening:
    """Write the decision down and draw its secret.

    Raises:
        InvalidInput: the acceptance is incomplete ("decision.incomplete"): perform the missing checks first,
            or let the attestation lapse.
    """
    if acceptance.verdict is Verdict.INCOMPLETE:
        raise InvalidInput(
            "decision.incomplete",
            "a required check has not been performed",
            hint=f"Missing: {', '.join(acceptance.missing)}.",
        )
    decision = Decision(
        attestation_id=attestation_id,
        issuer=issuer,
        recipient=recipient,
        accepted=acceptance.accepted,
        codes=() if acceptance.code is None else (acceptance.code,),
        checks={c.check.value: c.outcome.value for c in acceptance.checks},
        legal_basis=legal_basis,
        policy_version=policy_version,
        decided_at=now,
    )
    return DecisionOpening(decision, randomness(HASH_BYTES))


def parse_opening(body: Any) -> DecisionOpening:
    """Read an opening; it must be exactly what `to_json` writes.

    Raises:
        InvalidInput: anything else ("decision.malformed").
    """
    try:
        opening = DecisionOpening(
            _read(body["decision"]), base64url.decode(body["secret"], code=_CODE, length=HASH_BYTES)
        )
        exact = opening.to_json() == body and type(body["decision"]["accepted"]) is bool
    except (KeyError, TypeError, ValueError, AttributeError, InvalidInput) as error:
        raise InvalidInput(_CODE, "not the opening of a decision") from error
    if not exact:
        raise InvalidInput(_CODE, "an opening says more than, or other than, its form allows")
    return opening


def _read(body: Mapping[str, Any]) -> Decision:
    return Decision(
        attestation_id=AttestationId(bytes.fromhex(body["attestation_id"].removeprefix("0x"))),
        issuer=MemberId(body["issuer"]),
        recipient=MemberId(body["recipient"]),
        accepted=body["accepted"],
        codes=tuple(body["codes"]),
        checks=dict(body["checks"]),
        legal_basis=basis_of(body["legal_basis"]),
        policy_version=body["policy_version"],
        decided_at=days.from_text(body["decided_at"]),
    )
