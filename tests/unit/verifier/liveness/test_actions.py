"""What a face did, found in hand-made tracks."""

from __future__ import annotations

import pytest

from tests.unit.verifier.face.faces import a_track, seen, unseen
from verifier.face.eyes import Eyes
from verifier.liveness.actions import deeds
from verifier.liveness.challenge import Action

pytestmark = pytest.mark.unit

LEFT, RIGHT = Action.TURN_LEFT, Action.TURN_RIGHT
SHUT, OPEN = 0.6, 0.97


def turning(*yaws: float) -> list:
    return [seen(100 * i, yaw) for i, yaw in enumerate(yaws)]


def found(frames) -> list[Action]:
    return [deed.action for deed in deeds(a_track(tuple(frames)))]


def resting(middle: dict, *, frames: int = 3) -> list:
    """A second at rest, some frames with something, a second at rest."""
    doing = [seen(1000 + 100 * i, **middle) for i in range(frames)]
    after = [seen(1000 + 100 * (frames + i)) for i in range(10)]
    return [seen(100 * i) for i in range(10)] + doing + after


def test_a_turn_starts_at_the_limit_and_knows_its_peak():
    (turn,) = deeds(a_track(tuple(turning(0, 5, 16, 28, 20, 5))))
    assert (turn.action, turn.start_ms, turn.end_ms, turn.peak) == (LEFT, 200, 400, 28)


def test_positive_yaw_is_the_persons_left_and_negative_their_right():
    assert found(turning(0, 20, 20, 0, -20, -20, 0)) == [LEFT, RIGHT]


def test_noise_below_the_limit_does_not_split_a_turn():
    assert found(turning(16, 14, 17, 12, 18, 0)) == [LEFT]


def test_a_single_frame_beyond_the_limit_is_noise():
    assert found(turning(0, 30, 0, 0)) == []


def test_swinging_from_side_to_side_without_a_pause_is_two_turns():
    assert found(turning(20, 22, -20, -22)) == [LEFT, RIGHT]


def test_a_turn_that_never_returns_counts():
    assert found(turning(0, 20, 30)) == [LEFT]


@pytest.mark.parametrize(
    ("doing", "action"),
    [
        ({"pitch": 14}, Action.TURN_UP),
        ({"pitch": -14}, Action.TURN_DOWN),
        ({"eye_distance": 88.0}, Action.MOVE_CLOSER),
        ({"mouth": 0.4}, Action.OPEN_MOUTH),
        ({"eyes": Eyes(SHUT, SHUT)}, Action.BLINK),
        ({"eyes": Eyes(right=SHUT, left=OPEN)}, Action.WINK_RIGHT),
        ({"eyes": Eyes(right=OPEN, left=SHUT)}, Action.WINK_LEFT),
    ],
)
def test_each_action_is_recognised_and_timed(doing, action):
    (deed,) = deeds(a_track(tuple(resting(doing))))
    assert (deed.action, deed.start_ms, deed.end_ms) == (action, 1000, 1200)
    assert deed.strength > 1


@pytest.mark.parametrize(
    "doing",
    [
        {"eyes": Eyes(0.90, 0.89)},
        {"eyes": Eyes(0.90, 0.95)},
        {"eyes": Eyes(SHUT, SHUT), "right_eye": 0.29, "left_eye": 0.30},
        {"eyes": Eyes(SHUT, OPEN), "right_eye": 0.29, "left_eye": 0.30},
        {"eyes": Eyes(SHUT, OPEN), "roll": 15.0},
        {"mouth": 0.15},
        {"eye_distance": 76.0},
        {"pitch": 6},
        {"yaw": 12.0},
    ],
    ids=[
        "squint",
        "half a wink",
        "shadow on both eyes",
        "shadow on one",
        "a tilted head",
        "talking",
        "leaning in",
        "a nod",
        "a glance",
    ],
)
def test_small_movements_are_no_actions(doing):
    assert found(resting(doing)) == []


def test_a_blink_may_fall_into_a_single_frame_but_an_open_mouth_or_a_wink_may_not():
    assert found(resting({"eyes": Eyes(SHUT, SHUT)}, frames=1)) == [Action.BLINK]
    assert found(resting({"mouth": 0.4}, frames=1)) == []
    assert found(resting({"eyes": Eyes(SHUT, OPEN)}, frames=1)) == []


def test_eyes_that_stay_closed_do_not_blink():
    assert found(resting({"eyes": Eyes(SHUT, SHUT)}, frames=20)) == []


def test_lids_and_mouth_of_a_moving_head_are_part_of_the_movement():
    assert found(resting({"pitch": -15, "eyes": Eyes(SHUT, SHUT)})) == [Action.TURN_DOWN]
    assert found(resting({"yaw": 30.0, "eyes": Eyes(SHUT, OPEN), "mouth": 0.4})) == [LEFT]


def test_of_two_movements_of_the_head_at_once_the_stronger_counts():
    assert found(resting({"yaw": 30.0, "pitch": 9})) == [LEFT]
    assert found(resting({"yaw": 16.0, "pitch": -25})) == [Action.TURN_DOWN]


def test_one_lid_that_leads_in_a_blink_does_not_wink():
    frames = resting({"eyes": Eyes(SHUT, SHUT)})
    frames[9] = seen(900, eyes=Eyes(SHUT, OPEN))
    assert found(frames) == [Action.BLINK]


def test_frames_without_a_face_and_clips_without_a_baseline_show_nothing():
    assert found([unseen(t) for t in range(0, 1000, 100)]) == []
    assert deeds(a_track(tuple(turning(0, 20, 30)), baseline_yaw=None)) == ()
