"""Prove on chain that the waiting versions existed: many records' leaves under one root, shuffled and padded.

Run by a job. A batch is queued with its leaves in one transaction, counts as anchored when the node's index
has seen the root on chain, and gives its leaves back when the contract refused it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from node.domain.ids import MemberId
from node.domain.ledger import IntentState
from node.domain.merkle import build_tree
from node.domain.register import AnchorBatch, BatchState, Leaf
from node.ports import Clock, Randomness
from node.usecases.transaction import IssuerHistory, Transactions, VerificationUnit

MAX_LEAVES = 65_536
"""Per batch: 4,096 records; building the tree takes well under a second and a proof has 16 siblings."""


@dataclass(frozen=True, slots=True)
class AnchorProgress:
    """What one run did.

    Attributes:
        anchored: batches seen on chain since the last run.
        failed: batches that the contract refused.
        queued: leaves that went into a new batch.
    """

    anchored: int
    failed: int
    queued: int


@dataclass(frozen=True)
class AnchorPending:
    """Settle what was sent, queue what waits."""

    transaction: Transactions
    snapshot: Transactions
    clock: Clock
    randomness: Randomness
    history: IssuerHistory
    member_id: Callable[[], MemberId]

    def __call__(self) -> AnchorProgress:
        """Run once; idempotent."""
        if not self._has_work():
            return AnchorProgress(0, 0, 0)
        issuer = self.member_id()
        with self.transaction() as unit:
            outcomes = [
                self._settle(unit, b, issuer) for b in unit.anchor_batches.find(state=BatchState.SENT.value)
            ]
        with self.transaction() as unit:
            queued = self._queue(unit, unit.leaves.find(batch_id=None)[:MAX_LEAVES])
        return AnchorProgress(
            anchored=outcomes.count(BatchState.ANCHORED),
            failed=outcomes.count(BatchState.FAILED),
            queued=queued,
        )

    def _has_work(self) -> bool:
        with self.snapshot() as unit:
            sent = unit.anchor_batches.page(after=None, limit=1, state=BatchState.SENT.value)
            return bool(sent or unit.leaves.page(after=None, limit=1, batch_id=None))

    def _settle(self, unit: VerificationUnit, batch: AnchorBatch, issuer: MemberId) -> BatchState:
        intent = self.history.intent(unit, batch.intent_id)
        tx_hash = "0x" + intent.tx_hash.hex() if intent and intent.tx_hash else None
        anchored_at = unit.ledger.anchored_at(issuer, bytes.fromhex(batch.batch_id))
        if anchored_at is not None:
            done = replace(batch, state=BatchState.ANCHORED.value, anchored_at=anchored_at, tx_hash=tx_hash)
            unit.anchor_batches.replace(done, was=batch)
            return BatchState.ANCHORED
        if intent is not None and intent.state is IntentState.FAILED:
            for leaf in unit.leaves.find(batch_id=batch.batch_id):
                unit.leaves.replace(replace(leaf, batch_id=None, proof=[]), was=leaf)
            unit.anchor_batches.replace(replace(batch, state=BatchState.FAILED.value), was=batch)
            return BatchState.FAILED
        return BatchState.SENT

    def _queue(self, unit: VerificationUnit, leaves: Sequence[Leaf]) -> int:
        if not leaves:
            return 0
        tree = build_tree([bytes.fromhex(leaf.leaf_id) for leaf in leaves], randomness=self.randomness)
        batch_id = tree.root.hex()
        intent_id = f"anchor:{batch_id}"
        unit.anchor_batches.add(
            AnchorBatch(batch_id, intent_id, tree.size, BatchState.SENT.value, self.clock.now())
        )
        for leaf in leaves:
            proof = [sibling.hex() for sibling in tree.proof(bytes.fromhex(leaf.leaf_id))]
            unit.leaves.replace(replace(leaf, batch_id=batch_id, proof=proof), was=leaf)
        self.history.anchor(unit, intent_id, tree.root, tree.size)
        return len(leaves)
