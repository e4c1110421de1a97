"""Which frames of a clip are looked at, and which are chosen."""

from __future__ import annotations

import pytest

from tests.unit.verifier.face.faces import seen, unseen
from verifier.face.baseline import Baseline, baseline
from verifier.face.eyes import Eyes
from verifier.face.follow import sampled
from verifier.face.track import frontal_frames, turned_frames

pytestmark = pytest.mark.unit


def test_sampling_thins_a_fast_camera_to_fifteen_frames_a_second():
    assert sampled(range(0, 1000, 33)) == tuple(range(0, 31, 2))


def test_sampling_keeps_every_frame_of_the_capture_page():
    assert sampled(range(0, 1000, 66)) == tuple(range(16))


def test_sampling_is_dense_where_a_lid_is_asked_to_move():
    times = range(0, 1000, 20)
    assert [times[index] for index in sampled(times, [(300, 420)])] == [
        *(0, 60, 120, 180, 240, 300, 340, 380, 420, 480, 540, 600, 660, 720, 780, 840, 900, 960)
    ]


def test_sampling_keeps_every_frame_of_a_slow_camera():
    assert sampled([0, 100, 205, 300]) == (0, 1, 2, 3)


def test_baseline_is_the_median_before_the_first_prompt_only():
    assert baseline([seen(0, 3.0), seen(100, 4.0), seen(200, 30.0), seen(900, -40.0)]).yaw == 4.0


def test_no_baseline_without_a_face_at_the_start():
    assert baseline([unseen(0), unseen(400), seen(900, 0.0)]) is None


def test_no_baseline_when_the_person_looks_away_at_the_start():
    assert baseline([seen(0, 25.0), seen(100, 26.0)]) is None


def test_frontal_frames_are_the_sharpest_of_each_fifth_best_first():
    frames = [seen(t, 2.0, sharpness=100 + t % 300) for t in range(0, 1000, 100)]
    chosen = frontal_frames(frames, Baseline())
    assert sorted(frame.t_ms for frame in chosen) == [100, 200, 500, 700, 800]
    assert [frame.sharpness for frame in chosen] == sorted((f.sharpness for f in chosen), reverse=True)


def test_a_frame_at_rest_is_taken_before_a_sharper_one_with_closed_eyes_or_open_mouth():
    shut, gaping = Eyes(0.6, 0.6), {"mouth": 0.4}
    near = {"eye_distance": 90.0}
    frames = [
        seen(0, eyes=shut, sharpness=900),
        seen(1, sharpness=800, **gaping),
        seen(2, sharpness=700, **near),
        seen(3, sharpness=100),
    ]
    assert [frame.t_ms for frame in frontal_frames(frames, Baseline())][-1] == 3
    assert [frame.t_ms for frame in frontal_frames(frames[:1], Baseline())] == [0]


def test_a_frame_that_looks_ahead_is_taken_before_a_sharper_one_of_a_nod():
    nod = {"nose_drop": 0.62}
    frames = [seen(0, sharpness=900, **nod), seen(1, sharpness=100, mouth=0.4), seen(2, sharpness=800, **nod)]
    assert [frame.t_ms for frame in frontal_frames(frames, Baseline())][-1] == 1
    assert [frame.t_ms for frame in frontal_frames(frames[:1], Baseline())] == [0]


def test_frontal_frames_exclude_turned_and_faceless_ones():
    assert frontal_frames([seen(0, 9.0), unseen(100), seen(200, -8.5)], Baseline()) == []


def test_frontal_is_measured_from_the_persons_own_baseline():
    assert len(frontal_frames([seen(0, 15.0)], Baseline(yaw=12.0))) == 1


def test_turned_frames_are_those_nearest_to_the_best_angle_on_each_side():
    frames = [seen(i * 100, yaw) for i, yaw in enumerate([0, 14, 16, 24, 26, 40, -16, -50])]
    assert [frame.pose.yaw for frame in turned_frames(frames, Baseline())] == [24, 26, 16, -16, -50]
