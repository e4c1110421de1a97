"""Writes to the chain from inside a use case's transaction: an intent in the outbox beside the state change.

Decides nothing: `node.chain.ledger` does the work, this gives it the caller's open session.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from node.errors import InvalidInput, Unavailable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlmodel import Session

    from node.chain.ledger import ChainLedger
    from node.domain.events import ReasonClass, Terms
    from node.domain.ledger import IndexStatus, Intent


class OpenUnit(Protocol):
    """Anything that carries the open database session."""

    @property
    def session(self) -> Session: ...


class OutboxHistory:
    """Implements the history ports of the use cases."""

    def __init__(self, ledger: ChainLedger) -> None:
        """Write through this ledger."""
        self._ledger = ledger

    def anchor(self, unit: OpenUnit, intent_id: str, root: bytes, size: int) -> Intent:
        """Queue an anchor."""
        return self._ledger.within(unit.session).anchor(intent_id, root, size=size)

    def attest(self, unit: OpenUnit, intent_id: str, attestation_id: bytes, terms: Terms) -> Intent:
        """Queue a release."""
        return self._ledger.within(unit.session).attest(intent_id, attestation_id, terms=terms)

    def decide(self, unit: OpenUnit, intent_id: str, attestation_id: bytes, commitment: bytes) -> Intent:
        """Queue a decision."""
        return self._ledger.within(unit.session).decide(intent_id, attestation_id, commitment=commitment)

    def revoke(
        self, unit: OpenUnit, intent_id: str, attestation_ids: Sequence[bytes], reason: ReasonClass
    ) -> Intent:
        """Queue a revocation."""
        return self._ledger.within(unit.session).revoke(intent_id, attestation_ids, reason=reason)

    def intent(self, unit: OpenUnit, intent_id: str) -> Intent | None:
        """What became of an intent, or None when there is none of that name."""
        try:
            return self._ledger.within(unit.session).intent(intent_id)
        except InvalidInput:
            return None

    def flush(self) -> None:
        """Bring queued intents onto the chain; while the chain is away they stay queued."""
        try:
            self._ledger.flush()
        except Unavailable:
            return

    def sync(self) -> IndexStatus:
        """Read up to the chain's head. Raises Unavailable, Corrupt."""
        return self._ledger.sync()

    def status(self) -> IndexStatus:
        """How complete the node's own view is."""
        return self._ledger.status()

    def head(self) -> tuple[bytes, int]:
        """(running hash, event count) as the contract says now. Raises Unavailable."""
        return self._ledger.head()
