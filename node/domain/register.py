"""The issuer's register: which records exist, whether they may be released, and what is anchored.

Entities and state changes only. The records' contents lie in the vault under the record id (names below); the
leaf values here are commitments with 256 random bits and say nothing once the vault's secrets are destroyed.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum

from node.errors import InvalidInput

RECORD_FILE = "record.json"
"""Vault name of the record as written at the verification: RFC 8785 bytes of `VerificationRecord.to_json`."""

BOUND_RECORD_FILE = "record-bound.json"
"""Vault name of the record with the customer's passkey; what is released."""

SELFIE_FILE = "selfie.png"
"""Vault name of the best live frame."""

PORTRAIT_FILE = "portrait"
"""Vault name of the document's photograph as stored on it."""


def versions_file(first: int) -> str:
    """Vault name of the secrets of versions made together: `{"versions": [SaltedVersion.to_json(), ...]}`.

    Args:
        first: number of the first of them.
    """
    return f"versions-{first}.json"


class RecordState(StrEnum):
    """Whether a record may be released to others."""

    UNBOUND = "unbound"
    """No passkey yet."""
    ATTESTABLE = "attestable"
    WITHDRAWN = "withdrawn"
    """The customer withdrew consent for the future."""
    REVOKED = "revoked"
    """This member no longer stands behind it."""
    NOT_RELEASABLE = "not_releasable"
    """Rests on another member's record."""
    ERASED = "erased"
    """Its retention ended; nothing personal is left."""


@dataclass(frozen=True, slots=True)
class RecordEntry:
    """One verification record.

    Attributes:
        record_id: random hex.
        case_id: the case or reuse it came from.
        method: stable method id.
        verified_at: seconds since 1970.
        digest: hex SHA-256 of the bytes stored as `RECORD_FILE`.
        state: a `RecordState` value.
        created_at: seconds since 1970.
        closed_at: when it was withdrawn, revoked or erased, or None.
        closed_reason: the coarse reason of a revocation, or None.
    """

    record_id: str
    case_id: str
    method: str
    verified_at: int
    digest: str
    state: str
    created_at: int
    closed_at: int | None = None
    closed_reason: str | None = None

    @property
    def is_attestable(self) -> bool:
        """Whether it may be released now."""
        return self.state == RecordState.ATTESTABLE

    def bound(self) -> RecordEntry:
        """A passkey was bound ("binding.exists" when one was before)."""
        if self.state != RecordState.UNBOUND:
            raise InvalidInput(
                "binding.exists", "this record takes no passkey any more", hint="verify the customer again"
            )
        return replace(self, state=RecordState.ATTESTABLE.value)

    def withdrawn(self, *, now: int) -> RecordEntry:
        """The customer stops future sharing; repeating it changes nothing."""
        if self.state in {RecordState.WITHDRAWN, RecordState.REVOKED, RecordState.ERASED}:
            return self
        return replace(self, state=RecordState.WITHDRAWN.value, closed_at=now)

    def revoked(self, *, reason: str, now: int) -> RecordEntry:
        """The member withdraws it; repeating it changes nothing."""
        if self.state in {RecordState.REVOKED, RecordState.ERASED}:
            return self
        return replace(self, state=RecordState.REVOKED.value, closed_at=now, closed_reason=reason)

    def erased(self, *, now: int) -> RecordEntry:
        """What is known of the customer was destroyed; repeating it changes nothing."""
        if self.state == RecordState.ERASED:
            return self
        return replace(self, state=RecordState.ERASED.value, closed_at=now)


@dataclass(frozen=True, slots=True)
class Leaf:
    """The leaf of one salted version.

    Attributes:
        leaf_id: hex of the leaf value.
        record_id: whose version it is.
        number: of the version within the record.
        created_at: seconds since 1970.
        batch_id: the anchor batch it went into, or None while it waits.
        proof: hex siblings up to the batch's root; empty while it waits.
    """

    leaf_id: str
    record_id: str
    number: int
    created_at: int
    batch_id: str | None = None
    proof: list[str] = field(default_factory=list)


class BatchState(StrEnum):
    """What became of an anchor."""

    SENT = "sent"
    ANCHORED = "anchored"
    FAILED = "failed"
    """The contract refused it; its leaves wait again."""


@dataclass(frozen=True, slots=True)
class AnchorBatch:
    """One Merkle root over waiting leaves.

    Attributes:
        batch_id: hex of the root.
        intent_id: the outbox intent of `anchor`.
        size: leaves with padding.
        state: a `BatchState` value.
        created_at: seconds since 1970.
        anchored_at: block time, or None.
        tx_hash: 0x-hex of the transaction, or None.
    """

    batch_id: str
    intent_id: str
    size: int
    state: str
    created_at: int
    anchored_at: int | None = None
    tx_hash: str | None = None
