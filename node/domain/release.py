"""What ties a released credential to the chain: its leaf under an anchored root, and the attestation id.

Pure recomputation; whether a root is anchored and an id pending is for the caller to read from the chain.
Spec: commitments.py and merkle.py.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from node.domain import base64url
from node.domain.commitments import attestation_id, leaf_value, method_code
from node.domain.days import jst_day
from node.domain.events import Terms
from node.domain.ids import AttestationId, Ledger, MemberId
from node.domain.merkle import HASH_BYTES, verify_proof
from node.errors import InvalidInput

if TYPE_CHECKING:
    from node.domain.legal_basis import LegalBasis

DECIDE_WITHIN_S = 86_400
"""Seconds the recipient has to decide; the contract allows at most seven days, one covers an outage
overnight."""

MAX_PROOF_LENGTH = 32
"""Siblings in a proof: trees have fewer than 2**32 leaves (`uint32 size`)."""

_CODE = "anchor_proof.malformed"


@dataclass(frozen=True, slots=True)
class AnchorProof:
    """That a leaf lies under a root.

    Attributes:
        root: as anchored, 32 bytes.
        siblings: from the leaf upwards, 32 bytes each.
    """

    root: bytes
    siblings: tuple[bytes, ...]

    def proves(self, leaf: bytes) -> bool:
        """Whether the leaf value lies under the root."""
        return verify_proof(self.root, leaf, self.siblings)

    def to_json(self) -> dict[str, Any]:
        """JSON form."""
        return {"root": base64url.encode(self.root), "siblings": [base64url.encode(s) for s in self.siblings]}

    @classmethod
    def from_json(cls, body: Any) -> AnchorProof:
        """Read the JSON form.

        Raises:
            InvalidInput: anything else ("anchor_proof.malformed").
        """
        if not isinstance(body, Mapping) or set(body) != {"root", "siblings"}:
            raise InvalidInput(_CODE, "an anchor proof has a root and siblings")
        siblings = body["siblings"]
        if not isinstance(siblings, list) or len(siblings) > MAX_PROOF_LENGTH:
            raise InvalidInput(_CODE, "the siblings are not a list, or too many")
        root, *rest = (base64url.decode(h, code=_CODE, length=HASH_BYTES) for h in (body["root"], *siblings))
        return cls(root, tuple(rest))


def recomputed_leaf(ledger: Ledger, issuer: MemberId, *, version_digest: bytes, secret: bytes) -> bytes:
    """The leaf value that a received credential and the transferred secret must have."""
    return leaf_value(
        chain_id=ledger.chain_id,
        contract=ledger.contract,
        issuer_id=issuer,
        version_digest=version_digest,
        secret=secret,
    )


def recomputed_id(
    ledger: Ledger, terms: Terms, *, credential_digest: bytes, consent_digest: bytes, secret: bytes
) -> AttestationId:
    """The attestation id that these parts must have."""
    return AttestationId(
        attestation_id(
            chain_id=ledger.chain_id,
            contract=ledger.contract,
            issuer_id=terms.issuer,
            recipient_id=terms.recipient,
            credential_digest=credential_digest,
            consent_digest=consent_digest,
            secret=secret,
        )
    )


def terms_of(
    *,
    issuer: MemberId,
    recipient: MemberId,
    method: str,
    legal_basis: LegalBasis,
    verified_at: int,
    decide_by: int,
) -> Terms:
    """The public terms of one release; times in seconds since 1970."""
    return Terms(
        issuer=issuer,
        recipient=recipient,
        method=method_code(method),
        legal_basis=int(legal_basis),
        verified_on=jst_day(verified_at),
        decide_by=decide_by,
    )
