"""Whether a customer's verification fits what a recipient asked, and which salted version would go out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from node.domain.attributes import Attribute
from node.domain.canonical import parse_object
from node.domain.days import jst_day
from node.domain.ids import AttestationId
from node.domain.record import VerificationRecord
from node.domain.register import (
    BOUND_RECORD_FILE,
    AnchorBatch,
    BatchState,
    Leaf,
    RecordEntry,
    versions_file,
)
from node.domain.release import AnchorProof
from node.domain.request import ReuseRequest
from node.domain.versions import VERSION_COUNT, SaltedVersion
from node.errors import Corrupt, InvalidInput
from node.ports import Repository, Vault
from node.usecases.reuse_ports import ReuseUnit


@dataclass(frozen=True, slots=True)
class Release:
    """One unused, anchored version of a record.

    Attributes:
        entry: the record in the register.
        leaf: of the version.
        proof: that the leaf is anchored.
    """

    entry: RecordEntry
    leaf: Leaf
    proof: AnchorProof


def next_release(unit: ReuseUnit, record_id: str, asked: ReuseRequest, *, now: int) -> Release:
    """The version to release next.

    Raises:
        InvalidInput: `release.not_attestable`, `release.method`, `release.too_old`, `release.not_anchored`.
    """
    entry = unit.records.get(record_id)
    if not entry.is_attestable:
        raise InvalidInput(
            "release.not_attestable", f"this verification is {entry.state} and cannot be shared"
        )
    if entry.method not in asked.methods:
        raise InvalidInput("release.method", "the recipient does not accept the way you were verified")
    if jst_day(now) - jst_day(entry.verified_at) > asked.max_age_days:
        raise InvalidInput("release.too_old", "the verification is older than the recipient accepts")
    used = {attestation.version for attestation in unit.attestations.find(record_id=record_id)}
    leaves = unit.leaves.find(record_id=record_id)
    anchored = anchored_batches(unit.anchor_batches, leaves)
    free = [leaf for leaf in leaves if leaf.number not in used and leaf.batch_id in anchored]
    if not free:
        raise InvalidInput(
            "release.not_anchored",
            "no unused version of this verification is anchored yet",
            hint="try again in some minutes",
        )
    leaf = min(free, key=lambda candidate: candidate.number)
    return Release(entry, leaf, _proof(leaf))


def anchored_batches(batches: Repository[AnchorBatch], leaves: Iterable[Leaf]) -> set[str]:
    """Which of the leaves' batches are on chain."""
    ids = {leaf.batch_id for leaf in leaves if leaf.batch_id is not None}
    return {one for one in ids if batches.get(one).state == BatchState.ANCHORED}


def load_record(vault: Vault, record_id: str) -> VerificationRecord:
    """The record as bound to the customer's passkey."""
    return VerificationRecord.from_json(
        parse_object(vault.get(record_id, BOUND_RECORD_FILE), code="record.corrupt")
    )


def load_version(vault: Vault, record_id: str, number: int) -> SaltedVersion:
    """The secrets of one version. Raises Corrupt (`version.corrupt`)."""
    first = number - number % VERSION_COUNT
    body = parse_object(vault.get(record_id, versions_file(first)), code="version.corrupt")
    versions = (SaltedVersion.from_json(item) for item in body["versions"])
    found = next((version for version in versions if version.number == number), None)
    if found is None:
        raise Corrupt(
            "version.corrupt", "a salted version is missing from the vault", hint="restore the vault"
        )
    return found


def missing_attributes(record: VerificationRecord, asked: ReuseRequest) -> tuple[Attribute, ...]:
    """What the recipient requires and this record cannot show."""
    return tuple(attribute for attribute in asked.attributes if attribute not in record.attributes)


def transfer_file(attestation_id: AttestationId) -> str:
    """Vault name, under the record, of what was released."""
    return f"release-{attestation_id.hex()}.json"


def sealed_file(attestation_id: AttestationId) -> str:
    """Vault name, under the record, of the sealed transfer."""
    return f"release-{attestation_id.hex()}.sealed"


def code_file(attestation_id: AttestationId) -> str:
    """Vault name, under the record, of the authorization code."""
    return f"release-{attestation_id.hex()}.code"


def _proof(leaf: Leaf) -> AnchorProof:
    if leaf.batch_id is None:
        raise Corrupt("leaf.no_batch", "an anchored leaf has no batch", hint="restore a backup")
    return AnchorProof(bytes.fromhex(leaf.batch_id), tuple(bytes.fromhex(item) for item in leaf.proof))
