"""The ledger as use cases see it: write by intent, read the index, ask the chain where freshness decides.

Implements the ledger ports over `sender`, `indexer` and `views`. Writing has two steps on purpose: inside the
use case's own transaction an intent is queued beside whatever else is recorded; outside, `settle` brings it
onto the chain. A crash between the two loses neither.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from node.chain.decoder import decode_log
from node.chain.reader import Reader
from node.domain.ids import Ledger
from node.domain.ledger import HistoryEntry, Position
from node.errors import InvalidInput
from node.store.attestations import PAGE
from node.store.chain_index import ChainIndex
from node.store.ledger import LedgerView

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlmodel import Session

    from node.chain.calls import Calls, ContractCall
    from node.chain.indexer import Indexer
    from node.chain.proposals import Proposal
    from node.chain.rpc import Rpc
    from node.chain.sender import Sender
    from node.chain.views import Views
    from node.domain.events import AttestationState, KeySet, ReasonClass, Terms
    from node.domain.ledger import IndexStatus, Intent

SETTLE_TIMEOUT_S = 30.0
"""Fifteen QBFT blocks of 2 s; a customer is waiting."""


class LedgerUnit(LedgerView):
    """The ledger within one open transaction: everything `LedgerView` reads, and writes that queue an intent.

    Every write takes the caller's own unique name for it; the same name and call again give the same intent.
    All raise InvalidInput `intent.reused` (same name, another call) and `ledger.read_only` (node without a
    signing account).
    """

    def __init__(self, session: Session, contract: str, sender: Sender | None, calls: Calls) -> None:
        """Bind to a session."""
        super().__init__(session)
        self._contract = contract
        self._sender = sender
        self._calls = calls

    def anchor(self, intent_id: str, root: bytes, *, size: int) -> Intent:
        """Prove that `size` leaves under a 32-byte root existed by then."""
        return self._submit(intent_id, self._calls.anchor(root, size))

    def attest(self, intent_id: str, attestation_id: bytes, *, terms: Terms) -> Intent:
        """Record a consented release."""
        return self._submit(intent_id, self._calls.attest(attestation_id, terms))

    def attest_many(self, intent_id: str, items: Sequence[tuple[bytes, Terms]]) -> Intent:
        """Record many releases, all or none."""
        return self._submit(intent_id, self._calls.attest_many(items))

    def decide(self, intent_id: str, attestation_id: bytes, *, commitment: bytes) -> Intent:
        """Record the decision of this member, the recipient."""
        return self._submit(intent_id, self._calls.decide(attestation_id, commitment))

    def revoke(self, intent_id: str, attestation_ids: Sequence[bytes], *, reason: ReasonClass) -> Intent:
        """Withdraw attestations of this member, all or none."""
        return self._submit(intent_id, self._calls.revoke(attestation_ids, reason))

    def propose(self, intent_id: str, proposal: Proposal) -> Intent:
        """Put an action to the vote; `node.chain.proposals` makes them."""
        return self._submit(intent_id, self._calls.propose(*proposal))

    def approve(self, intent_id: str, proposal_id: int) -> Intent:
        """Approve a proposal."""
        return self._submit(intent_id, self._calls.approve(proposal_id))

    def publish_keys(self, intent_id: str, keys: KeySet) -> Intent:
        """Publish this member's keys, valid from their block on."""
        return self._submit(intent_id, self._calls.publish_keys(keys))

    def declare_compromised(self, intent_id: str, *, since: int) -> Intent:
        """Disown what this member's record key signed at or after `since`."""
        return self._submit(intent_id, self._calls.declare_compromised(since))

    def history(self, *, after: Position | None = None, limit: int = PAGE) -> list[HistoryEntry]:
        """Events of every kind, in order, from behind a position."""
        place = (after.block_number, after.log_index) if after else None
        rows = ChainIndex(self._session, self._contract).logs(after=place, limit=limit)
        return [
            HistoryEntry(
                Position(block.number, log.log_index, block.time),
                log.tx_hash,
                decode_log(log.topics, log.data).event,
            )
            for block, log in rows
        ]

    def intent(self, intent_id: str) -> Intent:
        """What became of an intent so far. Raises InvalidInput (`intent.unknown`, `ledger.read_only`)."""
        if self._sender is None:
            raise _read_only()
        return self._sender.intent_within(self._session, intent_id)

    def _submit(self, intent_id: str, call: ContractCall) -> Intent:
        if self._sender is None:
            raise _read_only()
        return self._sender.submit(self._session, intent_id, call)


class ChainLedger:
    """The ledger outside transactions."""

    def __init__(
        self,
        *,
        rpc: Rpc,
        contract: str,
        chain_id: int,
        calls: Calls,
        views: Views,
        indexer: Indexer,
        sender: Sender | None,
    ) -> None:
        """Bind parts that `node.chain.connect` made."""
        self.ledger = Ledger(chain_id, contract)
        self.indexer = indexer
        self.sender = sender
        self._calls = calls
        self._views = views
        self._reader = Reader(rpc, contract)
        self._is_known = False

    @property
    def chain_id(self) -> int:
        """EIP-155 chain id."""
        return self.ledger.chain_id

    @property
    def contract(self) -> str:
        """Address of IdentityHistory."""
        return self.ledger.contract

    def within(self, session: Session) -> LedgerUnit:
        """The ledger inside an open transaction."""
        return LedgerUnit(session, self.contract, self.sender, self._calls)

    def settle(self, intent_id: str, timeout_s: float = SETTLE_TIMEOUT_S) -> Intent:
        """Bring an intent onto the chain and say what became of it; call outside transactions.

        Returns:
            The settled intent: recorded, or failed with the contract's code.

        Raises:
            InvalidInput: `intent.unknown`, `ledger.read_only`.
            Unavailable: `chain.unreachable`, `chain.pending`, ...; the intent stays in the outbox.
        """
        sender = self._sending()
        self.require_chain()
        return sender.wait(intent_id, timeout_s)

    def intent(self, intent_id: str) -> Intent:
        """What became of an intent so far. Raises InvalidInput (`intent.unknown`, `ledger.read_only`)."""
        return self._sending().intent(intent_id)

    def flush(self) -> None:
        """Move every intent as far as it can go now, and follow those under way. Raises Unavailable."""
        self.require_chain()
        if self.sender is not None:
            self.sender.flush()
            self.sender.watch()

    def require_chain(self) -> None:
        """Make sure, once, that this is the chain and the contract that the settings name.

        A transaction to an address without code succeeds and records nothing, so writing begins here.

        Raises:
            Unavailable: `chain.wrong_chain`, `chain.no_contract`, or the chain is away.
        """
        if not self._is_known:
            self._views.require_chain(self.chain_id)
            self._is_known = True

    def reconcile(self) -> None:
        """Once after a start: find out what became of all intents under way. Raises Unavailable."""
        self.require_chain()
        if self.sender is not None:
            self.sender.reconcile()

    def head(self) -> tuple[bytes, int]:
        """(running hash, event count) as the contract says this moment. Raises Unavailable."""
        return self._views.history()

    def sync(self) -> IndexStatus:
        """Bring the index level with the chain. Raises as `require_chain` and `Indexer.sync`."""
        self.require_chain()
        return self.indexer.sync()

    def status(self) -> IndexStatus:
        """How complete the index is; asks the database only."""
        return self.indexer.status()

    def status_of(self, attestation_id: bytes) -> tuple[AttestationState, Terms]:
        """State and terms as the chain has them this moment. Raises Unavailable."""
        return self._views.status_of(attestation_id)

    def is_valid(self, attestation_id: bytes) -> bool:
        """Whether a decision could rest on this attestation this moment. Raises Unavailable."""
        return self._views.is_valid(attestation_id)

    def now(self) -> int:
        """Time of the chain's newest block, seconds since 1970. Raises Unavailable."""
        return self._reader.head().time

    def _sending(self) -> Sender:
        if self.sender is None:
            raise _read_only()
        return self.sender


def _read_only() -> InvalidInput:
    hint = "set keystore; a regulator's node may do without"
    return InvalidInput("ledger.read_only", "this node has no signing account", hint=hint)
