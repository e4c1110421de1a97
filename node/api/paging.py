"""Long lists in pages: oldest first, each page asked for by the last id of the one before.

Keyset paging: the cost of a page does not grow with its place in the list.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Query
from pydantic import BaseModel

PAGE_DEFAULT = 100
PAGE_MAX = 1_000
"""Some hundred kilobytes of JSON."""


class Page(BaseModel):
    """Which part of a list is asked for."""

    after: str | None
    limit: int


def _page(
    after: Annotated[str | None, Query(description="The last id of the page before.", max_length=100)] = None,
    limit: Annotated[int, Query(ge=1, le=PAGE_MAX, description="Most that is given.")] = PAGE_DEFAULT,
) -> Page:
    return Page(after=after, limit=limit)


PageDep = Annotated[Page, Depends(_page)]
