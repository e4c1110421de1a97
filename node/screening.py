"""Screen a name against the member's own list: a text file, one name a line, `#` begins a comment.

Decides only whether the name stands there as written, folded for width, case and white space. Fuzzy
matching, dates and list management belong to the member's screening system; without a file nothing was
screened, and the result says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from node.domain.attributes import Attribute, comparable
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
            lines = self.path.read_text(encoding="utf-8").splitlines()
        except (OSError, UnicodeDecodeError) as error:
            raise Unavailable(
                "screening.unreadable", "the screening list cannot be read", hint="check reuse.screening_list"
            ) from error
        listed = {
            comparable(Attribute.NAME, line) for line in lines if line.strip() and not line.startswith("#")
        }
        return comparable(Attribute.NAME, name) in listed
