"""Challenges: unpredictable, well-formed, and readable after a round trip."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta, timezone
from itertools import pairwise
from typing import Any

import pytest

from verifier.errors import InvalidInput
from verifier.liveness.challenge import (
    EYE_ACTIONS,
    PAUSE_MS,
    SIDES,
    WINDOW_MS,
    Action,
    Challenge,
    issue,
)

pytestmark = pytest.mark.unit

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)


def drawn(seed: int, **policy: Any) -> Challenge:
    return issue(randomness=random.Random(seed), now=NOW, **policy)


@pytest.mark.parametrize("actions", [2, 3, 4, 5])
def test_every_challenge_asks_for_both_sides_and_never_for_one_thing_twice_in_a_row(actions):
    for seed in range(200):
        order = [step.action for step in drawn(seed, actions=actions).steps]
        assert len(order) == actions
        assert set(SIDES) <= set(order)
        assert all(a is not b for a, b in pairwise(order))


def test_every_action_is_asked_sooner_or_later_and_at_every_place():
    for place in range(3):
        assert {drawn(seed).steps[place].action for seed in range(600)} == set(Action)


def test_only_actions_of_the_pool_are_asked():
    pool = {*SIDES, Action.OPEN_MOUTH}
    assert {step.action for seed in range(50) for step in drawn(seed, pool=pool).steps} == pool


@pytest.mark.parametrize(
    "wrong", [{"actions": 1}, {"actions": 6}, {"pool": set(SIDES)}, {"pool": {Action.BLINK}}]
)
def test_other_numbers_of_actions_and_poor_pools_are_a_programming_error(wrong):
    with pytest.raises(ValueError, match=r"actions|pool"):
        drawn(1, **wrong)


def test_the_windows_of_the_eyes_can_be_looked_at_more_closely():
    steps = drawn(4, actions=5).steps
    asked = [step for step in steps if step.action in EYE_ACTIONS]
    assert [start for start, _ in drawn(4, actions=5).eye_windows()] == [step.start_ms for step in asked]


def test_no_two_challenges_share_nonce_or_timing():
    issued = [drawn(seed) for seed in range(200)]
    assert len({challenge.nonce for challenge in issued}) == 200
    assert len({challenge.steps for challenge in issued}) == 200


def test_windows_and_pauses_stay_within_their_limits():
    for seed in range(200):
        for first, second in pairwise(drawn(seed).steps):
            assert WINDOW_MS[0] <= first.end_ms - first.start_ms <= WINDOW_MS[1]
            assert PAUSE_MS[0] <= second.start_ms - first.end_ms <= PAUSE_MS[1]


def test_the_default_lasts_about_six_seconds():
    lasts = [drawn(seed).duration_ms for seed in range(200)]
    assert 5500 <= sum(lasts) / len(lasts) <= 7500
    assert max(lasts) <= 8500


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
        INTACT | {"nonce": "G" * 64},
        INTACT | {"nonce": 7},
        INTACT | {"case": "another"},
        INTACT | {"duration_ms": "6000"},
        INTACT | {"issued_at": 5},
        INTACT | {"steps": [INTACT["steps"][0] | {"start_ms": 1.5}, *INTACT["steps"][1:]]},
        INTACT | {"steps": [INTACT["steps"][0] | {"hint": "?"}, *INTACT["steps"][1:]]},
        INTACT | {"steps": INTACT["steps"][:1]},
        INTACT | {"steps": [step | {"action": "blink"} for step in INTACT["steps"]]},
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


@pytest.mark.parametrize("version", [1, 3, "2", None])
def test_a_challenge_of_another_version_is_refused_by_its_own_code(version):
    with pytest.raises(InvalidInput) as caught:
        Challenge.from_json(INTACT | {"version": version})
    assert caught.value.code == "challenge.version"
