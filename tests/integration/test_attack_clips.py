"""One attack of each kind that can be computed quickly, through the real networks and the fusion.

Many of each kind: `python -m scripts.bench.face`. What it does not show: tests/sim/face/README.md.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import pytest

from tests.integration.face_fixtures import a_challenge, genuine_clip, picture, real_models, rng
from tests.sim.face.attacks import ATTACKS, Scene
from tests.sim.face.photographs import BIDEN, OBAMA, OBAMA_SPEAKING, chip_portrait
from verifier.face.match import match
from verifier.face.track import track
from verifier.image import decode_image
from verifier.liveness.evidence import gather
from verifier.liveness.fusion import Answer, Fusion, Level, fuse
from verifier.liveness.judge import judge
from verifier.types import CheckResult, Clip

pytestmark = pytest.mark.integration

ASKED, EARLIER = 1, 2
"""Seeds of the challenge and of the one that the victim answered before."""
SPED_UP = 11
"""Seed of a film that runs 1.82 times as fast: every other frame of it passed for a quick person."""
CAPTURE_PAGE_HZ = 15.0
"""node/web/static/camera.js."""


@cache
def a_scene() -> Scene:
    models = real_models()
    recording, attacker = genuine_clip(OBAMA, EARLIER), genuine_clip(BIDEN, ASKED)
    return Scene(picture(OBAMA), recording, picture(BIDEN), attacker, a_challenge(ASKED), models, rng(ASKED))


def decided(clip: Clip, seed: int = ASKED) -> tuple[Fusion, dict[str, CheckResult]]:
    models, challenge = real_models(), a_challenge(seed)
    seen = track(clip, models, dense=challenge.eye_windows())
    portrait = decode_image(chip_portrait(picture(OBAMA_SPEAKING), models))
    checks = (match(portrait, seen, models), *judge(seen, challenge, gather(clip, seen)))
    return fuse(Level.RECORD, checks), {check.check: check for check in checks}


def test_the_victims_own_answer_would_have_passed():
    assert decided(a_scene().recording, EARLIER)[0] == Fusion(Answer.PASS, ())


@pytest.mark.parametrize(
    ("kind", "check", "codes"),
    [
        ("print_moved", "liveness.action", {"liveness.action_missing", "liveness.wrong_action"}),
        ("mask", "liveness.action", {"liveness.action_missing", "liveness.wrong_action"}),
        ("screen_replay", "liveness.action", {"liveness.wrong_action", "liveness.action_missing"}),
        ("replayed_case", "liveness.action", {"liveness.wrong_action", "liveness.action_missing"}),
        ("looped", "liveness.film", {"liveness.film_loops", "liveness.frames_repeat"}),
        ("other_person", "face.match", {"face.no_match"}),
        ("two_faces", "liveness.single_face", {"liveness.several_faces"}),
        ("face_swap", "liveness.same_face", {"liveness.face_changed"}),
    ],
)
def test_an_attack_is_not_accepted_and_the_code_says_why(kind, check, codes):
    fusion, checks = decided(ATTACKS[kind](a_scene()))
    assert fusion.answer is not Answer.PASS
    assert checks[check].code in codes


@cache
def sped_up() -> Clip:
    return ATTACKS["sped_up"](replace(a_scene(), rng=rng(SPED_UP), fps=CAPTURE_PAGE_HZ))


def test_a_film_run_faster_is_seen_at_the_capture_pages_frame_rate():
    fusion, checks = decided(sped_up())
    assert fusion.answer is not Answer.PASS
    assert checks["liveness.film"].code == "liveness.too_fast"


def test_a_film_run_faster_does_not_pass_with_frames_left_out():
    thinned = Clip(sped_up().frames[::2], sped_up().timestamps_ms[::2])
    fusion, checks = decided(thinned)
    assert fusion.answer is not Answer.PASS
    assert checks["liveness.film"].code == "liveness.few_frames"


def test_copies_of_one_frame_are_no_film():
    still = a_scene().recording.frames[0]
    clip = a_scene().filmed(lambda _index, _t_ms: still)
    assert decided(clip)[1]["liveness.film"].code == "liveness.frames_frozen"


def test_a_print_that_is_never_seen_turned_is_asked_again_and_not_accepted():
    fusion, checks = decided(ATTACKS["print_flat"](a_scene()))
    assert fusion.answer in {Answer.AGAIN, Answer.REJECT}
    assert checks["liveness.planar"].code == "liveness.turn_too_small"
