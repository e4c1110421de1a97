"""The guided path of a visitor: which step is done, which is due. Pure: the nodes' answers in, steps out."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from node.domain.methods import IMAGE_FACE
from scripts.demo.actors import Json

BEGUN = ("open", "asked")
"""A reuse for which the customer has not yet decided."""

CHECKING = ("consented", "received", "rebinding", "deciding")


class Mark(StrEnum):
    """How a step stands."""

    DONE = "done"
    DUE = "due"
    LATER = "later"
    FAILED = "failed"


class Step(StrEnum):
    """The path, in order."""

    VERIFY = "verify"
    REVIEW = "review"
    PASSKEY = "passkey"
    APPLY = "apply"
    CHECKS = "checks"
    CHAIN = "chain"
    WITHDRAW = "withdraw"
    AGAIN = "again"


@dataclass(frozen=True)
class Facts:
    """What the nodes say of one visit.

    Attributes:
        method: how bank A verifies.
        case: the case at bank A, once there is one.
        record: its record, once verified.
        reuses: at broker B, oldest first.
        doing: what goes on at the counter, while it does.
        error: why the counter could not decide.
    """

    method: str
    case: Json | None = None
    record: Json | None = None
    reuses: tuple[Json, ...] = ()
    doing: str = ""
    error: str = ""

    @property
    def accepted(self) -> Json | None:
        """The reuse that broker B accepted."""
        return next((reuse for reuse in self.reuses if reuse["state"] == "accepted"), None)

    @property
    def last(self) -> Json | None:
        """The newest reuse."""
        return self.reuses[-1] if self.reuses else None

    @property
    def is_anchored(self) -> bool:
        """Whether the record can be shared: bound to a passkey and anchored."""
        return self.record is not None and self.record["versions"]["anchored"] > 0

    @property
    def is_withdrawn(self) -> bool:
        """Whether the visitor stopped sharing."""
        return self.record is not None and self.record["state"] == "withdrawn"


def marks(facts: Facts) -> dict[Step, Mark]:
    """How each step of this visit stands; the review is a step of the photo method only."""
    steps = {
        Step.VERIFY: _verify(facts),
        Step.REVIEW: _review(facts),
        Step.PASSKEY: _passkey(facts),
        Step.APPLY: _apply(facts),
        Step.CHECKS: _checks(facts),
        Step.CHAIN: Mark.DONE if facts.accepted else Mark.LATER,
        Step.WITHDRAW: _withdraw(facts),
        Step.AGAIN: _again(facts),
    }
    if facts.method != IMAGE_FACE:
        del steps[Step.REVIEW]
    return steps


def is_moving(facts: Facts) -> bool:
    """Whether something may change at any moment without a click on the guide's page."""
    return not facts.error and marks(facts)[Step.AGAIN] != Mark.DONE


def _verify(facts: Facts) -> Mark:
    state = facts.case["state"] if facts.case else "open"
    if state in {"verified", "review"} or _was_reviewed(facts):
        return Mark.DONE
    return Mark.FAILED if facts.error or state in {"rejected", "abandoned"} else Mark.DUE


def _review(facts: Facts) -> Mark:
    if facts.case is None:
        return Mark.LATER
    if _was_reviewed(facts):
        return Mark.DONE if facts.case["state"] == "verified" else Mark.FAILED
    return Mark.DUE if facts.case["state"] == "review" else Mark.LATER


def _was_reviewed(facts: Facts) -> bool:
    return facts.case is not None and facts.case["review"] is not None


def _passkey(facts: Facts) -> Mark:
    if facts.record is None:
        return Mark.LATER
    return Mark.DONE if facts.is_anchored else Mark.DUE


def _apply(facts: Facts) -> Mark:
    if not facts.is_anchored:
        return Mark.LATER
    if facts.accepted or (facts.last and facts.last["state"] in CHECKING):
        return Mark.DONE
    return Mark.DUE


def _checks(facts: Facts) -> Mark:
    if facts.accepted:
        return Mark.DONE
    state = facts.last["state"] if facts.last else "open"
    if state == "refused":
        return Mark.FAILED
    return Mark.DUE if state in CHECKING else Mark.LATER


def _withdraw(facts: Facts) -> Mark:
    if facts.is_withdrawn:
        return Mark.DONE
    return Mark.DUE if facts.accepted else Mark.LATER


def _again(facts: Facts) -> Mark:
    if not facts.is_withdrawn or facts.accepted is None:
        return Mark.LATER
    newer = facts.last is not facts.accepted and facts.last is not None
    return Mark.DONE if newer and facts.last["state"] == "ended" else Mark.DUE
