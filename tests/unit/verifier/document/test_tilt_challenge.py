"""The tilt challenge: unpredictable, serialisable, and answered only by the right tilt at the right time."""

from __future__ import annotations

import itertools
import random
from datetime import UTC, datetime

import pytest

from verifier.document.answer import judge_tilt
from verifier.document.challenge import STEPS, Tilt, TiltChallenge, TiltStep, issue_tilt
from verifier.document.pose import Pose
from verifier.errors import InvalidInput
from verifier.types import Outcome

pytestmark = pytest.mark.unit

NOW = datetime(2026, 11, 22, tzinfo=UTC)
ASKED = TiltChallenge(
    "ab" * 32, (TiltStep(Tilt.TOP_AWAY, 1000, 2400), TiltStep(Tilt.LEFT_AWAY, 3400, 4800)), NOW, 5600
)


def film(*turns: tuple[int, int, float, float]) -> list[tuple[int, Pose]]:
    """Poses every 125 ms; each turn is (from ms, to ms, pitch, yaw)."""
    poses = []
    for time in range(0, 5600, 125):
        here = next((turn for turn in turns if turn[0] <= time < turn[1]), (0, 0, 0.0, 0.0))
        poses.append((time, Pose(here[2], here[3], 11.0, 95.0)))
    return poses


ANSWER = ((1500, 2600, 42.0, 0.0), (3900, 5000, 0.0, -41.0))


def codes(*turns: tuple[int, int, float, float]) -> str | None:
    poses = film(*turns)
    return judge_tilt(poses, ASKED, frames=len(poses)).code


def test_one_draw_differs_from_the_next_and_no_tilt_repeats_at_once():
    drawn = [issue_tilt(randomness=random.Random(seed), now=NOW) for seed in range(200)]
    orders = {tuple(step.tilt for step in one.steps) for one in drawn}
    assert len({one.nonce for one in drawn}) == 200
    assert len(orders) == 36
    assert all(len(one.steps) == STEPS for one in drawn)
    assert all(a != b for order in orders for a, b in itertools.pairwise(order))


def test_a_challenge_survives_its_json():
    drawn = issue_tilt(randomness=random.Random(1), now=NOW)
    assert TiltChallenge.from_json(drawn.to_json()) == drawn


@pytest.mark.parametrize(
    "damage",
    [
        {"steps": []},
        {"steps": [{"action": "spin", "start_ms": 1, "end_ms": 2}]},
        {"duration_ms": 1},
        {"issued_at": 3},
    ],
)
def test_a_damaged_challenge_is_refused(damage):
    with pytest.raises(InvalidInput) as refused:
        TiltChallenge.from_json({**ASKED.to_json(), **damage})
    assert refused.value.code == "challenge.malformed"


def test_the_asked_tilts_in_time_pass():
    poses = film(*ANSWER)
    result = judge_tilt(poses, ASKED, frames=len(poses))
    assert (result.outcome, result.score) == (Outcome.PASSED, 2.0)


@pytest.mark.parametrize(
    ("turns", "code"),
    [
        ((), "document.tilt_missing"),
        ((ANSWER[0],), "document.tilt_missing"),
        (((1500, 2600, 20.0, 0.0), ANSWER[1]), "document.tilt_missing"),
        (((1000, 2600, 42.0, 0.0), ANSWER[1]), "document.tilt_missing"),
        (((2500, 3200, 42.0, 0.0), ANSWER[1]), "document.tilt_missing"),
        (((1500, 2600, -42.0, 0.0), ANSWER[1]), "document.tilt_wrong"),
        (((1500, 2600, 42.0, 30.0), ANSWER[1]), "document.tilt_wrong"),
    ],
)
def test_none_too_little_too_early_too_late_or_another_direction_fails(turns, code):
    assert codes(*turns) == code


def test_a_card_that_is_hardly_seen_is_undecided():
    poses = film(*ANSWER)
    result = judge_tilt(poses[:10], ASKED, frames=len(poses))
    assert (result.outcome, result.code) == (Outcome.UNDECIDED, "document.not_seen")
