"""Every virtual card that must be refused, with its code, as the table of docs/virtual-cards.md.

python -m tests.sim.card.refusals prints the table.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from tests.sim.card import (
    jpki_negative,
    licence_negative,
    negative,
    passport_negative,
    residence_negative,
)

Makers = Mapping[Callable[[Any], object], str]

REFUSED: Final[Mapping[str, Makers]] = {
    "mynumber": negative.REFUSED,
    "licence": licence_negative.REFUSED,
    "residence": residence_negative.REFUSED,
    "passport": passport_negative.REFUSED,
    "jpki": jpki_negative.REFUSED,
}
"""Read, and refused by a check with this code."""

UNREADABLE: Final[Mapping[str, Makers]] = {
    "mynumber": negative.UNREADABLE,
    "licence": licence_negative.UNREADABLE,
    "residence": residence_negative.UNREADABLE,
}
"""The reading itself is refused with this code."""


def table() -> str:
    """All of them, as Markdown."""
    return "\n".join(["| kind | card | what is wrong with it | code |", "|---|---|---|---|", *_rows()])


def _rows() -> Iterator[str]:
    for kind in REFUSED:
        for make, code in [*REFUSED[kind].items(), *UNREADABLE.get(kind, {}).items()]:
            wrong = (make.__doc__ or "").splitlines()[0].rstrip(".")
            yield f"| {kind} | `{make.__name__}` | {wrong} | `{code}` |"


if __name__ == "__main__":
    print(table())
