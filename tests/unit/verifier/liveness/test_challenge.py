"""Challenges: unpredictable, well-formed, and readable after a round trip."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta, timezone

import pytest

from verifier.errors import InvalidInput
from verifier.liveness.challenge import PAUSE_MS, WINDOW_MS, Action, Challenge, issue

pytestmark = pytest.mark.unit

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)


def drawn(seed: int) -> Challenge:
    return issue(randomness=random.Random(seed), now=NOW)


def test_a_challenge_asks_for_each_side_once():
    assert {tuple(sorted(step.action for step in drawn(seed).steps)) for seed in range(50)} == {
        (Action.TURN_LEFT, Action.TURN_RIGHT)
    }


@pytest.mark.parametrize("turns", [3, 4])
def test_longer_challenges_ask_for_both_sides_in_every_order(turns):
    orders = {
        tuple(step.action for step in issue(randomness=random.Random(seed), now=NOW, turns=turns).steps)
        for seed in range(300)
    }
    assert len(orders) == 2**turns - 2
    assert all(set(order) == set(Action) for order in orders)


@pytest.mark.parametrize("turns", [0, 1, 5])
def test_other_numbers_of_turns_are_a_programming_error(turns):
    with pytest.raises(ValueError, match="turns"):
        issue(randomness=random.Random(1), now=NOW, turns=turns)


def test_both_orders_occur():
    assert {drawn(seed).steps[0].action for seed in range(50)} == set(Action)


def test_no_two_challenges_share_nonce_or_timing():
    issued = [drawn(seed) for seed in range(200)]
    assert len({challenge.nonce for challenge in issued}) == 200
    assert len({challenge.steps for challenge in issued}) == 200


def test_windows_and_pauses_stay_within_their_limits():
    for seed in range(200):
        first, second = drawn(seed).steps
        assert WINDOW_MS[0] <= first.end_ms - first.start_ms <= WINDOW_MS[1]
        assert PAUSE_MS[0] <= second.start_ms - first.end_ms <= PAUSE_MS[1]


def test_a_challenge_lasts_four_to_seven_seconds():
    assert all(4000 <= drawn(seed).duration_ms <= 7000 for seed in range(200))


def test_the_time_of_issue_is_kept_in_utc():
    tokyo = timezone(timedelta(hours=9))
    challenge = issue(randomness=random.Random(1), now=NOW.astimezone(tokyo))
    assert challenge.issued_at.utcoffset() == timedelta(0)


def test_a_challenge_survives_json():
    assert Challenge.from_json(drawn(3).to_json()) == drawn(3)


INTACT = drawn(3).to_json()


@pytest.mark.parametrize(
    "document",
    [
        {name: value for name, value in INTACT.items() if name != "nonce"},
        {name: value for name, value in INTACT.items() if name != "issued_at"},
        INTACT | {"nonce": "ab"},
        INTACT | {"issued_at": "yesterday"},
        INTACT | {"duration_ms": 100},
        INTACT | {"steps": []},
        INTACT | {"steps": None},
        INTACT | {"steps": INTACT["steps"][::-1]},
        INTACT | {"steps": [INTACT["steps"][0] | {"action": "stand_on_head"}]},
        [],
    ],
)
def test_a_damaged_challenge_is_refused(document):
    with pytest.raises(InvalidInput) as caught:
        Challenge.from_json(document)
    assert caught.value.code == "challenge.malformed"
