"""Turns found in yaw series, and held against a challenge."""

from __future__ import annotations

import random
from datetime import UTC, datetime

import pytest

from verifier.liveness.challenge import Action, Challenge, Step, issue
from verifier.liveness.turns import Turn, fault, find_turns

pytestmark = pytest.mark.unit

LEFT, RIGHT = Action.TURN_LEFT, Action.TURN_RIGHT
CHALLENGE = Challenge(
    "00" * 32, (Step(LEFT, 1000, 2500), Step(RIGHT, 3100, 4600)), datetime(2026, 1, 1, tzinfo=UTC), 5200
)


def drawn(seed: int, turns: int) -> Challenge:
    return issue(randomness=random.Random(seed), now=datetime(2026, 1, 1, tzinfo=UTC), turns=turns)


def series(*yaws: float) -> list[tuple[int, float]]:
    return [(100 * i, yaw) for i, yaw in enumerate(yaws)]


def test_a_turn_starts_at_the_limit_and_knows_its_peak():
    assert find_turns(series(0, 5, 16, 28, 20, 5)) == (Turn(LEFT, 200, 28),)


def test_positive_yaw_is_the_persons_left_and_negative_their_right():
    assert [turn.action for turn in find_turns(series(0, 20, 20, 0, -20, -20, 0))] == [LEFT, RIGHT]


def test_noise_below_the_limit_does_not_split_a_turn():
    assert len(find_turns(series(16, 14, 17, 12, 18, 0))) == 1


def test_a_single_frame_beyond_the_limit_is_noise():
    assert find_turns(series(0, 30, 0, 0)) == ()


def test_swinging_from_side_to_side_without_a_pause_is_two_turns():
    assert [turn.action for turn in find_turns(series(20, 22, -20, -22))] == [LEFT, RIGHT]


def test_a_turn_that_never_returns_counts():
    assert find_turns(series(0, 20, 30)) == (Turn(LEFT, 100, 30),)


def test_turns_as_requested_have_no_fault():
    assert fault((Turn(LEFT, 1500, 25), Turn(RIGHT, 3600, 25)), CHALLENGE) is None


@pytest.mark.parametrize(
    ("turns", "code"),
    [
        ((), "liveness.action_missing"),
        ((Turn(LEFT, 1500, 25),), "liveness.action_missing"),
        ((Turn(LEFT, 1500, 25), Turn(LEFT, 3600, 25)), "liveness.action_missing"),
        ((Turn(RIGHT, 1500, 25), Turn(LEFT, 3600, 25)), "liveness.wrong_order"),
        ((Turn(LEFT, 1500, 25), Turn(RIGHT, 3600, 25), Turn(LEFT, 4800, 25)), "liveness.wrong_order"),
        ((Turn(LEFT, 2501, 25), Turn(RIGHT, 3600, 25)), "liveness.too_late"),
        ((Turn(LEFT, 1500, 25), Turn(RIGHT, 4700, 25)), "liveness.too_late"),
        ((Turn(LEFT, 900, 25), Turn(RIGHT, 3600, 25)), "liveness.too_early"),
        ((Turn(LEFT, 1050, 25), Turn(RIGHT, 3600, 25)), "liveness.too_early"),
    ],
)
def test_other_turns_are_refused_with_their_code(turns, code):
    assert fault(turns, CHALLENGE) == code


@pytest.mark.parametrize(("turns", "at_most"), [(2, 0.30), (3, 0.08)])
def test_a_recorded_answer_seldom_fits_another_challenge(turns, at_most):
    """The known limit of few actions; a case is bound to its challenge by the nonce, not by the pixels."""
    recorded = [
        tuple(Turn(step.action, step.start_ms + 700, 25) for step in drawn(seed, turns).steps)
        for seed in range(60)
    ]
    fits = [fault(answer, drawn(1000 + seed, turns)) is None for answer in recorded for seed in range(60)]
    share = sum(fits) / len(fits)
    assert share <= at_most
