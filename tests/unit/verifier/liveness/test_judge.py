"""The five liveness checks on hand-made tracks."""

from __future__ import annotations

import dataclasses
import random
from datetime import UTC, datetime

import pytest

from tests.unit.verifier.face.faces import a_track, key, person, seen, unseen
from verifier.liveness.challenge import Action, issue
from verifier.liveness.judge import action, judge, medium, planar, same_face, single_face
from verifier.models import ModelFile, ModelPack, Role
from verifier.types import Outcome

pytestmark = pytest.mark.unit

CHALLENGE = issue(randomness=random.Random(5), now=datetime(2026, 1, 1, tzinfo=UTC), actions=2)
FOREIGN = ModelPack(
    "foreign", tuple(ModelFile(role, f"foreign/{role}.onnx", "0" * 64, "own") for role in Role)
)


def answered() -> tuple:
    """Frames of someone who turns 300 ms after each prompt and holds for 500 ms."""
    yaws = {Action.TURN_LEFT: 25.0, Action.TURN_RIGHT: -25.0}
    frames = []
    for t_ms in range(0, CHALLENGE.duration_ms, 100):
        now = [step.action for step in CHALLENGE.steps if 300 <= t_ms - step.start_ms < 800]
        frames.append(seen(t_ms, yaws[now[0]] if now else 0.0))
    return tuple(frames)


def test_the_checks_come_in_a_fixed_order_and_an_empty_track_passes_none():
    results = judge(a_track(baseline_yaw=None), CHALLENGE)
    names = ["single_face", "action", "planar", "same_face", "medium"]
    assert [result.check for result in results] == [f"liveness.{name}" for name in names]
    assert not any(result.passed for result in results)


def test_one_face_throughout_passes():
    assert single_face(a_track(answered())).passed


@pytest.mark.parametrize(
    ("frames", "code"),
    [
        (tuple(unseen(t) for t in range(0, 1000, 100)), "liveness.no_face"),
        (tuple(seen(t, 0, count=2) for t in range(0, 1000, 100)), "liveness.several_faces"),
        (tuple(seen(t, 0) if t % 300 else unseen(t) for t in range(0, 1000, 100)), "liveness.face_lost"),
    ],
)
def test_no_face_several_faces_and_a_lost_face_fail(frames, code):
    result = single_face(a_track(frames))
    assert (result.outcome, result.code) == (Outcome.FAILED, code)


def test_a_second_face_in_one_frame_is_noise():
    frames = (*answered()[:-1], dataclasses.replace(answered()[-1], count=2))
    assert single_face(a_track(frames)).passed


def test_the_requested_turns_pass_with_their_smallest_peak():
    result = action(a_track(answered()), CHALLENGE)
    assert (result.outcome, result.score) == (Outcome.PASSED, pytest.approx(25 / 15))


def test_standing_still_is_a_missing_action():
    frames = tuple(seen(t, 1.0) for t in range(0, 5000, 100))
    assert action(a_track(frames), CHALLENGE).code == "liveness.action_missing"


def test_turns_are_measured_from_the_persons_baseline():
    frames = tuple(seen(frame.t_ms, frame.measures.yaw + 12) for frame in answered())
    assert action(a_track(frames, baseline_yaw=12.0), CHALLENGE).passed
    assert action(a_track(frames, baseline_yaw=0.0), CHALLENGE).code == "liveness.action_missing"


def test_without_a_frontal_start_the_action_is_not_performed():
    result = action(a_track(answered(), baseline_yaw=None), CHALLENGE)
    assert (result.outcome, result.code) == (Outcome.NOT_PERFORMED, "liveness.no_frontal_start")


@pytest.mark.parametrize("turns", [(), (20.0,), (-20.0, -25.0)])
def test_the_planar_test_is_not_performed_unless_both_sides_were_seen(turns):
    track = a_track(frontal=(key(0, person(1)),), turned=tuple(key(turn, person(1)) for turn in turns))
    result = planar(track)
    assert (result.outcome, result.code) == (Outcome.NOT_PERFORMED, "liveness.turn_too_small")


def test_landmarks_that_fit_a_plane_fail():
    track = a_track(frontal=(key(0, person(1)),), turned=(key(20, person(1)), key(-20, person(1))))
    assert planar(track).code == "liveness.planar_surface"


def test_one_face_in_all_key_frames_passes():
    track = a_track(frontal=(key(0, person(1)),), turned=(key(20, person(1)), key(-20, person(1))))
    assert same_face(track).passed


@pytest.mark.parametrize(
    ("frontal", "turned"),
    [((1,), (1, 2)), ((1, 2), (1, 1)), ((2, 2), (1, 1))],
    ids=["turned", "frontal", "all"],
)
def test_another_face_in_any_key_frame_fails(frontal, turned):
    track = a_track(
        frontal=tuple(key(0, person(seed)) for seed in frontal),
        turned=tuple(key(20, person(seed)) for seed in turned),
    )
    assert same_face(track).code == "liveness.face_changed"


@pytest.mark.parametrize(
    ("scores", "outcome", "code"),
    [
        ((0.9, 0.6, 0.1), Outcome.PASSED, None),
        ((0.9, 0.3, 0.1), Outcome.UNDECIDED, "liveness.medium_review"),
        ((0.9, 0.1, 0.1), Outcome.FAILED, "liveness.medium_suspect"),
        ((), Outcome.NOT_PERFORMED, "liveness.no_frontal_frame"),
    ],
)
def test_the_medium_is_judged_by_the_median_frontal_score(scores, outcome, code):
    result = medium(a_track(frontal=tuple(key(0, person(1), live=score) for score in scores)))
    assert (result.outcome, result.code) == (outcome, code)


@pytest.mark.parametrize("check", [planar, same_face, medium])
def test_models_without_measured_thresholds_give_no_verdict(check):
    keys = tuple(key(turn, person(1), live=0.9) for turn in (0, 20, -20))
    track = dataclasses.replace(a_track(frontal=keys[:1], turned=keys[1:]), pack=FOREIGN)
    result = check(track)
    assert (result.outcome, result.code) == (Outcome.UNDECIDED, "face.no_threshold")
