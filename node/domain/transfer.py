"""What the issuer hands over, before sealing and after opening.

Strict: exactly these members, each of its form. Trusts nothing that it parses; `acceptance` checks it.
Sealing is `node.exchange.sealing`. Large evidence files do not belong here.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from node.domain import base64url
from node.domain.canonical import canonical_bytes, parse_object
from node.domain.consent import ConsentReceipt, parse_receipt
from node.domain.presentation import Presentation, parse_presentation
from node.domain.release import AnchorProof
from node.domain.versions import SECRET_BYTES
from node.errors import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Mapping

    from node.domain.ids import AttestationId

_CODE = "transfer.malformed"
_FIELDS = frozenset(
    {"credential", "anchor_proof", "consent", "assertion", "leaf_secret", "attestation_secret"}
)


@dataclass(frozen=True, slots=True)
class Transfer:
    """One release.

    Attributes:
        credential: SD-JWT with the chosen disclosures, as text.
        anchor_proof: for its leaf.
        consent: the receipt that the customer signed.
        assertion: the WebAuthn signature over it (AuthenticationResponseJSON).
        leaf_secret: 32 bytes.
        attestation_secret: 32 bytes.
    """

    credential: str
    anchor_proof: AnchorProof
    consent: ConsentReceipt
    assertion: Mapping[str, Any]
    leaf_secret: bytes
    attestation_secret: bytes

    @property
    def presentation(self) -> Presentation:
        """The credential, taken apart.

        Raises:
            InvalidInput: not such a credential ("credential.malformed").
        """
        return parse_presentation(self.credential)

    def to_bytes(self) -> bytes:
        """The plaintext to seal."""
        return canonical_bytes(
            {
                "credential": self.credential,
                "anchor_proof": self.anchor_proof.to_json(),
                "consent": self.consent.to_json(),
                "assertion": dict(self.assertion),
                "leaf_secret": base64url.encode(self.leaf_secret),
                "attestation_secret": base64url.encode(self.attestation_secret),
            }
        )


def parse_transfer(plaintext: bytes) -> Transfer:
    """Read an opened transfer.

    Raises:
        InvalidInput: fields missing or unknown ("transfer.malformed"), or one malformed
            ("credential.malformed", "anchor_proof.malformed", "consent.malformed").
    """
    body = parse_object(plaintext, code=_CODE)
    if (
        set(body) != _FIELDS
        or not isinstance(body["assertion"], dict)
        or not isinstance(body["credential"], str)
    ):
        raise InvalidInput(_CODE, "the transfer lacks a field, has an unknown one, or one has another form")
    parse_presentation(body["credential"])
    return Transfer(
        credential=body["credential"],
        anchor_proof=AnchorProof.from_json(body["anchor_proof"]),
        consent=parse_receipt(body["consent"]),
        assertion=body["assertion"],
        leaf_secret=_secret(body["leaf_secret"]),
        attestation_secret=_secret(body["attestation_secret"]),
    )


def sealing_context(request_digest: bytes, attestation: AttestationId) -> bytes:
    """HPKE `info`: binds a sealed transfer to one request and one attestation, 32 bytes."""
    return sha256(request_digest + attestation).digest()


def _secret(text: Any) -> bytes:
    return base64url.decode(text, code=_CODE, length=SECRET_BYTES)
