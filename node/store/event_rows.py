"""Rows of the chain index, in the order of the history. Knows no event by name and never commits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import Select, select, tuple_
from sqlmodel import col

from node.domain.ledger import Position
from node.store.tables.ledger import EventRow

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlmodel import Session

Row = TypeVar("Row", bound=EventRow)


class EventRows:
    """The index within one transaction or snapshot."""

    def __init__(self, session: Session) -> None:
        """Bind to a session."""
        self._session = session

    def _latest(self, table: type[Row], *conditions: Any, at: int | None = None) -> Row | None:
        chosen = select(table).where(*conditions)
        if at is not None:
            chosen = chosen.where(col(table.at) <= at)
        return self._first(chosen.order_by(col(table.block_number).desc(), col(table.log_index).desc()))

    def _history(self, table: type[Row], *conditions: Any) -> Sequence[Row]:
        ordered = select(table).where(*conditions).order_by(col(table.block_number), col(table.log_index))
        return self._all(ordered)

    def _first(self, chosen: Select[Row]) -> Row | None:
        return self._session.scalars(chosen.limit(1)).first()

    def _all(self, chosen: Select[Row]) -> Sequence[Row]:
        return self._session.scalars(chosen).all()


def position(row: EventRow) -> Position:
    return Position(row.block_number, row.log_index, row.at)


def behind(table: type[EventRow], after: Position) -> Any:
    place = tuple_(col(table.block_number), col(table.log_index))
    return place > (after.block_number, after.log_index)
