"""The recipient's own record of a customer whose verification it took over.

Says what the issuer's credential said and marks on whom it rests, so that it can never be released again
(rule 8).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from node.domain import base64url
from node.domain.attributes import Attribute
from node.domain.ids import AttestationId, MemberId, RecordId
from node.domain.presentation import Presentation
from node.domain.record import (
    DOCUMENT_TYPES,
    CheckFact,
    ReusedFrom,
    VerificationFacts,
    VerificationRecord,
    build_record,
)

_KINDS = {wire: kind for kind, wire in DOCUMENT_TYPES.items()}
_CODE = "credential.malformed"


def reused_record(
    presentation: Presentation,
    *,
    record_id: RecordId,
    recipient: MemberId,
    issuer: MemberId,
    attestation_id: AttestationId,
) -> VerificationRecord:
    """Write the record.

    Args:
        presentation: an accepted credential that discloses the four basic attributes.
        record_id: random.
        recipient: whose record this is.
        issuer: on whose verification it rests.
        attestation_id: under which it was released.

    Raises:
        InvalidInput: `method.not_in_force`, `record.document_unknown`.
    """
    return build_record(
        _facts(presentation),
        record_id=record_id,
        issuer=recipient,
        reused_from=ReusedFrom(issuer, attestation_id),
    )


def portrait_of(claims: Mapping[Attribute, Any]) -> bytes | None:
    """The transferred portrait as the document stores it, or None."""
    encoded = claims.get(Attribute.PORTRAIT)
    return None if encoded is None else base64url.decode(encoded, code=_CODE)


def _facts(presentation: Presentation) -> VerificationFacts:
    claims = presentation.claims
    evidence = presentation.payload["verified_claims"]["verification"]["evidence"][0]
    document = evidence["document_details"]
    expires = document.get("date_of_expiry")
    return VerificationFacts(
        method=presentation.method,
        name=claims[Attribute.NAME],
        address=claims[Attribute.ADDRESS]["formatted"],
        birth_date=date.fromisoformat(claims[Attribute.BIRTH_DATE]),
        sex=claims[Attribute.SEX],
        portrait=portrait_of(claims),
        document_kind=_KINDS.get(document["type"], ""),
        document_expires_on=None if expires is None else date.fromisoformat(expires),
        document_issuer_key_id=document.get("issuer_key_id"),
        checks=tuple(_check(detail) for detail in evidence["check_details"]),
        verified_at=presentation.verified_at,
    )


def _check(detail: Mapping[str, Any]) -> CheckFact:
    return CheckFact(
        check=detail["check"],
        outcome=detail["result"],
        code=detail.get("code"),
        score=detail.get("score"),
        threshold=detail.get("threshold"),
        model_sha256=detail.get("model_sha256"),
    )
