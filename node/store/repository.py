"""A repository over one SQLModel table for one frozen dataclass of the domain.

Table and entity have the same field names; the table adds column types, keys and indexes. Nothing here
commits.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, fields
from typing import Any, Generic, TypeVar

from sqlalchemy import Column, Select, and_, inspect, select, tuple_, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, SQLModel

from node.errors import InvalidInput

Entity = TypeVar("Entity")


class TableRepository(Generic[Entity]):
    """Implements `node.ports.Repository` for one table."""

    def __init__(self, session: Session, table: type[SQLModel], entity: type[Entity], *, kind: str) -> None:
        """Bind to a session; `kind` names the entity in error codes."""
        self._session = session
        self._table = table
        self._entity = entity
        self._kind = kind
        self._names = [field.name for field in fields(entity)]  # type: ignore[arg-type]
        self._columns = inspect(table).columns
        self._key = inspect(table).primary_key[0].name

    def add(self, entity: Entity) -> None:
        """Insert. Raises InvalidInput (`<kind>.exists`)."""
        try:
            with self._session.begin_nested():
                self._session.add(self._table(**asdict(entity)))  # type: ignore[call-overload]
        except IntegrityError as error:
            raise InvalidInput(
                f"{self._kind}.exists", f"this {self._kind} exists already", hint="use the one that is there"
            ) from error

    def get(self, key: str) -> Entity:
        """Fetch by key. Raises InvalidInput (`<kind>.unknown`)."""
        row = self._session.get(self._table, key, populate_existing=True)
        if row is None:
            raise InvalidInput(f"{self._kind}.unknown", f"no such {self._kind}", hint="check the id")
        return self._load(row)

    def find(self, **equals: Any) -> Sequence[Entity]:
        """All whose columns equal the given values, oldest first where there are times, then by key.

        A tuple stands for any one of its values.
        """
        rows = self._session.scalars(self._chosen(equals))
        return [self._load(row) for row in rows]

    def page(self, *, after: str | None, limit: int, **equals: Any) -> Sequence[Entity]:
        """As `find`, at most `limit`, behind the key `after`. Raises InvalidInput (`<kind>.unknown`)."""
        chosen = self._chosen(equals).limit(limit)
        if after is not None:
            place = [getattr(self.get(after), column.name) for column in self._order()]
            chosen = chosen.where(tuple_(*self._order()) > tuple_(*place))
        return [self._load(row) for row in self._session.scalars(chosen)]

    def replace(self, entity: Entity, *, was: Entity) -> None:
        """Compare-and-set over every scalar column. Raises InvalidInput (`<kind>.changed`)."""
        old, new = asdict(was), asdict(entity)  # type: ignore[call-overload]
        unchanged = [
            self._columns[name].is_not_distinct_from(value)
            for name, value in old.items()
            if not isinstance(value, dict | list | tuple)
        ]
        statement = update(self._table).where(and_(*unchanged)).values(**new)
        if self._session.execute(statement).rowcount != 1:  # type: ignore[attr-defined]
            raise InvalidInput(f"{self._kind}.changed", f"this {self._kind} was changed by somebody else")
        self._session.expire_all()

    def _chosen(self, equals: Mapping[str, Any]) -> Select[SQLModel]:
        wanted = [
            self._columns[name].in_(value) if isinstance(value, tuple) else self._columns[name] == value
            for name, value in equals.items()
        ]
        return select(self._table).where(*wanted).order_by(*self._order())

    def _order(self) -> list[Column[Any]]:
        names = ("created_at", self._key) if "created_at" in self._columns else (self._key,)
        return [self._columns[name] for name in names]

    def _load(self, row: SQLModel) -> Entity:
        values = {name: getattr(row, name) for name in self._names}
        return self._entity(**values)
