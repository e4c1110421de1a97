"""Keep the node's index level with the chain, and prove that it is complete.

Decides what to read next, when a fork has to be taken back, and whether the events read are all and only
those that the contract recorded (its running hash, asked at the very block the range ends in). One SQL
transaction per range writes blocks, raw logs, projections and cursor; a crash between two ranges loses
nothing. Does not send. Spec: `historyHead` and `historyCount` in
contracts/src/interfaces/IIdentityHistory.sol.
"""

from __future__ import annotations

import logging
from contextlib import closing
from threading import Lock
from typing import TYPE_CHECKING

from node.chain.ahead import Ahead
from node.chain.digest import block_row
from node.chain.plan import RANGE_MAX_BLOCKS, find_fork
from node.chain.reader import Moved, Reader
from node.chain.rebuild import HISTORY_MISMATCH, mismatch, rebuild
from node.chain.rpc import Refused
from node.chain.shared_run import SharedRun
from node.chain.views import Views, at_block
from node.domain.history import EMPTY_HEAD
from node.errors import Corrupt, NodeError, Unavailable
from node.store.chain_index import ChainIndex, Tip
from node.store.database import snapshot, transaction
from node.store.projection import project, take_back
from node.store.tables.chain import CursorRow, ReorgRow

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Engine
    from sqlmodel import Session

    from node.chain.abi import Artifact
    from node.chain.digest import Digest
    from node.chain.plan import Block
    from node.chain.rpc import Rpc
    from node.chain.witness import Witness
    from node.domain.ledger import IndexStatus

REORG_MAX_BLOCKS = 64
"""Deeper forks need a person. QBFT has none; anvil calls a block final at 64. `sender` stops watching its own
transactions there, so a deeper fork could lose what the node believes recorded."""

KEEP_MARKERS_BLOCKS = 2 * REORG_MAX_BLOCKS
"""Range ends older than this are forgotten: no fork that the node may take back by itself reaches them."""

FORK_STEP = 64
"""Kept blocks compared with the chain per round."""

ATTEMPTS = 5
"""Fresh starts when the chain moves under a read or its answers contradict each other, before saying so."""

_log = logging.getLogger(__name__)


class Indexer:
    """The index of one contract.

    `sync` may run in many threads and processes: the cursor moves by compare-and-set.
    """

    def __init__(
        self,
        engine: Engine,
        rpc: Rpc,
        contract: str,
        *,
        artifact: Artifact,
        deployed_block: int,
        now: Callable[[], int],
        range_blocks: int = RANGE_MAX_BLOCKS,
        witness: Witness | None = None,
        halted_after_s: int = 0,
    ) -> None:
        """Bind; reads nothing yet.

        Args:
            engine: the node's database.
            rpc: the chain node.
            contract: address of IdentityHistory.
            artifact: its ABI.
            deployed_block: height of the block that deployed it; the index begins just below.
            now: the node's clock, seconds since 1970.
            range_blocks: most blocks per `eth_getLogs`.
            witness: a second chain node that has to agree before the view counts as confirmed.
            halted_after_s: age of the newest block at which the chain counts as halted, by `now`; 0 for
                chains that mine on demand.
        """
        self._engine = engine
        self._reader = Reader(rpc, contract)
        self._views = Views(rpc, contract, artifact)
        self._contract = contract
        self._base = max(deployed_block - 1, 0)
        self._now = now
        self._range_blocks = range_blocks
        self._witness = witness
        self._halted_after_s = halted_after_s
        self._lock = Lock()
        self._shared_sync = SharedRun(self._sync)

    def sync(self) -> IndexStatus:
        """Read everything up to the chain's head; who asks during a run shares the next one.

        Raises:
            Unavailable: the chain or database is away, behind the index, or keeps moving; what was read is
            kept. Corrupt: `chain.history_mismatch`, `chain.reorg_too_deep`, `chain.other_chain`,
            `chain.undecodable_log`.
        """
        return self._shared_sync()

    def _sync(self) -> IndexStatus:
        hint = "retry; if it persists, look at the chain's finality"
        reason: NodeError = Unavailable(
            "chain.moving", "the chain kept changing while it was read", hint=hint
        )
        with self._lock:
            for _ in range(ATTEMPTS):
                try:
                    self._catch_up()
                except Moved:
                    continue
                except Corrupt as error:
                    # Answers from both sides of a fork do not fit together either: a lie is told again.
                    if error.code != HISTORY_MISMATCH:
                        raise
                    _log.warning("%s; reading again", error.message)
                    reason = error
                    self._drop_unproven()
                    continue
                return self.status()
        raise reason

    def status(self) -> IndexStatus:
        """How far the index has come; asks the database only."""
        with snapshot(self._engine) as session:
            return ChainIndex(session, self._contract).status()

    def rollback_to(self, number: int) -> Tip:
        """Forget everything above the highest kept block at or below a height, and note it.

        Returns:
            Where the index stands then.

        Raises:
            Corrupt: nothing that low is indexed (`chain.other_chain`).
        """
        now = self._now()
        with transaction(self._engine) as session:
            index = ChainIndex(session, self._contract)
            dropped = index.tip()
            kept = index.kept_blocks(below=number, limit=1)
            if dropped is None or not kept:
                raise _other_chain()
            return self._take_back(session, dropped, fork=kept[0][0], now=now)

    def rebuild(self) -> int:
        """Make every projection anew from the raw logs; see `node.chain.rebuild`."""
        with self._lock, transaction(self._engine) as session:
            return rebuild(session, self._contract)

    def reindex(self) -> IndexStatus:
        """Forget everything and read the chain again from the deployment.

        Raises:
            Unavailable, Corrupt: as `sync`.
        """
        self.rollback_to(self._base)
        return self.sync()

    def _catch_up(self) -> None:
        head = self._reader.head()
        tip = self._standing_tip(self._tip_or_begin(), head)
        ahead = Ahead(self._reader, most=self._range_blocks)
        with closing(ahead.digests(tip, head.number)) as digests:
            for found in digests:
                self._write(found, tip, head)
                tip = found.tip
        self._confirm(tip, head)

    def _tip_or_begin(self) -> Tip:
        with snapshot(self._engine) as session:
            tip = ChainIndex(session, self._contract).tip()
        return tip or self._begin()

    def _begin(self) -> Tip:
        base = self._reader.headers([self._base])[self._base]
        if base is None:
            raise _other_chain()
        child = self._reader.headers([self._base + 1])[self._base + 1]
        if child is not None and child.parent_hash != base.hash:
            raise Moved  # everything will rest on this block: two answers must agree on it
        tip = Tip(base.number, base.hash, base.time, EMPTY_HEAD, 0)
        cursor = CursorRow(
            contract=self._contract,
            chain_id=self._views.chain_id(),
            number=base.number,
            hash=base.hash,
            time=base.time,
            chain_head=base.number,
            checked_at=0,
        )
        with transaction(self._engine) as session:
            # Not a marker: it stays for ever, as proof that the index belongs to this chain.
            block = block_row(base, tip.history_head, 0, is_marker=False)
            ChainIndex(session, self._contract).start(cursor, block)
        return tip

    def _standing_tip(self, tip: Tip, head: Block) -> Tip:
        """The tip if the chain still has it; otherwise roll back to where the chains part."""
        if head.number < tip.number:
            # A lagging endpoint looks the same as a shorter fork. A fork soon grows longer, so waiting is
            # always right.
            hint = "retry; check that the chain node is in sync"
            raise Unavailable("chain.behind", "the chain node is behind the index", hint=hint)
        if self._hashes([tip.number])[tip.number] == tip.hash:
            return tip
        fork = self._find_fork(tip)
        if fork == tip.number:
            raise Moved  # it stands after all: the chain node has told two stories
        now = self._now()
        with transaction(self._engine) as session:
            index = ChainIndex(session, self._contract)
            if index.tip() != tip:
                raise Moved
            return self._take_back(session, tip, fork=fork, now=now)

    def _find_fork(self, tip: Tip) -> int:
        below = tip.number
        while True:
            with snapshot(self._engine) as session:
                kept = ChainIndex(session, self._contract).kept_blocks(below=below, limit=FORK_STEP)
            if not kept:
                raise _other_chain()
            fork = find_fork(kept, self._hashes([number for number, _ in kept]))
            fallen = [number for number, _ in kept if fork is None or number > fork]
            if fallen and tip.number - fallen[-1] >= REORG_MAX_BLOCKS:
                raise self._too_deep()
            if fork is not None:
                return self._checked_fork(fork, tip)
            below = kept[-1][0] - 1

    def _checked_fork(self, fork: int, tip: Tip) -> int:
        # Losing every event means losing the deployment: development chains may share a mere genesis.
        if fork == self._base and tip.history_count > 0:
            raise _other_chain()
        return fork

    def _too_deep(self) -> Corrupt:
        base = self._hashes([self._base])[self._base]
        with snapshot(self._engine) as session:
            kept = ChainIndex(session, self._contract).kept_blocks(below=self._base, limit=1)
        if not kept or kept[0][1] != base:
            return _other_chain()
        hint = "find out why final blocks changed; then: rireki db reindex"
        message = f"the chain replaced more than {REORG_MAX_BLOCKS} blocks"
        return Corrupt("chain.reorg_too_deep", message, hint=hint)

    def _hashes(self, numbers: list[int]) -> dict[int, bytes | None]:
        headers = self._reader.headers(numbers)
        return {number: header.hash if header else None for number, header in headers.items()}

    def _take_back(self, session: Session, dropped: Tip, *, fork: int, now: int) -> Tip:
        index = ChainIndex(session, self._contract)
        events = index.count_logs(above=fork)
        take_back(session, above=fork)
        tip = index.tip()
        cursor = index.cursor()
        assert tip is not None
        assert cursor is not None
        if not index.advance(tip, was=dropped.hash, chain_head=cursor.chain_head):
            raise Moved
        _log.warning("rolled back from block %d to %d, %d events", dropped.number, tip.number, events)
        index.note_reorg(
            ReorgRow(
                noticed_at=now,
                fork_number=tip.number,
                fork_hash=tip.hash,
                dropped_number=dropped.number,
                dropped_hash=dropped.hash,
                dropped_events=events,
            )
        )
        return tip

    def _write(self, found: Digest, tip: Tip, head: Block) -> None:
        self._check_history(found.tip, is_head=found.tip.number == head.number)
        with transaction(self._engine) as session:
            index = ChainIndex(session, self._contract)
            if not index.advance(found.tip, was=tip.hash, chain_head=head.number):
                raise Moved
            index.write(found.blocks, found.logs)
            project(session, found.events)
            index.drop_markers(below=found.tip.number - KEEP_MARKERS_BLOCKS)

    def _check_history(self, tip: Tip, *, is_head: bool) -> None:
        try:
            expected = self._views.history(block=at_block(tip.hash))
        except Refused:
            # Nodes that keep few old states cannot answer here; the hash runs on, so the head's check covers
            # this range too, and `_drop_unproven` takes it back if that fails.
            if is_head:
                raise
            return
        if expected != (tip.history_head, tip.history_count):
            raise mismatch()

    def _drop_unproven(self) -> None:
        """Roll back to the last kept block at which the contract agrees with the index.

        A range whose check the chain node refused to answer may have been a lie.
        """
        newest = tip = self._tip_or_begin()
        while tip.number > self._base and not self._agrees(tip):
            with snapshot(self._engine) as session:
                lower = ChainIndex(session, self._contract).tip(below=tip.number)
            if lower is None:
                raise _other_chain()
            tip = lower
        if tip.number < newest.number:
            self.rollback_to(tip.number)

    def _agrees(self, tip: Tip) -> bool:
        """Whether the contract had the index's running hash in that block; yes where nobody can tell."""
        try:
            return self._views.history(block=at_block(tip.hash)) == (tip.history_head, tip.history_count)
        except Refused:
            return True

    def _confirm(self, tip: Tip, head: Block) -> None:
        if tip.hash != head.hash:
            raise Moved
        self._check_history(tip, is_head=True)
        if self._witness is not None:
            self._witness.confirm(tip)
        if self._halted_after_s and self._now() - tip.time > self._halted_after_s:
            hint = "ask the validators; what the node knows may be out of date"
            raise Unavailable("chain.halted", "the chain answers but makes no blocks", hint=hint)
        now = self._now()
        with transaction(self._engine) as session:
            index = ChainIndex(session, self._contract)
            if not index.confirm(at_hash=tip.hash, chain_head=head.number, now=now):
                raise Moved


def _other_chain() -> Corrupt:
    hint = "check rpc_url, contract_address and deployed_block; this index belongs to another chain"
    return Corrupt(
        "chain.other_chain", "the chain does not contain the block the index began with", hint=hint
    )
