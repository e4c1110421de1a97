"""A repository over one SQLModel table for one frozen dataclass of the domain.

Table and entity have the same field names; the table adds column types, keys and indexes. Nothing here
commits.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, fields
from typing import Any, Generic, TypeVar

from sqlalchemy import and_, inspect, select, update
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
        """All whose columns equal the given values, in order of insertion or key."""
        wanted = [self._columns[name] == value for name, value in equals.items()]
        rows = self._session.scalars(
            select(self._table).where(*wanted).order_by(self._columns[self._order()])
        )
        return [self._load(row) for row in rows]

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

    def _order(self) -> str:
        return "created_at" if "created_at" in self._columns else self._key

    def _load(self, row: SQLModel) -> Entity:
        values = {name: getattr(row, name) for name in self._names}
        return self._entity(**values)
