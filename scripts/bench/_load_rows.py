"""One measured round as a row: of the table on the screen, of the page, of the metrics."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from scripts.bench._load_attempt import Attempt

HEADINGS = (
    "database",
    "what",
    "at once",
    "done",
    "rate/s",
    "p50 s",
    "p95 s",
    "p99 s",
    "failures",
    "lost",
    "doubled",
    "told later",
    "too late",
    "slowest answer s",
    "slowest upload s",
    "highest place",
    "CPU s each, by node",
    "peak MB, by node",
)


@dataclass(frozen=True)
class Row:
    """One round.

    Attributes:
        database: "SQLite" or "PostgreSQL".
        what: what the customers did.
        at_once: how many customers.
        attempts: everything they tried.
        seconds: from the first to the last.
        lost: told to the customer, unknown to the chain (or to the judge of verifications).
        doubled: done twice.
        cpu_s: processor time of each node in this round.
        memory_mb: of each node at its end.
        may_give_up: whether being told "later" until patience ends is an answer.
    """

    database: str
    what: str
    at_once: int
    attempts: Sequence[Attempt]
    seconds: float
    lost: int
    doubled: int
    cpu_s: Sequence[float]
    memory_mb: Sequence[float]
    may_give_up: bool = False

    @property
    def served(self) -> int:
        """Customers' visits that ended well."""
        return sum(one.served for one in self.attempts)

    @property
    def rate(self) -> float:
        """Of these, a second."""
        return self.served / self.seconds

    @property
    def failures(self) -> Counter[str]:
        """Codes of those that did not."""
        return Counter(one.outcome for one in self.attempts if not self._is_well(one))

    @property
    def told(self) -> int:
        """Visits in which the node said "later"."""
        return sum(one.told for one in self.attempts)

    @property
    def told_late(self) -> int:
        """Of these, where the word took too long."""
        return sum(one.told_late for one in self.attempts)

    def quantile(self, share: float) -> float:
        """Seconds within which this share of the served visits was done; 0 when none was."""
        times = sorted(one.seconds for one in self.attempts if one.served)
        return times[min(len(times) - 1, int(len(times) * share))] if times else 0.0

    @property
    def upload_s(self) -> float:
        """The slowest upload."""
        return max((one.upload_s for one in self.attempts), default=0.0)

    @property
    def place(self) -> int:
        """The highest place in the queue that anybody was shown."""
        return max((one.place for one in self.attempts), default=0)

    def cells(self) -> list[str]:
        """As `HEADINGS` names them."""
        count = max(1, len(self.attempts))
        slowest = max(note.slowest_s for one in self.attempts for note in one.notes)
        return [
            self.database,
            self.what,
            str(self.at_once),
            f"{self.served} of {len(self.attempts)}",
            f"{self.rate:.2f}",
            *(f"{self.quantile(share):.2f}" for share in (0.5, 0.95, 0.99)),
            ", ".join(f"{n} {code}" for code, n in self.failures.most_common()) or "0",
            str(self.lost),
            str(self.doubled),
            str(self.told),
            str(self.told_late),
            f"{slowest:.1f}",
            f"{self.upload_s:.1f}" if self.upload_s else "",
            str(self.place or ""),
            ", ".join(f"{one / count:.2f}" for one in self.cpu_s),
            ", ".join(f"{one:.0f}" for one in self.memory_mb),
        ]

    def _is_well(self, one: Attempt) -> bool:
        turned_away = self.may_give_up and one.told and not one.told_late
        return one.served or turned_away


def as_markdown(rows: Sequence[Row]) -> str:
    """The rows as a table of a page."""
    lines = [HEADINGS, ["---"] * len(HEADINGS), *(row.cells() for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n"
