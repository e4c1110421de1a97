"""Salted versions of a record: secrets go to the vault, leaves into the queue for the next anchor."""

from __future__ import annotations

from typing import Protocol

from node.domain.attestation import Attestation
from node.domain.canonical import canonical_bytes
from node.domain.ids import Ledger
from node.domain.record import VerificationRecord
from node.domain.register import Leaf, versions_file
from node.domain.versions import VERSION_COUNT, leaf_of, make_versions
from node.ports import Randomness, Repository, Vault

LOW = VERSION_COUNT // 4
"""With so many versions left the next ones are made, so that they are anchored before they are needed."""


class VersionsUnit(Protocol):
    """What is needed of a transaction."""

    vault: Vault
    leaves: Repository[Leaf]
    attestations: Repository[Attestation]


def prepare_versions(
    unit: VersionsUnit,
    record_id: str,
    record: VerificationRecord,
    ledger: Ledger,
    *,
    randomness: Randomness,
    now: int,
    first: int = 0,
) -> None:
    """Make `VERSION_COUNT` versions of the bound record, numbered from `first`."""
    versions = make_versions(record.attributes, randomness=randomness, first=first)
    kept = {"versions": [version.to_json() for version in versions]}
    unit.vault.put(record_id, versions_file(first), canonical_bytes(kept))
    for version in versions:
        unit.leaves.add(Leaf(leaf_of(record, version, ledger).hex(), record_id, version.number, now))


def replenish_versions(
    unit: VersionsUnit,
    record_id: str,
    record: VerificationRecord,
    ledger: Ledger,
    *,
    randomness: Randomness,
    now: int,
) -> None:
    """Make the next versions when few are left; nothing otherwise."""
    made = len(unit.leaves.find(record_id=record_id))
    if made - len(unit.attestations.find(record_id=record_id)) <= LOW:
        prepare_versions(unit, record_id, record, ledger, randomness=randomness, now=now, first=made)
