"""Do the deeds of a clip answer the challenge: the right ones, in order, each in its own time? Pure.

Blinks that were not asked for are nobody's doing and are passed over; every other deed counts.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from verifier.liveness.challenge import Action

if TYPE_CHECKING:
    from collections.abc import Sequence

    from verifier.liveness.actions import Deed
    from verifier.liveness.challenge import Challenge, Step

MIN_REACTION_MS: Final = 120
"""Nobody has come as far as it takes to be seen sooner after a prompt: what begins earlier was not caused by
it."""
_OTHER_EYE: Final = {Action.WINK_LEFT: Action.WINK_RIGHT, Action.WINK_RIGHT: Action.WINK_LEFT}


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a clip does not answer its challenge.

    Attributes:
        code: "liveness.action_missing" (never done), "liveness.wrong_order" (the right actions in another
            order), "liveness.wrong_eye", "liveness.wrong_action" (another one instead), "liveness.too_early",
            "liveness.too_late", "liveness.extra_action" (all as asked, and one more).
        step: which requested action, from 0; None for an extra one.
        action: what was done instead or too much; None where nothing was.
    """

    code: str
    step: int | None
    action: Action | None = None


def fault(found: Sequence[Deed], challenge: Challenge) -> Fault | None:
    """The first thing wrong, None when the deeds answer the challenge."""
    made = _counted(found, challenge)
    asked = [step.action for step in challenge.steps]
    order = [deed.action for deed in made]
    if order != asked and sorted(order) == sorted(asked):
        return Fault("liveness.wrong_order", _first_difference(order, asked))
    answers = [_answer(made, step) for step in challenge.steps]
    for number, (step, answer) in enumerate(zip(challenge.steps, answers, strict=True)):
        if answer is None:
            return _missing(made, challenge, number, step)
    extra = [deed for deed in made if deed not in answers]
    return Fault("liveness.extra_action", None, extra[0].action) if extra else None


def _counted(found: Sequence[Deed], challenge: Challenge) -> list[Deed]:
    """All deeds but the blinks of someone who was not asked to blink just then."""
    spans = [(step.start_ms, step.end_ms) for step in challenge.steps if step.action is Action.BLINK]
    return [
        deed
        for deed in found
        if deed.action is not Action.BLINK or any(start <= deed.start_ms <= end for start, end in spans)
    ]


def _answer(made: Sequence[Deed], step: Step) -> Deed | None:
    return next((deed for deed in made if deed.action is step.action and _in_time(deed, step)), None)


def _in_time(deed: Deed, step: Step) -> bool:
    return step.start_ms + MIN_REACTION_MS <= deed.start_ms <= step.end_ms


def _missing(made: Sequence[Deed], challenge: Challenge, number: int, step: Step) -> Fault:
    """Why a step has no answer: what was done between the prompts on either side of it."""
    since = challenge.steps[number - 1].end_ms if number else 0
    until = (
        challenge.steps[number + 1].start_ms if number + 1 < len(challenge.steps) else challenge.duration_ms
    )
    near = [deed for deed in made if since < deed.start_ms <= until]
    same = [deed for deed in near if deed.action is step.action]
    if same:
        early = same[0].start_ms < step.start_ms + MIN_REACTION_MS
        return Fault("liveness.too_early" if early else "liveness.too_late", number, step.action)
    instead = [deed for deed in near if deed.start_ms >= step.start_ms]
    if not instead:
        return Fault("liveness.action_missing", number)
    done = instead[0].action
    code = "liveness.wrong_eye" if _OTHER_EYE.get(step.action) is done else "liveness.wrong_action"
    return Fault(code, number, done)


def _first_difference(order: Sequence[Action], asked: Sequence[Action]) -> int:
    return next(number for number, (a, b) in enumerate(zip(order, asked, strict=True)) if a is not b)
