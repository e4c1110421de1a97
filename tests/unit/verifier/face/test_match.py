"""One cosine, one band."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.unit.verifier.face.faces import a_track, key, person
from verifier.face.match import best_selfie, verdict
from verifier.models import REGISTRY, Role
from verifier.types import Outcome

pytestmark = pytest.mark.unit

UNMEASURED = replace(
    REGISTRY,
    files=tuple(replace(f, sha256="0" * 64) if f.role is Role.EMBEDDING else f for f in REGISTRY.files),
)


@pytest.mark.parametrize(
    ("score", "outcome", "code"),
    [
        (0.47, Outcome.PASSED, None),
        (0.469, Outcome.UNDECIDED, "face.review_band"),
        (0.28, Outcome.UNDECIDED, "face.review_band"),
        (0.279, Outcome.FAILED, "face.no_match"),
        (-0.2, Outcome.FAILED, "face.no_match"),
    ],
)
def test_verdict_puts_a_cosine_into_its_band(score, outcome, code):
    result = verdict(score, REGISTRY, facts={})
    assert (result.outcome, result.code, result.score) == (outcome, code, score)


def test_verdict_of_an_unmeasured_model_is_undecided_however_high_the_score():
    result = verdict(0.99, UNMEASURED, facts={})
    assert (result.outcome, result.code, result.threshold) == (Outcome.UNDECIDED, "face.no_threshold", None)


def test_best_selfie_is_the_first_frontal_key_frame():
    track = a_track(frontal=(key(0, person(1), index=17), key(0, person(1), index=3)))
    assert best_selfie(track) == 17


def test_there_is_no_best_selfie_without_a_frontal_frame():
    assert best_selfie(a_track()) is None
