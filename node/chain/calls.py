"""The contract's writing functions as calldata with a gas limit. Pure; sends nothing.

Gas limits are static (one node may not know another's state, and an estimate costs a round trip): about twice
what each function was measured to need, below the 2^24 cap of EIP-7825. Unused gas costs nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from node.chain.abi import load_artifact

if TYPE_CHECKING:
    from collections.abc import Sequence

    from node.chain.abi import Artifact
    from node.domain.events import Action, KeySet, ReasonClass, Terms

GAS_SINGLE = 300_000
"""anchor, attest, decide, declareCompromised: one to three new slots and an event."""

GAS_VOTE = 1_000_000
"""propose, approve: a vote may carry and then admit a member."""

GAS_KEYS = 500_000
"""publishKeys: some 1.5 kB of calldata and event data."""

GAS_BATCH_BASE = 100_000
GAS_BATCH_ITEM = 80_000
"""attestMany, revoke: per item."""

BATCH_MAX = 150
"""Items per batch: stays under 2^24 gas (EIP-7825)."""


@dataclass(frozen=True, slots=True)
class ContractCall:
    """What to send: a function's name, its calldata and its gas limit."""

    method: str
    data: bytes
    gas: int


class Calls:
    """Encodes calls of one contract."""

    def __init__(self, artifact: Artifact | None = None) -> None:
        """Use the committed artifact unless another is given."""
        self._functions = (artifact or load_artifact()).functions

    def anchor(self, root: bytes, size: int) -> ContractCall:
        """Prove that the records under `root` existed by this block."""
        return self._call("anchor", GAS_SINGLE, root, size)

    def attest(self, attestation_id: bytes, terms: Terms) -> ContractCall:
        """Record a consented release."""
        return self._call("attest", GAS_SINGLE, attestation_id, _terms(terms))

    def attest_many(self, items: Sequence[tuple[bytes, Terms]]) -> ContractCall:
        """Record many releases, all or none."""
        ids = [attestation_id for attestation_id, _ in items]
        return self._call("attestMany", _batch_gas(len(items)), ids, [_terms(terms) for _, terms in items])

    def decide(self, attestation_id: bytes, commitment: bytes) -> ContractCall:
        """Record the recipient's decision."""
        return self._call("decide", GAS_SINGLE, attestation_id, commitment)

    def revoke(self, attestation_ids: Sequence[bytes], reason: ReasonClass) -> ContractCall:
        """Withdraw attestations, all or none."""
        return self._call("revoke", _batch_gas(len(attestation_ids)), list(attestation_ids), int(reason))

    def propose(self, action: Action, payload: bytes) -> ContractCall:
        """Put an action to the vote; `node.chain.proposals` makes payloads."""
        return self._call("propose", GAS_VOTE, int(action), payload)

    def approve(self, proposal_id: int) -> ContractCall:
        """Approve a proposal."""
        return self._call("approve", GAS_VOTE, proposal_id)

    def publish_keys(self, keys: KeySet) -> ContractCall:
        """Publish the sender's keys."""
        values = (keys.record_key, keys.transfer_key, keys.endpoint, keys.licence, keys.supervisor)
        return self._call("publishKeys", GAS_KEYS, values)

    def declare_compromised(self, since: int) -> ContractCall:
        """Disown what the sender's record key signed at or after `since`."""
        return self._call("declareCompromised", GAS_SINGLE, since)

    def _call(self, method: str, gas: int, *values: Any) -> ContractCall:
        return ContractCall(method, self._functions[method].encode(*values), gas)


def _terms(terms: Terms) -> tuple[int, int, bytes, int, int, int]:
    return (
        terms.issuer,
        terms.recipient,
        terms.method,
        terms.legal_basis,
        terms.verified_on,
        terms.decide_by,
    )


def _batch_gas(items: int) -> int:
    return GAS_BATCH_BASE + GAS_BATCH_ITEM * items
