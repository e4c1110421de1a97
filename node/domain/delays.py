"""How fast: the spans in which revocations followed the decisions that rested on them.

Decides nothing; counts what the index says. Never looks at a person: entries hold public terms only.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from node.domain.days import DAY_S

SPANS = (("minute", 60), ("hour", 3_600), ("day", DAY_S), ("week", 7 * DAY_S))
"""Names and upper bounds (seconds, inclusive) in which a revocation's delay is counted."""

LATER = "later"


def count_spans(delays_s: Iterable[int]) -> dict[str, int]:
    """How many delays lie within a minute, an hour, a day, a week, or are longer; each counted once.

    Args:
        delays_s: seconds from a decision to the revocation of what it rested on.
    """
    names = Counter(_span(seconds) for seconds in delays_s)
    return {name: names[name] for name in (*(name for name, _ in SPANS), LATER)}


def _span(seconds: int) -> str:
    return next((name for name, bound in SPANS if seconds <= bound), LATER)
