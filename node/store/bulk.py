"""Insert at the driver's own speed, on SQLite and PostgreSQL alike.

SQLAlchemy converts every value of every row by itself; for plain integers, strings and bytes both drivers do
that already, and a node that catches up writes some twenty values per event. Decides nothing about tables.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, insert
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import SQLModel


def insert_many(connection: Connection, table: type[SQLModel], rows: Sequence[dict[str, Any]]) -> None:
    """Insert rows of plain integers, strings, bytes, booleans and None, all with the same columns."""
    if not rows:
        return
    compiled = insert(table).compile(dialect=connection.dialect, column_keys=list(rows[0]))
    if not compiled.positional:
        connection.exec_driver_sql(str(compiled), list(rows))
        return
    assert compiled.positiontup is not None, "a positional statement knows its order"
    order = compiled.positiontup
    connection.exec_driver_sql(str(compiled), [tuple(row[name] for name in order) for row in rows])


def insert_new(connection: Connection, table: type[SQLModel], row: dict[str, Any], *, unique: str) -> bool:
    """Insert a row unless its unique column is taken. True if it was inserted."""
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    statement = dialect.insert(table).values(**row).on_conflict_do_nothing(index_elements=[unique])
    return connection.execute(statement).rowcount == 1
