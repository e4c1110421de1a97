"""The film of the tilted card: asked for, answered once, needed, and shown to reviewers through one door."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date

import pytest

from node.domain import days
from node.domain.challenge import LIFE_S, TOKEN
from node.domain.methods import IMAGE_FACE
from node.errors import InvalidInput
from tests.unit.node.usecases.issuing_fixtures import CLIP, Desk, judged

pytestmark = pytest.mark.unit


def open_case(desk: Desk, method: str = IMAGE_FACE) -> str:
    return desk.issuing.open_case(method, opened_by="見本", typed_birth_date=None).case_id


def test_the_film_reaches_the_engine_with_what_it_answers(desk):
    case_id = desk.ready_case(IMAGE_FACE)
    desk.engine.answer = judged("review")
    desk.issuing.start_verification(case_id)
    assert desk.issuing.run_verification(case_id).state == "review"
    seen = desk.engine.seen[0]
    assert seen.tilt is not None
    assert seen.tilt.frames == CLIP.frames
    assert seen.tilt_challenge["nonce"].startswith("tilt")
    assert TOKEN not in seen.tilt_challenge


def test_without_a_film_the_photo_method_does_not_start(desk):
    case_id = desk.ready_case(IMAGE_FACE)
    desk.issuing.ask_tilt(case_id)
    with pytest.raises(InvalidInput, match="tilt") as refused:
        desk.issuing.start_verification(case_id)
    assert refused.value.code == "case.incomplete"


def test_a_film_is_asked_for_by_the_photo_method_only(desk):
    case_id = open_case(desk, "jp.chip+face")
    assert desk.code_of(lambda: desk.issuing.ask_tilt(case_id)) == "tilt.not_for_method"
    assert desk.code_of(lambda: desk.issuing.add_tilt(case_id, CLIP)) == "tilt.not_asked"


def test_one_challenge_takes_one_film_and_the_same_film_twice(desk):
    case_id = open_case(desk)
    film = desk.tilted(case_id)
    desk.issuing.add_tilt(case_id, film)
    assert desk.issuing.add_tilt(case_id, film).tilt_frames == len(CLIP.frames)
    other = replace(film, frames=(b"c", b"d"))
    assert desk.code_of(lambda: desk.issuing.add_tilt(case_id, other)) == "challenge.answered"


def test_a_film_answers_the_open_tilt_of_its_own_case_in_time(desk):
    case_id, another = open_case(desk), open_case(desk)
    old, foreign = desk.tilted(case_id), desk.tilted(another)
    fresh = desk.tilted(case_id)
    face = replace(CLIP, token=desk.case(case_id).challenge[TOKEN])
    for film, code in ((old, "superseded"), (foreign, "other_subject"), (face, "superseded")):
        assert desk.code_of(lambda film=film: desk.issuing.add_tilt(case_id, film)) == f"challenge.{code}"
    desk.clock.seconds += LIFE_S
    assert desk.code_of(lambda: desk.issuing.add_tilt(case_id, fresh)) == "challenge.expired"


def test_a_film_that_cannot_be_examined_changes_nothing(desk):
    case_id = open_case(desk)
    film = desk.tilted(case_id)
    desk.engine.unusable = InvalidInput("film.too_small", "small", hint="larger")
    assert desk.code_of(lambda: desk.issuing.add_tilt(case_id, film)) == "film.too_small"
    assert desk.case(case_id).tilt_file is None


@pytest.mark.parametrize("step", ["start", "approve"])
def test_a_method_that_has_ended_is_neither_started_nor_approved(desk, step):
    last_second = days.first_second(date(2027, 4, 1)) - 1
    desk.clock.seconds = last_second
    case_id = desk.ready_case(IMAGE_FACE)
    desk.engine.answer = judged("review")

    def start() -> object:
        return desk.issuing.start_verification(case_id)

    def approve() -> object:
        return desk.issuing.review_case(case_id, approve=True, by="見本", note="見本")

    if step == "approve":
        start()
        desk.issuing.run_verification(case_id)
    tried = start if step == "start" else approve
    desk.clock.seconds = last_second + 1
    assert desk.code_of(tried) == "method_not_allowed"
    if step == "approve":
        rejected = desk.issuing.review_case(case_id, approve=False, by="見本", note="見本")
        assert rejected.state == "rejected"
    else:
        desk.clock.seconds = last_second
        assert start().state == "verifying"


def test_a_reviewer_sees_the_engines_reports_and_pictures_and_nothing_else(desk):
    report = {"pictures": ["photo-flat.jpg"], "edges": []}
    files = {"photo-evidence.json": json.dumps(report).encode(), "photo-flat.jpg": b"JPEG"}
    desk.engine.answer = judged("review", attachments=files)
    case_id = desk.ready_case(IMAGE_FACE)
    desk.issuing.start_verification(case_id)
    desk.issuing.run_verification(case_id)
    assert desk.issuing.show_evidence(case_id) == {"photo-evidence.json": report}
    assert desk.issuing.show_picture(case_id, "photo-flat.jpg") == (b"JPEG", "image/jpeg")
    for name in ("pin-salt", "photo-edge.png", "../photo-flat.jpg", "photo-evidence.json"):
        assert desk.code_of(lambda name=name: desk.issuing.show_picture(case_id, name)) == "evidence.unknown"
