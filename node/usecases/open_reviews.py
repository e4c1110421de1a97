"""Follow revocations: whoever relied on a withdrawn attestation gets a case, once.

A case is for people; no account is closed by it (protocol.md, "The journey" 7).
"""

from __future__ import annotations

from dataclasses import dataclass

from node.domain.events import ReasonClass
from node.domain.ledger import Position
from node.domain.reuse import Reuse, ReuseState
from node.domain.review import ReviewCase
from node.usecases.reuse_ports import Exchange, ReuseUnit

CASE_ID_BYTES = 8


@dataclass(frozen=True)
class OpenReviews:
    """Open a case for every revocation of something this member accepted."""

    exchange: Exchange

    def __call__(self, after: Position | None = None) -> Position | None:
        """Read revocations from behind a position; gives the last one read.

        Reading from the start again opens nothing twice.
        """
        last = after
        while True:
            with self.exchange.snapshot() as unit:
                page = unit.ledger.revocations(after=last)
            if not page:
                return last
            with self.exchange.transaction() as unit:
                for _position, attestation_id, reason in page:
                    self._open(unit, attestation_id, reason)
            last = page[-1][0]

    def _open(self, unit: ReuseUnit, attestation_id: bytes, reason: ReasonClass) -> None:
        relied = unit.reuses.find(attestation_id=attestation_id.hex(), state=ReuseState.ACCEPTED.value)
        entry = unit.ledger.attestation(attestation_id)
        if relied and entry is not None and entry.revoked_at is not None:
            open_review(self.exchange, unit, relied[0], reason, entry.revoked_at)


@dataclass(frozen=True)
class CloseReview:
    """Close a case with what was found and done."""

    exchange: Exchange

    def __call__(self, case_id: str, *, by: str, note: str) -> ReviewCase:
        """Close it. Raises InvalidInput (`review.unknown`, `review.wrong_state`, `review.note_missing`)."""
        with self.exchange.transaction() as unit:
            case = unit.review_cases.get(case_id)
            closed = case.closed(by=by, note=note, now=self.exchange.clock.now())
            unit.review_cases.replace(closed, was=case)
        return closed


def open_review(
    exchange: Exchange, unit: ReuseUnit, reuse: Reuse, reason: ReasonClass, revoked_at: int
) -> None:
    """Open a case for an accepted reuse unless it has one."""
    identifier = reuse.attestation_id or ""
    if reuse.state != ReuseState.ACCEPTED or unit.review_cases.find(attestation_id=identifier):
        return
    unit.review_cases.add(
        ReviewCase(
            case_id=exchange.randomness(CASE_ID_BYTES).hex(),
            attestation_id=identifier,
            reuse_id=reuse.reuse_id,
            reason=reason.name.lower(),
            revoked_at=revoked_at,
            created_at=exchange.clock.now(),
        )
    )
