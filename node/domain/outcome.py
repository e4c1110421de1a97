"""What can come of a check; the node's side of the engine's vocabulary, so that neither imports the other."""

from __future__ import annotations

from enum import StrEnum


class Outcome(StrEnum):
    """What came of one check."""

    PASSED = "passed"
    FAILED = "failed"
    UNDECIDED = "undecided"
    """It ran, and the answer is neither yes nor no."""
    NOT_PERFORMED = "not_performed"
    """It did not run. Never counts as passed."""


_SEVERITY = (Outcome.PASSED, Outcome.NOT_PERFORMED, Outcome.UNDECIDED, Outcome.FAILED)


def worst(*outcomes: Outcome) -> Outcome:
    """The outcome of several checks of which all are needed."""
    return max(outcomes, key=_SEVERITY.index)


def passed_if(holds: bool) -> Outcome:
    """PASSED or FAILED."""
    return Outcome.PASSED if holds else Outcome.FAILED
