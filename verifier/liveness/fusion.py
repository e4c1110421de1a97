"""What the checks on a live face mean together, by level of assurance. Pure.

Decides PASS, REVIEW, AGAIN or REJECT from the results of match and liveness, and lists the codes of what did
not pass; verifier/policy.py puts these checks beside those of the document. The rules:

- every required check must pass; one that failed rejects, one between two thresholds goes to a reviewer;
- the medium is advice: whatever it says short of a pass goes to a reviewer, it never rejects;
- a person who turned too little to tell a head from a picture is asked again (`AGAIN`), with another
  challenge, and only a few times (the caller counts);
- where no reviewer waits (`Level.REUSE`) whatever would call one asks again.

What pixels cannot cover, and no rule here pretends to: frames injected in place of the camera, and faces
generated in time. `NOT_COVERED` names them for the record; they need a trusted capture device.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from verifier.policy import PRESENCE
from verifier.types import CheckResult, Outcome

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

NOT_COVERED: Final = ("injection", "deepfake")

MEDIUM: Final = "liveness.medium"
MATCH: Final = "face.match"
TOO_SMALL: Final = "liveness.turn_too_small"
TOO_LITTLE: Final = frozenset(
    {TOO_SMALL, "liveness.action_missing", "liveness.no_frontal_start", "liveness.no_frontal_frame"}
)
"""Codes that say: not enough was shown. All of them say it of honest people, too."""


class Answer(StrEnum):
    """What to do with the person."""

    PASS = "pass"  # noqa: S105  not a password
    REVIEW = "review"
    """Somebody must look; the codes say at what."""
    AGAIN = "again"
    """Ask for another clip, with another challenge."""
    REJECT = "reject"


class Level(StrEnum):
    """How sure to be."""

    RECORD = "record"
    """A verification on which other institutions will rely; a reviewer waits."""
    REUSE = "reuse"
    """The person proved a passkey already; their face must match the transferred portrait. Nobody waits."""
    PRESENT = "present"
    """As REUSE, without a portrait to match."""
    PRESENT_REVIEWED = "present_reviewed"
    """As RECORD, without a portrait to match: somebody tries the engine."""


@dataclass(frozen=True, slots=True)
class Rule:
    """What one level asks for.

    Attributes:
        required: checks that must pass.
        advisory: checks that can only call a reviewer.
        reviewer: whether there is one.
    """

    required: tuple[str, ...]
    advisory: tuple[str, ...]
    reviewer: bool


_LIVENESS: Final = tuple(name for name in PRESENCE if name != MATCH)

LEVELS: Final[Mapping[Level, Rule]] = {
    Level.RECORD: Rule(PRESENCE, (MEDIUM,), reviewer=True),
    Level.REUSE: Rule(PRESENCE, (MEDIUM,), reviewer=False),
    Level.PRESENT: Rule(_LIVENESS, (MEDIUM,), reviewer=False),
    Level.PRESENT_REVIEWED: Rule(_LIVENESS, (MEDIUM,), reviewer=True),
}


@dataclass(frozen=True, slots=True)
class Fusion:
    """The answer and its reasons: codes of everything that did not pass, in the order of the checks."""

    answer: Answer
    codes: tuple[str, ...]


def fuse(level: Level, checks: Iterable[CheckResult]) -> Fusion:
    """Weigh the checks of one clip; a required one that is absent counts as not performed."""
    rule = LEVELS[level]
    found = {check.check: check for check in checks}
    absent = [name for name in rule.required if name not in found]
    asked = [found[name] for name in (*rule.required, *rule.advisory) if name in found]
    codes = tuple(dict.fromkeys(check.code for check in asked if check.code is not None))
    return Fusion(_answer(rule, asked, complete=not absent), codes)


def unreviewed(level: Level, checks: Sequence[CheckResult]) -> tuple[CheckResult, ...]:
    """The same checks where nobody waits: what would call a reviewer, or ask again, is left undecided."""
    if fuse(level, checks).answer is not Answer.AGAIN:
        return tuple(checks)
    return tuple(
        replace(check, outcome=Outcome.UNDECIDED) if check.outcome is Outcome.FAILED else check
        for check in checks
    )


def _answer(rule: Rule, asked: Sequence[CheckResult], *, complete: bool) -> Answer:
    required = [check for check in asked if check.check in rule.required and not check.passed]
    advised = [check for check in asked if check.check in rule.advisory and not check.passed]
    stopped = [check for check in required if check.outcome is not Outcome.UNDECIDED]
    if stopped and all(check.code in TOO_LITTLE for check in stopped):
        return Answer.AGAIN
    if stopped or not complete:
        return Answer.REJECT
    if required or advised:
        return Answer.REVIEW if rule.reviewer else Answer.AGAIN
    return Answer.PASS
