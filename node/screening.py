"""Screen a name against the member's own list: a text file, one name a line, `#` begins a comment.

Decides only whether the name stands there as written, folded for width, case and white space. Fuzzy
matching, dates and list management belong to the member's screening system; without a file nothing was
screened, and the result says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from node.domain.attributes import Attribute, comparable
from node.domain.plain_text import plain_text
from node.errors import Unavailable


@dataclass(frozen=True)
class ListScreening:
    """Implements `node.usecases.reuse_ports.Screening`.

    Attributes:
        path: the list, read anew each time so that an update counts at once; None = no list.
    """

    path: Path | None

    def __call__(self, name: str, _birth_date: str) -> bool | None:
        """Whether the name is on the list; None without a list.

        Raises:
            Unavailable: the configured list cannot be read (`screening.unreadable`).
        """
        if self.path is None:
            return None
        try:
            lines = plain_text(self.path.read_bytes()).splitlines()
        except OSError as error:
            raise _unreadable(error.strerror or "no reason given") from error
        except ValueError as error:
            raise _unreadable(str(error)) from error
        listed = {
            comparable(Attribute.NAME, line) for line in lines if line.strip() and not line.startswith("#")
        }
        return comparable(Attribute.NAME, name) in listed


def _unreadable(reason: str) -> Unavailable:
    return Unavailable(
        "screening.unreadable",
        f"the screening list cannot be read: {reason}",
        hint="Check reuse.screening_list: plain text in UTF-8, one name a line.",
    )
