"""Pick up every reuse where it was left: after a restart, a peer's absence, a page closed too early.

Each step is its own use case and moves only what is ready; this one calls them in order.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass

from node.domain.reuse import FINISH_WITHIN_S, Reuse, ReuseState
from node.errors import InvalidInput, NodeError
from node.usecases.decide_reuse import DecideReuse
from node.usecases.receive_transfer import FetchTransfer
from node.usecases.reuse_ports import Exchange
from node.usecases.settle_decision import SettleDecision

_log = logging.getLogger(__name__)

_WORKING = (ReuseState.CONSENTED, ReuseState.RECEIVED, ReuseState.DECIDING)
_UNFINISHED = (*_WORKING, ReuseState.OPEN, ReuseState.ASKED, ReuseState.REBINDING)
"""Those that work, and those that wait for the customer."""

CHANGED = "reuse.changed"
"""The other one, job or customer, was faster; nothing is lost."""

ABANDONED = "abandoned"
"""The customer did not come back in time."""


@dataclass(frozen=True)
class AdvanceReuse:
    """Move one reuse as far as it goes by itself."""

    exchange: Exchange
    fetch: FetchTransfer
    decide: DecideReuse
    settle: SettleDecision

    def __call__(self, reuse: Reuse) -> Reuse:
        """Fetch, decide, settle: each where it is due. Job and customer may do so at the same moment.

        Raises:
            Unavailable: something needed is away; what was reached is kept.
        """
        try:
            return self.settle(self.decide(self.fetch(reuse)))
        except InvalidInput as error:
            if error.code != CHANGED:
                raise
        with self.exchange.snapshot() as unit:
            return unit.reuses.get(reuse.reuse_id)


@dataclass(frozen=True)
class ResumeReuses:
    """Advance every unfinished reuse and close those that were abandoned."""

    exchange: Exchange
    advance: AdvanceReuse

    def __call__(self) -> int:
        """Gives how many moved; a reuse that cannot move now does not hold up the others."""
        with self.exchange.snapshot() as unit:
            unfinished = unit.reuses.find(state=_UNFINISHED)
            before = unit.now - FINISH_WITHIN_S
        stale = [one for one in unfinished if one.state not in _WORKING and one.created_at < before]
        working = [one for one in unfinished if one.state in _WORKING]
        return sum(self._one(reuse) for reuse in working) + self._close(stale)

    def _one(self, reuse: Reuse) -> bool:
        try:
            return self.advance(reuse) != reuse
        except NodeError as error:
            _log.warning("reuse %s waits: %s", reuse.reuse_id, error.code)
            return False

    def _close(self, abandoned: Sequence[Reuse]) -> int:
        if not abandoned:
            return 0
        with self.exchange.transaction() as unit:
            for reuse in abandoned:
                # Read again: a customer may have come at the last moment.
                if unit.reuses.get(reuse.reuse_id) == reuse:
                    unit.reuses.replace(reuse.ended(ABANDONED), was=reuse)
        return len(abandoned)
