"""Deeds held against a challenge: every way not to answer has its code."""

from __future__ import annotations

import random
from datetime import UTC, datetime

import pytest

from verifier.liveness.actions import Deed
from verifier.liveness.answer import Fault, fault
from verifier.liveness.challenge import Action, Challenge, Step, issue

pytestmark = pytest.mark.unit

NOW = datetime(2026, 1, 1, tzinfo=UTC)
LEFT, RIGHT, BLINK, MOUTH = Action.TURN_LEFT, Action.TURN_RIGHT, Action.BLINK, Action.OPEN_MOUTH
WINK, OTHER_WINK = Action.WINK_LEFT, Action.WINK_RIGHT


def asking(*actions: Action) -> Challenge:
    """Prompts every two seconds from the first on; 1.2 s to begin."""
    steps = tuple(Step(a, 1000 + 2000 * n, 2200 + 2000 * n) for n, a in enumerate(actions))
    return Challenge("00" * 32, steps, NOW, 2800 + 2000 * len(actions))


def did(action: Action, start_ms: int) -> Deed:
    return Deed(action, start_ms, start_ms + 400, 30.0, 2.0)


THREE = asking(LEFT, WINK, RIGHT)
GOOD = (did(LEFT, 1500), did(WINK, 3500), did(RIGHT, 5500))


def test_deeds_as_requested_have_no_fault():
    assert fault(GOOD, THREE) is None


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        ((), Fault("liveness.action_missing", 0)),
        (GOOD[:2], Fault("liveness.action_missing", 2)),
        ((GOOD[0], did(OTHER_WINK, 3500), GOOD[2]), Fault("liveness.wrong_eye", 1, OTHER_WINK)),
        ((GOOD[0], did(MOUTH, 3500), GOOD[2]), Fault("liveness.wrong_action", 1, MOUTH)),
        ((did(RIGHT, 1500), GOOD[1], did(LEFT, 5500)), Fault("liveness.wrong_order", 0)),
        ((did(LEFT, 900), *GOOD[1:]), Fault("liveness.too_early", 0, LEFT)),
        ((did(LEFT, 1050), *GOOD[1:]), Fault("liveness.too_early", 0, LEFT)),
        ((did(LEFT, 2300), *GOOD[1:]), Fault("liveness.too_late", 0, LEFT)),
        ((*GOOD[:2], did(RIGHT, 6300)), Fault("liveness.too_late", 2, RIGHT)),
        ((*GOOD, did(MOUTH, 6500)), Fault("liveness.extra_action", None, MOUTH)),
        ((did(MOUTH, 300), *GOOD), Fault("liveness.extra_action", None, MOUTH)),
        ((GOOD[0], did(LEFT, 2100), *GOOD[1:]), Fault("liveness.extra_action", None, LEFT)),
    ],
)
def test_other_deeds_are_refused_with_their_code(found, expected):
    assert fault(found, THREE) == expected


def test_nobody_is_blamed_for_blinking():
    assert fault(tuple(sorted((*GOOD, did(BLINK, 300), did(BLINK, 4500)), key=_start)), THREE) is None


def test_a_blink_that_was_asked_for_must_come_in_its_window():
    challenge = asking(LEFT, BLINK, RIGHT)
    turns = (did(LEFT, 1500), did(RIGHT, 5500))
    assert fault(tuple(sorted((*turns, did(BLINK, 3400)), key=_start)), challenge) is None
    assert fault(tuple(sorted((*turns, did(BLINK, 2700)), key=_start)), challenge) == Fault(
        "liveness.action_missing", 1
    )


def test_the_same_action_asked_twice_must_be_done_twice():
    challenge = asking(LEFT, RIGHT, LEFT)
    answers = (did(LEFT, 1500), did(RIGHT, 3500), did(LEFT, 5500))
    assert fault(answers, challenge) is None
    assert fault(answers[:2], challenge) == Fault("liveness.action_missing", 2)


@pytest.mark.parametrize(("actions", "at_most"), [(2, 0.45), (3, 0.02), (4, 0.002)])
def test_a_recorded_answer_seldom_fits_another_challenge(actions, at_most):
    """The known limit of few actions; a case is bound to its challenge by the nonce, not by the pixels."""
    recorded = [tuple(did(s.action, s.start_ms + 500) for s in drawn(n, actions).steps) for n in range(60)]
    fits = [fault(answer, drawn(1000 + n, actions)) is None for answer in recorded for n in range(60)]
    assert sum(fits) / len(fits) <= at_most


def drawn(seed: int, actions: int) -> Challenge:
    return issue(randomness=random.Random(seed), now=NOW, actions=actions)


def _start(deed: Deed) -> int:
    return deed.start_ms
