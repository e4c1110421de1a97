"""Writes to the chain from inside a use case's transaction: an intent in the outbox beside the state change.

Decides nothing: `node.chain.ledger` does the work, this gives it the caller's open session.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from node.errors import InvalidInput, Unavailable
from node.store.unit import Unit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlmodel import Session

    from node.chain.ledger import ChainLedger
    from node.domain.events import ReasonClass, Terms
    from node.domain.ledger import IndexStatus, Intent


def _session(unit: object) -> Session:
    """The open session behind a use case's unit; no port names it: use cases have no business with it."""
    assert isinstance(unit, Unit)
    return unit.session


class OutboxHistory:
    """Implements the history ports of the use cases."""

    def __init__(self, ledger: ChainLedger) -> None:
        """Write through this ledger."""
        self._ledger = ledger

    def anchor(self, unit: object, intent_id: str, root: bytes, size: int) -> Intent:
        """Queue an anchor."""
        return self._ledger.within(_session(unit)).anchor(intent_id, root, size=size)

    def attest(self, unit: object, intent_id: str, attestation_id: bytes, terms: Terms) -> Intent:
        """Queue a release."""
        return self._ledger.within(_session(unit)).attest(intent_id, attestation_id, terms=terms)

    def decide(self, unit: object, intent_id: str, attestation_id: bytes, commitment: bytes) -> Intent:
        """Queue a decision."""
        return self._ledger.within(_session(unit)).decide(intent_id, attestation_id, commitment=commitment)

    def revoke(
        self, unit: object, intent_id: str, attestation_ids: Sequence[bytes], reason: ReasonClass
    ) -> Intent:
        """Queue a revocation."""
        return self._ledger.within(_session(unit)).revoke(intent_id, attestation_ids, reason=reason)

    def intent(self, unit: object, intent_id: str) -> Intent | None:
        """What became of an intent, or None when there is none of that name."""
        try:
            return self._ledger.within(_session(unit)).intent(intent_id)
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
