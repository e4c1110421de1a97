"""What the limits of liveness lie between: each cue on genuine clips at worst, on attacks at its nearest."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol

from scripts.bench._report import Metric


class Judged(Protocol):
    """One judged clip; `checks` are (name, outcome, code, score, facts)."""

    kind: str
    checks: list[list[Any]]


@dataclass(frozen=True, slots=True)
class Cue:
    """One figure of a clip.

    Attributes:
        name: in the metrics.
        check, facts: where it stands among a clip's checks; of several facts the lowest counts.
        attacks: the kinds that it is there for.
        unit: of the figure.
        genuine_is_low: genuine clips lie below the limit, attacks above; False the other way round.
    """

    name: str
    check: str
    facts: tuple[str, ...]
    attacks: tuple[str, ...]
    unit: str
    genuine_is_low: bool


_FLAT: Final = ("print_flat", "print_moved", "print_grey")
CUES: Final = (
    Cue("pattern", "liveness.medium", ("moire",), ("screen_replay", "screen_answer"), "ln", True),
    Cue("bands", "liveness.medium", ("bands",), ("screen_replay", "screen_answer"), "%", True),
    Cue("edges", "liveness.medium", ("edges",), ("screen_replay", "screen_answer"), "edges", True),
    Cue("colour", "liveness.medium", ("colour",), ("print_grey",), "chroma", False),
    Cue("fastest_turn", "liveness.film", ("fastest_turn",), ("sped_up",), "degrees/s", True),
    Cue("unseen_turn", "liveness.film", ("unseen_turn",), ("sped_up",), "degrees", True),
    Cue("planar", "liveness.planar", ("left", "right"), _FLAT, "ratio", False),
    Cue("flow", "liveness.planar", ("flow",), _FLAT, "ratio", False),
)


def cue_metrics(rows: Sequence[Judged], genuine: str) -> Iterator[Metric]:
    """Both ends of every cue that the rows hold."""
    for cue in CUES:
        worst, nearest = (max, min) if cue.genuine_is_low else (min, max)
        for who, kinds, end in (("genuine", (genuine,), worst), ("attacks", cue.attacks, nearest)):
            values = list(_values(cue, (row for row in rows if row.kind in kinds)))
            if values:
                of = f"{len(values)} clips, {min(values):.3g} to {max(values):.3g}"
                yield Metric(f"face.cue_{cue.name}_{who}", end(values), cue.unit, None, of)


def _values(cue: Cue, rows: Iterable[Judged]) -> Iterator[float]:
    for row in rows:
        for name, _, _, _, facts in row.checks:
            found = [facts[fact] for fact in cue.facts if isinstance(facts.get(fact), (int, float))]
            if name == cue.check and found:
                yield float(min(found))
