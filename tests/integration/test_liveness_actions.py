"""Every action of a challenge, done by a synthetic head and found by the real networks.

What these clips are, and what passing them does not show: tests/sim/face/README.md.
"""

from __future__ import annotations

import time
from functools import cache

import numpy as np
import pytest

from tests.integration.face_fixtures import picture, real_models, rng
from tests.sim.face.camera import Camera, Light
from tests.sim.face.clip import synthesise_gestures
from tests.sim.face.film import load_film
from tests.sim.face.gestures import Gesture, gesture
from tests.sim.face.photographs import ASTRONAUT
from verifier.face.recording import RecordedModels, bare, recorded
from verifier.face.track import FaceTrack, track
from verifier.liveness.actions import deeds
from verifier.liveness.challenge import Action
from verifier.models import Role
from verifier.types import Clip

pytestmark = pytest.mark.integration

FIRST_MS, APART_MS = 900, 1450
SIDE_LIGHT = Camera(fps=10, light=Light.SIDE)
MAX_OVERHEAD = 0.50
"""Of the pipeline over the networks it runs, by processor time: far above what a quiet machine shows
(scripts/bench/face.py), because processors that others use as well give uneven times."""


def performed() -> tuple[Gesture, ...]:
    """All nine actions, one after the other."""
    random = rng(9)
    return tuple(gesture(action, FIRST_MS + APART_MS * n, random) for n, action in enumerate(Action))


@cache
def filmed() -> Clip:
    duration_ms = FIRST_MS + APART_MS * len(Action) + 400
    return synthesise_gestures(
        picture(ASTRONAUT), performed(), duration_ms, real_models(), rng=rng(9), camera=SIDE_LIGHT
    )


@cache
def seen() -> tuple[FaceTrack, RecordedModels, float]:
    """The track, what ran for it, and its processor seconds."""
    clip, models = filmed(), recorded(real_models())
    began = time.thread_time()
    found = track(clip, models)
    return found, models, time.thread_time() - began


def test_each_of_the_nine_actions_is_found_in_order_and_nothing_else():
    assert [deed.action for deed in deeds(seen()[0])] == list(Action)


def test_each_action_begins_after_its_gesture_and_before_the_gesture_ends():
    for deed, done in zip(deeds(seen()[0]), performed(), strict=True):
        assert done.start_ms <= deed.start_ms <= done.end_ms, deed


def test_the_face_is_followed_without_a_leap_and_detected_seldom():
    found, models, _ = seen()
    detected = sum(run.role is Role.DETECTION for run in models.runs)
    assert all(frame.count == 1 and not frame.leaped for frame in found.frames)
    assert detected < len(found.frames) / 2


def test_the_pipeline_adds_little_to_the_networks_it_runs():
    _, models, whole_s = seen()
    alone_s = bare(models.runs, real_models())
    assert whole_s <= (1 + MAX_OVERHEAD) * alone_s


def test_a_real_man_who_talks_and_tilts_his_head_is_followed_and_neither_turns_nor_winks():
    found = track(load_film(), real_models())
    assert all(frame.count == 1 and not frame.leaped for frame in found.frames)
    assert Action.OPEN_MOUTH in {deed.action for deed in deeds(found)} <= {Action.OPEN_MOUTH, Action.BLINK}


def test_a_clip_without_a_face_at_the_start_has_no_baseline_and_no_actions():
    times = tuple(range(0, 1500, 100))
    empty = track(Clip((np.full((480, 640, 3), 90, np.uint8),) * len(times), times), real_models())
    assert empty.baseline is None
    assert deeds(empty) == ()
