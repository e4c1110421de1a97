"""The receipt that the customer signs, and whether it answers a request.

The passkey's WebAuthn challenge is the receipt's digest, so the signature covers every word of it. Checking
that signature is `passkey`; this module builds, reads and compares.

Spec: field names of ISO/IEC TS 27560:2023; what it has no name for is grouped under `reuse`. No
`pii_principal_id`: a stable customer identifier would let two recipients join their records. APPI Art. 27,
29, 30: provider, recipient, items and the fact of consent are all here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from node.domain import base64url, days
from node.domain.attributes import Attribute
from node.domain.canonical import canonical_digest
from node.domain.ids import MemberId
from node.domain.legal_basis import LegalBasis, basis_of
from node.domain.request import REQUEST_LIFETIME_S, Purpose, ReuseRequest
from node.errors import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from node.domain.merkle import Randomness

CONSENT_LIFETIME_S = REQUEST_LIFETIME_S
"""At most 15 minutes from request to signature; protocol rule 4."""

SCHEMA_VERSION = "ISO/IEC TS 27560:2023 rireki/1"

RECEIPT_ID_BYTES = 16

_CODE = "consent.malformed"


@dataclass(frozen=True, slots=True)
class Party:
    """A member as the customer reads it.

    Attributes:
        member_id: on chain.
        name: legal name, from the chain.
    """

    member_id: MemberId
    name: str


@dataclass(frozen=True, slots=True)
class ConsentReceipt:
    """This recipient, this purpose, these attributes, once, until then.

    Attributes:
        receipt_id: random, hex.
        issuer: who releases.
        recipient: who receives.
        purpose: why.
        legal_basis: the rule that the recipient relies on.
        attributes: what was granted.
        verified_at: when the issuer verified the customer, seconds since 1970.
        method: how; stable id.
        request_digest: of the request that this answers, 32 bytes.
        notice_version: which privacy notice was shown.
        language: in which language (BCP 47).
        issued_at: seconds since 1970.
        expires_at: seconds since 1970; not after the request's own end.
        nonce: 32 random bytes.
    """

    receipt_id: str
    issuer: Party
    recipient: Party
    purpose: Purpose
    legal_basis: LegalBasis
    attributes: tuple[Attribute, ...]
    verified_at: int
    method: str
    request_digest: bytes
    notice_version: str
    language: str
    issued_at: int
    expires_at: int
    nonce: bytes

    @property
    def digest(self) -> bytes:
        """SHA-256 of the canonical form: WebAuthn challenge and part of the attestation id."""
        return canonical_digest(self.to_json())

    def to_json(self) -> dict[str, Any]:
        """The document whose canonical bytes are signed."""
        return {
            "schema_version": SCHEMA_VERSION,
            "receipt_id": self.receipt_id,
            "pii_processing": {
                "privacy_notice": self.notice_version,
                "language": self.language,
                "purposes": [self._purpose()],
            },
            "party_identification": [_party(self.issuer), _party(self.recipient)],
            "event": [
                {
                    "event_type": "explicit",
                    "event_state": "given",
                    "event_time": days.to_text(self.issued_at),
                    "validity_duration": f"PT{self.expires_at - self.issued_at}S",
                }
            ],
            "reuse": {
                "legal_basis": self.legal_basis.name,
                "verified_at": days.to_text(self.verified_at),
                "method": self.method,
                "request_digest": base64url.encode(self.request_digest),
                "expires_at": days.to_text(self.expires_at),
                "nonce": base64url.encode(self.nonce),
            },
        }

    def _purpose(self) -> dict[str, Any]:
        return {
            "purpose": self.purpose.value,
            "lawful_basis": "consent",
            "pii_information": [{"pii_type": attribute.value} for attribute in self.attributes],
            "pii_controllers": [self.issuer.member_id],
            "recipient_third_parties": [self.recipient.member_id],
            "withdrawal_method": "future sharing, at either party's sharing page",
            "jurisdiction": "JP",
        }


def build_receipt(
    request: ReuseRequest,
    granted: Iterable[Attribute],
    *,
    issuer: Party,
    recipient: Party,
    method: str,
    verified_at: int,
    notice_version: str,
    language: str,
    now: int,
    randomness: Randomness,
) -> ConsentReceipt:
    """Write what the customer is about to sign.

    Args:
        request: what the recipient asked.
        granted: the attributes left ticked; order does not matter.
        issuer: the verifying member.
        recipient: the asking member.
        method: of the verification to be released.
        verified_at: its time, seconds since 1970.
        notice_version: the privacy notice on the page.
        language: the page's language.
        now: seconds since 1970.
        randomness: source of receipt id and nonce.

    Raises:
        InvalidInput: something required was unticked or something unasked ticked ("consent.attributes"), the
            parties are not the request's ("consent.parties"), the request has expired
            ("consent.request_expired").
    """
    chosen = set(granted)
    if not set(request.attributes) <= chosen <= set(request.offered):
        raise InvalidInput(
            "consent.attributes", "the choice is not between the required and the offered attributes"
        )
    if (issuer.member_id, recipient.member_id) != (request.issuer, request.recipient):
        raise InvalidInput("consent.parties", "the parties are not those of the request")
    if now >= request.expires_at:
        raise InvalidInput(
            "consent.request_expired", "the request has expired", hint="Start again at the recipient."
        )
    return ConsentReceipt(
        receipt_id=randomness(RECEIPT_ID_BYTES).hex(),
        issuer=issuer,
        recipient=recipient,
        purpose=request.purpose,
        legal_basis=request.legal_basis,
        attributes=tuple(a for a in Attribute if a in chosen),
        verified_at=verified_at,
        method=method,
        request_digest=request.digest,
        notice_version=notice_version,
        language=language,
        issued_at=now,
        # Two members' clocks differ: one that is behind must not write a consent that lives too long.
        expires_at=min(request.expires_at, now + CONSENT_LIFETIME_S),
        nonce=randomness(32),
    )


def parse_receipt(body: Any) -> ConsentReceipt:
    """Read a receipt; it must be exactly what `ConsentReceipt.to_json` writes, so nothing unread was signed.

    Raises:
        InvalidInput: anything else ("consent.malformed").
    """
    try:
        receipt = _read(body)
        exact = receipt.to_json() == body
    except (KeyError, IndexError, TypeError, ValueError, AttributeError, InvalidInput) as error:
        raise InvalidInput(_CODE, "the consent receipt lacks a field, or one has another form") from error
    if not exact:
        raise InvalidInput(_CODE, "the consent receipt says more than, or other than, its form allows")
    return receipt


def answers(receipt: ConsentReceipt, request: ReuseRequest) -> bool:
    """Whether the receipt grants what this very request asked."""
    return (
        receipt.request_digest == request.digest
        and receipt.issuer.member_id == request.issuer
        and receipt.recipient.member_id == request.recipient
        and receipt.purpose is request.purpose
        and receipt.legal_basis is request.legal_basis
        and set(request.attributes) <= set(receipt.attributes) <= set(request.offered)
    )


def _party(party: Party) -> dict[str, Any]:
    return {"party_id": party.member_id, "party_name": party.name}


def _read(body: Mapping[str, Any]) -> ConsentReceipt:
    processing, event, reuse = body["pii_processing"], body["event"][0], body["reuse"]
    purpose = processing["purposes"][0]
    issuer, recipient = (
        Party(MemberId(p["party_id"]), p["party_name"]) for p in body["party_identification"]
    )
    return ConsentReceipt(
        receipt_id=body["receipt_id"],
        issuer=issuer,
        recipient=recipient,
        purpose=Purpose(purpose["purpose"]),
        legal_basis=basis_of(reuse["legal_basis"]),
        attributes=tuple(Attribute(item["pii_type"]) for item in purpose["pii_information"]),
        verified_at=days.from_text(reuse["verified_at"]),
        method=reuse["method"],
        request_digest=base64url.decode(reuse["request_digest"], code=_CODE, length=32),
        notice_version=processing["privacy_notice"],
        language=processing["language"],
        issued_at=days.from_text(event["event_time"]),
        expires_at=days.from_text(reuse["expires_at"]),
        nonce=base64url.decode(reuse["nonce"], code=_CODE, length=32),
    )
