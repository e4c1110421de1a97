"""The liveness checks on hand-made tracks and evidence."""

from __future__ import annotations

import dataclasses
import random
from datetime import UTC, datetime

import numpy as np
import pytest

from tests.unit.verifier.face.faces import FLAT, a_track, key, person, seen, unseen
from verifier.liveness.challenge import Action, issue
from verifier.liveness.evidence import Evidence, Traces
from verifier.liveness.judge import action, judge, planar, same_face, single_face
from verifier.liveness.medium.cues import film, medium
from verifier.liveness.medium.repetition import Repetition
from verifier.liveness.planar_flow import Flow
from verifier.models import ModelFile, ModelPack, Role
from verifier.types import Outcome

pytestmark = pytest.mark.unit

CHALLENGE = issue(randomness=random.Random(5), now=datetime(2026, 1, 1, tzinfo=UTC), actions=2)
FOREIGN = ModelPack(
    "foreign", tuple(ModelFile(role, f"foreign/{role}.onnx", "0" * 64, "own") for role in Role)
)

QUIET = Traces(moire=2.1, bands=0.1, edges=0.0, colour=24.0)
"""What a person before a camera leaves."""


NO_COPIES = Repetition(0.0, 0, 0)


def some_evidence(repetition=NO_COPIES, *, speed=120.0, unevenness_ms=5.0, unseen_turn=0.0) -> Evidence:
    return Evidence(QUIET, repetition, speed, unevenness_ms, (), unseen_turn)


def answered() -> tuple:
    """Frames of someone who turns 300 ms after each prompt and holds for 500 ms."""
    yaws = {Action.TURN_LEFT: 25.0, Action.TURN_RIGHT: -25.0}
    frames = []
    for t_ms in range(0, CHALLENGE.duration_ms, 100):
        now = [step.action for step in CHALLENGE.steps if 300 <= t_ms - step.start_ms < 800]
        frames.append(seen(t_ms, yaws[now[0]] if now else 0.0))
    return tuple(frames)


def test_the_checks_come_in_a_fixed_order_and_an_empty_track_passes_none():
    frozen = some_evidence(Repetition(1.0, 0, 0))
    results = judge(a_track(baseline_yaw=None), CHALLENGE, frozen)
    names = ["single_face", "action", "planar", "same_face", "film", "medium"]
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
        ((0.9, 0.2, 0.1), Outcome.UNDECIDED, "liveness.medium_review"),
        ((0.9, 0.1, 0.1), Outcome.FAILED, "liveness.medium_suspect"),
        ((), Outcome.NOT_PERFORMED, "liveness.no_frontal_frame"),
    ],
)
def test_the_medium_is_judged_by_the_median_frontal_score(scores, outcome, code):
    result = medium(a_track(frontal=tuple(key(0, person(1), live=score) for score in scores)), QUIET)
    assert (result.outcome, result.code) == (outcome, code)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"moire": 3.5}, "liveness.screen_pattern"),
        ({"bands": 1.0}, "liveness.screen_bands"),
        ({"edges": 4.0}, "liveness.sheet_edges"),
        ({"colour": 0.1}, "liveness.no_colour"),
    ],
)
def test_one_trace_of_a_medium_calls_a_reviewer_however_sure_the_network_is(change, code):
    track = a_track(frontal=(key(0, person(1), live=0.99),))
    result = medium(track, dataclasses.replace(QUIET, **change))
    assert (result.outcome, result.code) == (Outcome.UNDECIDED, code)


def test_two_traces_of_a_medium_fail_it_and_both_are_named():
    track = a_track(frontal=(key(0, person(1), live=0.99),))
    result = medium(track, dataclasses.replace(QUIET, moire=3.5, edges=4.0))
    assert (result.outcome, result.facts["cues"]) == (Outcome.FAILED, "moire,edges")


def test_a_trace_that_could_not_be_read_is_no_suspicion():
    assert medium(a_track(frontal=(key(0, person(1), live=0.99),)), Traces()).passed


@pytest.mark.parametrize(
    ("evidence", "outcome", "code"),
    [
        (some_evidence(), Outcome.PASSED, None),
        (some_evidence(Repetition(0.9, 0, 0)), Outcome.FAILED, "liveness.frames_frozen"),
        (some_evidence(Repetition(0.0, 9, 0)), Outcome.FAILED, "liveness.frames_repeat"),
        (some_evidence(Repetition(0.0, 0, 9)), Outcome.FAILED, "liveness.film_loops"),
        (some_evidence(speed=500.0), Outcome.UNDECIDED, "liveness.too_fast"),
        (some_evidence(unseen_turn=20.0), Outcome.UNDECIDED, "liveness.few_frames"),
        (some_evidence(unevenness_ms=0.0), Outcome.UNDECIDED, "liveness.times_computed"),
        (some_evidence(unevenness_ms=None), Outcome.PASSED, None),
    ],
)
def test_copies_and_loops_fail_the_film_while_haste_and_even_times_call_a_reviewer(evidence, outcome, code):
    result = film(evidence)
    assert (result.outcome, result.code) == (outcome, code)


def solid_track():
    """Landmarks of a head: the turned ones are no projection of a plane."""
    turned = [dataclasses.replace(key(turn, person(1)), landmarks=FLAT + bulge()) for turn in (20, -20)]
    return a_track(frontal=(key(0, person(1)),), turned=tuple(turned))


def bulge():
    return np.random.default_rng(1).normal(0, 4, FLAT.shape).astype(np.float32)


def test_landmarks_that_fit_no_plane_pass():
    assert planar(solid_track()).passed


def test_followed_corners_that_moved_as_on_a_plane_leave_a_pass_undecided():
    result = planar(solid_track(), (Flow(0.004, 0.3, 60),))
    assert (result.outcome, result.code) == (Outcome.UNDECIDED, "liveness.planar_review")


@pytest.mark.parametrize("weak", [Flow(0.004, 0.05, 60), Flow(0.004, 0.3, 10)], ids=["motion", "corners"])
def test_corners_that_hardly_moved_or_are_few_say_nothing(weak):
    assert planar(solid_track(), (weak,)).passed


def medium_of(track):
    return medium(track, QUIET)


def test_a_face_that_leaps_about_is_not_one_face():
    leaping = tuple(
        dataclasses.replace(frame, leaped=frame.t_ms in (1000, 2000, 3000)) for frame in answered()
    )
    assert single_face(a_track(leaping)).code == "liveness.face_leaped"
    jolted = tuple(dataclasses.replace(frame, leaped=frame.t_ms == 1000) for frame in answered())
    assert single_face(a_track(jolted)).passed


def action_of(track):
    return action(track, CHALLENGE)


@pytest.mark.parametrize("check", [planar, same_face, medium_of, action_of])
def test_models_without_measured_thresholds_give_no_verdict(check):
    keys = tuple(key(turn, person(1), live=0.9) for turn in (0, 20, -20))
    track = dataclasses.replace(a_track(frontal=keys[:1], turned=keys[1:]), pack=FOREIGN)
    result = check(track)
    assert (result.outcome, result.code) == (Outcome.UNDECIDED, "face.no_threshold")
