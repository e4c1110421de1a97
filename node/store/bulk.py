"""Write many rows at the driver's own speed, on SQLite and PostgreSQL alike.

SQLAlchemy converts every value of every row by itself; for plain integers, strings and bytes both drivers do
that already, and a node that catches up writes some twenty values per event. Decides nothing about tables.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from typing import Any

from sqlalchemy import Connection, Table
from sqlmodel import SQLModel

Row = tuple[Any, ...]
"""Plain integers, strings, bytes, booleans and None."""

ROWS_PER_STATEMENT = 500
"""SQLite's driver gives up the interpreter once per statement: row by row, the thread that reads ahead would
take it from the writer each time. At 13 columns well below the parameters that SQLite (32,766) and PostgreSQL
(65,535) take."""


def insert_many(connection: Connection, model: type[SQLModel], rows: Sequence[Row]) -> None:
    """Insert rows whose values stand in the order of the table's columns."""
    table: Table = model.__table__  # type: ignore[attr-defined]
    names = ", ".join(column.name for column in table.columns)
    row_marks = f"({', '.join([_mark(connection)] * len(table.columns))})"
    for start in range(0, len(rows), ROWS_PER_STATEMENT):
        part = rows[start : start + ROWS_PER_STATEMENT]
        marks = ", ".join([row_marks] * len(part))
        statement = f"INSERT INTO {table.name} ({names}) VALUES {marks}"  # noqa: S608  our own names
        connection.exec_driver_sql(statement, tuple(chain.from_iterable(part)))


def update_many(
    connection: Connection, model: type[SQLModel], column: str, key: str, rows: Sequence[Row]
) -> None:
    """Set one column of many rows, each found by one other column; rows are (new value, key)."""
    if not rows:
        return
    mark = _mark(connection)
    table = model.__tablename__
    statement = f"UPDATE {table} SET {column} = {mark} WHERE {key} = {mark}"  # noqa: S608  our own names
    connection.exec_driver_sql(statement, list(rows))


def insert_new(connection: Connection, model: type[SQLModel], row: dict[str, Any], *, unique: str) -> bool:
    """Insert a row unless its unique column is taken. True if it was inserted."""
    names, marks = ", ".join(row), ", ".join([_mark(connection)] * len(row))
    statement = (
        f"INSERT INTO {model.__tablename__} ({names}) VALUES ({marks}) "  # noqa: S608  our own names
        f"ON CONFLICT ({unique}) DO NOTHING"
    )
    return connection.exec_driver_sql(statement, tuple(row.values())).rowcount == 1


def _mark(connection: Connection) -> str:
    """A parameter's place in a statement, as the driver writes it."""
    return "%s" if connection.dialect.name == "postgresql" else "?"
