"""Read what was recorded and what became of it: anchors, attestations, decisions, revocations.

Never commits. A combined search ends its page after so many rows of an index, whatever the history holds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, false, func, select, text, tuple_
from sqlmodel import col

from node.domain.events import AttestationState, ReasonClass, Terms
from node.domain.ledger import AttestationEntry, AttestationFilter, Position, Volume, Withdrawal
from node.store.event_rows import EventRows, behind, position
from node.store.tables.chain import BlockRow
from node.store.tables.ledger import (
    DECIDED,
    OPEN,
    REVOKED,
    AnchorRow,
    AttestationRow,
    DecisionRow,
    EventRow,
    RevocationRow,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

DECIDE_WITHIN_S = 7 * 86_400
"""The contract takes no attestation that may be decided later than this (protocol: `attest`)."""

PAGE = 200
"""Rows per answer unless the caller names another limit; keeps one page of a console under a megabyte."""

EXAMINED_MAX = 5_000
"""Rows of the leading index per page of a combined search; ten to twenty milliseconds of reading."""

ALL = AttestationFilter()

_PLACE = tuple_(col(AttestationRow.block_number), col(AttestationRow.log_index))

_ENTRY_COLUMNS: tuple[Any, ...] = (
    AttestationRow.attestation_id,
    AttestationRow.at,
    DecisionRow.at,
    DecisionRow.commitment,
    RevocationRow.at,
    RevocationRow.reason,
    AttestationRow.issuer,
    AttestationRow.recipient,
    AttestationRow.method,
    AttestationRow.legal_basis,
    AttestationRow.verified_on,
    AttestationRow.decide_by,
)
"""What `_entry` takes; columns instead of whole rows, which would cost three objects each."""


class AttestationView(EventRows):
    """Anchors, attestations and what became of them."""

    def anchored_at(self, issuer: int, root: bytes) -> int | None:
        """Block time at which this issuer anchored a root, or None."""
        chosen = and_(col(AnchorRow.root) == root, col(AnchorRow.issuer) == issuer)
        row = self._first(select(AnchorRow).where(chosen))
        return row.at if row else None

    def attestation(self, attestation_id: bytes) -> AttestationEntry | None:
        """One attestation with what became of it, or None."""
        found = self._attestations(col(AttestationRow.attestation_id) == attestation_id)
        return found[0] if found else None

    def attestations(
        self,
        wanted: AttestationFilter = ALL,
        *,
        after: Position | None = None,
        newest_first: bool = False,
        limit: int = PAGE,
    ) -> list[AttestationEntry]:
        """Attestations in order of recording, from behind `after`; by one filter a page costs what it holds.

        Args:
            wanted: what must hold of them.
            after: place of the last one seen.
            newest_first: in the other order; without `after`.
            limit: most per page.
        """
        conditions = self._conditions(wanted, after)
        return self._attestations(*conditions, limit=limit, newest_first=newest_first)

    def search(
        self, wanted: AttestationFilter, *, after: Position | None = None, limit: int = PAGE
    ) -> tuple[list[AttestationEntry], Position | None]:
        """As `attestations`, for any combination of filters at a bounded cost.

        One filter leads, and a page ends after `EXAMINED_MAX` rows of its index even if it is not full.

        Returns:
            The page, and the place behind which the next one begins; None at the end of the history.
        """
        period = AttestationFilter(since=wanted.since, until=wanted.until)
        end = self._place_after(EXAMINED_MAX, *self._leading(wanted), *self._conditions(period, after))
        conditions = self._conditions(wanted, after)
        if end is not None:
            conditions.append((end.block_number, end.log_index) >= _PLACE)
        found = self._attestations(*conditions, limit=limit)
        if len(found) == limit:
            return found, self.trail(found[-1].attestation_id)[0][1]
        return found, end

    def trail(self, attestation_id: bytes) -> list[tuple[str, Position]]:
        """("attested" | "decided" | "revoked", when) of one attestation, in order."""
        steps: dict[str, type[EventRow]] = {
            "attested": AttestationRow,
            "decided": DecisionRow,
            "revoked": RevocationRow,
        }
        found: list[tuple[str, Position]] = []
        for name, table in steps.items():
            columns = table.__table__.c  # type: ignore[attr-defined]
            rows = self._history(table, columns.attestation_id == attestation_id)
            found += [(name, position(row)) for row in rows]
        return found

    def revocations(
        self, *, after: Position | None = None, limit: int = PAGE
    ) -> list[tuple[Position, bytes, ReasonClass]]:
        """(when, attestation id, reason) from behind a position: what a recipient's review job follows."""
        chosen = select(RevocationRow).order_by(col(RevocationRow.block_number), col(RevocationRow.log_index))
        if after is not None:
            chosen = chosen.where(behind(RevocationRow, after))
        rows = self._all(chosen.limit(limit))
        return [(position(row), row.attestation_id, ReasonClass(row.reason)) for row in rows]

    def volumes(self, *, since: int | None = None, until: int | None = None) -> list[Volume]:
        """Attestations recorded in a period and what became of them, by issuer and recipient."""
        row = AttestationRow.__table__.c  # type: ignore[attr-defined]
        pair = (row.issuer, row.recipient)
        counts = (func.count(), func.count(row.decided_in), func.count(row.revoked_in))
        chosen = select(*pair, *counts).where(*self._recorded(since, until))
        found = self._session.execute(chosen.group_by(*pair).order_by(*pair))
        return [Volume(*values) for values in found]

    def withdrawals(self) -> list[Withdrawal]:
        """Every revocation with the decision before it, oldest first."""
        revoked, decided = RevocationRow.__table__.c, DecisionRow.__table__.c  # type: ignore[attr-defined]
        same = decided.attestation_id == revoked.attestation_id
        chosen = select(revoked.reason, revoked.at, decided.at).select_from(RevocationRow)
        joined = chosen.outerjoin(DecisionRow, same).order_by(revoked.block_number, revoked.log_index)
        return [
            Withdrawal(ReasonClass(reason), at, then) for reason, at, then in self._session.execute(joined)
        ]

    def decisions(self, *, after: bytes = b"", limit: int = PAGE) -> list[tuple[bytes, bytes]]:
        """(attestation id, commitment) of decisions, by id from behind one: for a walk over all of them."""
        row = DecisionRow.__table__.c  # type: ignore[attr-defined]
        chosen = select(row.attestation_id, row.commitment).where(row.attestation_id > after)
        found = self._session.execute(chosen.order_by(row.attestation_id).limit(limit))
        return [(attestation_id, commitment) for attestation_id, commitment in found]

    def _in_state(self, state: AttestationState, now: int) -> list[Any]:
        decide_by = col(AttestationRow.decide_by)
        if state is AttestationState.REVOKED:
            return [text(_named(REVOKED))]
        if state is AttestationState.DECIDED:
            return [text(_named(DECIDED))]
        if state is AttestationState.LAPSED:
            return [text(_named(OPEN)), decide_by < now]
        # Nothing older can be pending: so the search skips whatever lapsed long ago.
        return [text(_named(OPEN)), decide_by >= now, *self._recorded(now - DECIDE_WITHIN_S, None)]

    def _recorded(self, since: int | None, until: int | None) -> list[Any]:
        """A period as heights, which every index is ordered by."""
        height = col(AttestationRow.block_number)
        conditions: list[Any] = []
        if since is not None:
            first = self._first_block(since)
            conditions.append(height >= first if first is not None else false())
        if until is not None:
            end = self._first_block(until)
            conditions += [height < end] if end is not None else []
        return conditions

    def _first_block(self, second: int) -> int | None:
        """The lowest kept block at or after a second; block times never fall."""
        chosen = select(BlockRow.number).where(col(BlockRow.time) >= second)  # type: ignore[call-overload]
        found = self._session.scalar(chosen.order_by(col(BlockRow.time), col(BlockRow.number)).limit(1))
        return None if found is None else int(found)

    def _conditions(self, wanted: AttestationFilter, after: Position | None) -> list[Any]:
        conditions = _equal(wanted)
        conditions += self._in_state(*wanted.state) if wanted.state else []
        conditions += self._recorded(wanted.since, wanted.until)
        return conditions if after is None else [*conditions, behind(AttestationRow, after)]

    def _leading(self, wanted: AttestationFilter) -> list[Any]:
        """The condition whose index a combined search walks."""
        return _equal(wanted)[:1] or (self._in_state(*wanted.state)[:1] if wanted.state else [])

    def _place_after(self, rows: int, *conditions: Any) -> Position | None:
        """Place of the last of so many rows, or None if there are fewer."""
        chosen = select(AttestationRow.block_number, AttestationRow.log_index, AttestationRow.at)  # type: ignore[call-overload]
        ordered = chosen.where(*conditions).order_by(*_PLACE.clauses).offset(rows - 1).limit(1)
        found = self._session.execute(ordered).first()
        return Position(*found) if found else None

    def _attestations(
        self, *conditions: Any, limit: int = PAGE, newest_first: bool = False
    ) -> list[AttestationEntry]:
        order = [column.desc() for column in _PLACE.clauses] if newest_first else _PLACE.clauses
        decided = col(DecisionRow.attestation_id) == col(AttestationRow.attestation_id)
        revoked = col(RevocationRow.attestation_id) == col(AttestationRow.attestation_id)
        chosen = (
            select(*_ENTRY_COLUMNS)
            .select_from(AttestationRow)
            .outerjoin(DecisionRow, decided)
            .outerjoin(RevocationRow, revoked)
            .where(*conditions)
            .order_by(*order)
            .limit(limit)
        )
        return [_entry(row) for row in self._session.execute(chosen)]


def _named(condition: str) -> str:
    """A condition of `tables.ledger` with its table's name, since joined tables might share columns."""
    return " AND ".join(f"attestations.{part}" for part in condition.split(" AND "))


def _equal(wanted: AttestationFilter) -> list[Any]:
    columns = AttestationRow.__table__.c  # type: ignore[attr-defined]
    values = {"issuer": wanted.issuer, "recipient": wanted.recipient, "method": wanted.method}
    return [columns[name] == value for name, value in values.items() if value is not None]


def _entry(row: Sequence[Any]) -> AttestationEntry:
    attestation_id, attested_at, decided_at, commitment, revoked_at, reason, *terms = row
    known = None if reason is None else ReasonClass(reason)
    return AttestationEntry(
        attestation_id, Terms(*terms), attested_at, decided_at, commitment, revoked_at, known
    )
