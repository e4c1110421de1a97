"""Names for look-alike values, so that one cannot be passed for another.

Decides nothing. Member ids are given by the contract; every other identifier is random or a commitment, never
computed from personal data.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NewType

MemberId = NewType("MemberId", int)
"""uint16 given by the contract, from 1."""

RecordId = NewType("RecordId", str)
"""Random name of one verification record inside its issuer's node; never leaves it."""

AttestationId = NewType("AttestationId", bytes)
"""32 bytes, as on chain."""

MethodId = NewType("MethodId", str)
"""Stable name of a verification method, e.g. "jp.chip+face"; see `methods`."""

JstDay = NewType("JstDay", int)
"""Japanese calendar days since 1970-01-01; see `days`."""


@dataclass(frozen=True, slots=True)
class Ledger:
    """One deployed history; part of every commitment, so that nothing replays on another deployment.

    Attributes:
        chain_id: EIP-155 chain id.
        contract: address of IdentityHistory, 0x-prefixed; letter case does not matter.
    """

    chain_id: int
    contract: str

    def urn(self, member: MemberId) -> str:
        """Name of a member in credentials and consent receipts: unique across deployments."""
        return f"urn:rireki:{self.chain_id}:{self.contract.lower()}:{member}"
