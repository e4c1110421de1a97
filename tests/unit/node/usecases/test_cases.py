"""Opening a case, giving evidence, running the engine, reviewing."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from node.domain import days
from node.domain.canonical import parse_object
from node.domain.case import Case
from node.domain.challenge import LIFE_S, TOKEN
from node.domain.document import TypedLicence
from node.domain.evidence import PinTry
from node.domain.record import VerificationRecord
from node.domain.register import RECORD_FILE
from node.domain.signals import Signals
from node.errors import Corrupt, InvalidInput, Unavailable
from node.usecases.verify_case import TypedSecrets
from tests.unit.node.usecases.issuing_fixtures import IMAGES, Desk, judged

pytestmark = pytest.mark.unit

OCR_TRY = PinTry("aa" * 32, "ocr")
TYPED_TRY = PinTry("bb" * 32, "typed")


def _open(desk: Desk, method: str = "jp.chip+face") -> Case:
    return desk.issuing.open_case(method, opened_by="見本", typed_birth_date=None)


def _run(desk: Desk, case_id: str, *, typed_pin_b: str | None = None) -> Case:
    desk.issuing.start_verification(case_id)
    return desk.issuing.run_verification(case_id, TypedSecrets(pin_b=typed_pin_b))


def test_a_case_opens_with_a_challenge_and_its_own_secret(desk):
    case = _open(desk)
    assert (case.state, case.challenge["nonce"]) == ("open", "1")
    assert len(desk.store.vault.get(case.case_id, "pin-salt")) == 32


def test_the_image_method_is_refused_from_2027_04_01_in_japan(desk):
    desk.clock.seconds = days.first_second(date(2027, 4, 1)) - 1
    assert _open(desk, "jp.idimage+face").state == "open"
    desk.clock.seconds += 1
    assert desk.code_of(lambda: _open(desk, "jp.idimage+face")) == "method_not_allowed"
    assert _open(desk).state == "open"


@pytest.mark.parametrize(
    ("method", "code"), [("jp.restrictedMail", "method.not_offered"), ("x", "method.unknown")]
)
def test_a_method_that_this_node_does_not_perform_is_refused(desk, method, code):
    assert desk.code_of(lambda: _open(desk, method)) == code


def test_a_signature_is_asked_for_by_approved_members_only(desk):
    assert desk.code_of(lambda: _open(desk, "jp.jpki.sign")) == "method.needs_approval"


def test_a_signature_needs_no_pictures_and_is_bound_to_its_case(desk):
    desk.issuing = replace(desk.issuing, jpki_approved=True)
    desk.engine.answer = judged(selfie=None, attachments={"jpki-signature.bin": b"signature"})
    case = _open(desk, "jp.jpki.sign")
    desk.issuing.start_verification(case.case_id)
    decided = desk.issuing.run_verification(case.case_id, TypedSecrets(sign_password="MIHON2026"))
    assert decided.state == "verified"
    seen = desk.engine.seen[0]
    assert (seen.surface, seen.clip, seen.sign_password) == ((), None, "MIHON2026")
    assert parse_object(seen.transaction, code="x") == {
        "case_id": case.case_id,
        "issuer": 1,
        "method": "jp.jpki.sign",
    }
    assert desk.store.vault.get(case.case_id, "jpki-signature.bin") == b"signature"
    stored = b"".join(desk.store.vault.contents.values())
    assert b"MIHON2026" not in stored
    assert "MIHON2026" not in repr((seen, decided))


@pytest.mark.parametrize("count", [2, 9])
def test_three_to_eight_photographs_are_taken(desk, count):
    case = _open(desk)
    assert desk.code_of(lambda: desk.issuing.add_surface(case.case_id, (b"x",) * count)) == "surface.count"
    assert desk.case(case.case_id) == case


def test_unusable_evidence_leaves_the_case_and_the_vault_as_they_were(desk):
    case = _open(desk)
    before = dict(desk.store.vault.contents)
    desk.engine.unusable = InvalidInput("image.damaged", "x")
    assert desk.code_of(lambda: desk.issuing.add_surface(case.case_id, IMAGES)) == "image.damaged"
    assert desk.code_of(lambda: desk.issuing.add_clip(case.case_id, desk.answer(case.case_id))) == (
        "image.damaged"
    )
    assert (desk.case(case.case_id), desk.store.vault.contents) == (case, before)


def test_evidence_given_again_takes_the_place_of_the_first(desk):
    case_id = desk.ready_case()
    desk.issuing.add_surface(case_id, (b"4", b"5", b"6", b"7"))
    _run(desk, case_id)
    assert desk.engine.seen[0].surface == (b"4", b"5", b"6", b"7")


def test_a_clip_must_answer_a_fresh_challenge(desk):
    case = _open(desk)
    desk.clock.seconds += LIFE_S
    assert desk.code_of(lambda: desk.issuing.add_clip(case.case_id, desk.answer(case.case_id))) == (
        "challenge.expired"
    )
    assert desk.issuing.renew_challenge(case.case_id).challenge["nonce"] == "2"
    assert desk.issuing.add_clip(case.case_id, desk.answer(case.case_id)).clip_frames == 2


def test_a_clip_recorded_for_another_case_is_refused(desk):
    mine, other = _open(desk), _open(desk)
    recorded = desk.answer(other.case_id)
    assert desk.code_of(lambda: desk.issuing.add_clip(mine.case_id, recorded)) == "challenge.other_subject"
    assert desk.issuing.add_clip(other.case_id, recorded).clip_frames == 2


def test_a_clip_that_answers_an_earlier_challenge_of_the_case_is_refused(desk):
    case = _open(desk)
    recorded = desk.answer(case.case_id)
    desk.issuing.renew_challenge(case.case_id)
    assert desk.code_of(lambda: desk.issuing.add_clip(case.case_id, recorded)) == "challenge.superseded"


def test_a_challenge_takes_one_clip_which_may_be_sent_twice(desk):
    case_id = _open(desk).case_id
    first = desk.answer(case_id)
    taken = desk.issuing.add_clip(case_id, first)
    assert desk.issuing.add_clip(case_id, first) == taken
    second = replace(first, frames=(b"c", b"d"))
    assert desk.code_of(lambda: desk.issuing.add_clip(case_id, second)) == "challenge.answered"


def test_the_engine_gets_what_was_asked_without_the_signature(desk):
    case_id = desk.ready_case()
    _run(desk, case_id)
    assert TOKEN not in desk.engine.seen[0].challenge
    assert desk.engine.seen[0].challenge["nonce"] == "1"


def test_a_reviewer_sees_what_the_capture_page_said_of_itself(desk):
    case_id = _open(desk).case_id
    assert desk.code_of(lambda: desk.issuing.show_signals(case_id)) == "clip.none"
    told = Signals(camera="OBS Virtual Camera", width=640, height=480)
    desk.issuing.add_clip(case_id, replace(desk.answer(case_id), signals=told))
    seen = desk.issuing.show_signals(case_id)
    assert seen.signals == told.to_json()
    assert seen.remarks == ("capture.virtual_camera",)


def test_a_new_challenge_drops_the_clip_that_answered_the_old_one(desk):
    case_id = desk.ready_case()
    desk.issuing.renew_challenge(case_id)
    assert desk.code_of(lambda: desk.issuing.start_verification(case_id)) == "case.incomplete"


def test_a_case_is_verified_once_at_a_time(desk):
    case_id = desk.ready_case()
    desk.issuing.start_verification(case_id)
    assert desk.code_of(lambda: desk.issuing.start_verification(case_id)) == "case.wrong_state"
    assert desk.code_of(lambda: desk.issuing.add_surface(case_id, IMAGES)) == "case.wrong_state"


def test_a_positive_judgement_becomes_a_record_at_once(desk):
    case_id = desk.ready_case()
    done = _run(desk, case_id)
    assert (done.state, done.record_id, done.decided_at) == ("verified", case_id, desk.clock.now())
    assert done.checks[0]["check"] == "chip.data_signature"
    stored = parse_object(desk.store.vault.get(case_id, RECORD_FILE), code="x")
    record = VerificationRecord.from_json(stored)
    assert (record.issuer, record.method, record.passkey) == (1, "jp.chip+face", None)
    with desk.store.transaction() as unit:
        assert unit.records.get(case_id).state == "unbound"


def test_a_negative_judgement_leaves_no_record(desk):
    desk.engine.answer = judged("rejected", codes=("face.no_match",))
    done = _run(desk, desk.ready_case())
    assert (done.state, done.codes, done.record_id) == ("rejected", ["face.no_match"], None)
    with desk.store.transaction() as unit:
        assert unit.records.find() == []


@pytest.mark.parametrize("kind", [InvalidInput, Unavailable, Corrupt])
def test_an_attempt_that_could_not_decide_reopens_the_case_and_keeps_the_evidence(desk, kind):
    desk.engine.answer = kind("card.absent", "no card", hint="put it")
    case_id = desk.ready_case()
    done = _run(desk, case_id)
    assert done.state == "open"
    assert done.last_error == {"code": "card.absent", "detail": "no card", "hint": "put it"}
    desk.engine.answer = judged()
    assert _run(desk, case_id).state == "verified"


def test_a_clip_answers_one_challenge_of_its_case_only(desk):
    case_id = desk.ready_case()
    sent = desk.answer(case_id)
    desk.issuing.renew_challenge(case_id)
    again = replace(sent, token=desk.answer(case_id).token)
    assert desk.code_of(lambda: desk.issuing.add_clip(case_id, again)) == "clip.seen_before"


def test_one_known_frame_among_new_ones_is_no_repetition(desk):
    case_id = desk.ready_case()
    black = desk.answer(case_id).frames[0]
    desk.issuing.renew_challenge(case_id)
    fresh = desk.answer(case_id)
    frames = (black, *(fresh.frames[0] + bytes([number]) for number in range(9)))
    clip = replace(fresh, frames=frames, timestamps_ms=tuple(range(10)))
    assert desk.issuing.add_clip(case_id, clip).clip_frames == 10


@pytest.mark.parametrize("code", ["liveness.turn_too_small", "liveness.action_missing"])
def test_a_clip_that_shows_too_little_is_asked_for_again_twice_with_another_challenge(desk, code):
    desk.engine.answer = InvalidInput(code, "too little", hint="turn further")
    case_id = desk.ready_case()
    first = desk.case(case_id).challenge
    for _ in range(2):
        assert _run(desk, case_id).last_error["code"] == code
        desk.issuing.renew_challenge(case_id)
        assert desk.case(case_id).challenge != first
        desk.issuing.add_clip(case_id, desk.answer(case_id))
    desk.engine.answer = judged("rejected")
    assert _run(desk, case_id).state == "rejected"
    assert [evidence.may_ask_again for evidence in desk.engine.seen] == [True, True, False]


def test_a_bug_in_the_engine_does_not_leave_the_case_hanging(desk):
    desk.engine.answer = RuntimeError("boom")
    done = _run(desk, desk.ready_case())
    assert (done.state, done.last_error["code"]) == ("open", "internal")


def test_a_restart_reopens_what_was_being_verified(desk):
    case_id = desk.ready_case()
    desk.issuing.start_verification(case_id)
    assert desk.issuing.resume_cases() == []
    assert (desk.case(case_id).state, desk.case(case_id).last_error["code"]) == ("open", "case.restarted")


def test_a_restart_keeps_the_line_of_those_that_waited(desk):
    later, sooner, taken = desk.ready_case(), desk.ready_case(), desk.ready_case()
    for case_id, turn in ((later, 9), (sooner, 4), (taken, 5)):
        desk.issuing.start_verification(case_id, turn=turn)
    desk.issuing.run_verification.begin(taken)
    assert [case.case_id for case in desk.issuing.resume_cases()] == [sooner, later]
    assert (desk.case(taken).state, desk.case(sooner).state) == ("open", "verifying")


def test_a_case_that_an_engine_took_is_not_in_the_line_any_more(desk):
    case_id, turns = desk.ready_case(), []
    desk.issuing.start_verification(case_id, turn=4)
    desk.engine.watcher = lambda: turns.append(desk.case(case_id).turn)
    desk.issuing.run_verification(case_id)
    assert set(turns) == {None}


def test_progress_is_stored_stage_by_stage(desk):
    seen = []
    case_id = desk.ready_case()

    def note() -> None:
        case = desk.case(case_id)
        seen.append((case.stage, [one["stage"] for one in case.stages]))

    desk.engine.watcher = note
    _run(desk, case_id)
    assert seen == [("surface", []), ("chip", ["surface"])]


def test_a_code_is_remembered_before_it_is_sent_and_forgotten_once_accepted(desk):
    case_id = desk.ready_case()
    desk.engine.answer = InvalidInput("chip.pin_wrong", "x")
    desk.engine.tries = [(OCR_TRY, False)]
    _run(desk, case_id)
    desk.engine.tries = [(TYPED_TRY, True)]
    _run(desk, case_id, typed_pin_b="1" * 14)
    desk.engine.tries = []
    _run(desk, case_id)
    assert [evidence.tried for evidence in desk.engine.seen] == [(), (OCR_TRY,), (OCR_TRY,)]
    assert [evidence.typed_pin_b for evidence in desk.engine.seen] == [None, "1" * 14, None]


def test_the_typed_code_is_nowhere_in_the_store(desk):
    _run(desk, desk.ready_case(), typed_pin_b="55021720352285")
    assert not [name for name, data in desk.store.vault.contents.items() if b"55021720352285" in data]
    assert "55021720352285" not in repr(desk.engine.seen)


def test_a_reviewer_approves_and_the_approval_becomes_part_of_the_record(desk):
    desk.engine.answer = judged("review", codes=("document.needs_reviewer",))
    case_id = desk.ready_case("jp.idimage+face")
    assert _run(desk, case_id).state == "review"
    done = desk.issuing.review_case(case_id, approve=True, by="審査 見本", note="thickness seen")
    assert (done.state, done.record_id) == ("verified", case_id)
    assert done.review == {"decision": "verified", "by": "審査 見本", "at": desk.clock.now()}
    record = VerificationRecord.from_json(parse_object(desk.store.vault.get(case_id, RECORD_FILE), code="x"))
    details = record.verified_claims["verification"]["evidence"][0]["check_details"]
    assert [(d["check"], d["result"]) for d in details][-1] == ("document.review", "passed")
    note = parse_object(desk.store.vault.get(case_id, "review.json"), code="x")
    assert (note["by"], note["note"]) == ("審査 見本", "thickness seen")
    assert "審査" not in str(record.to_json())


def test_a_reviewer_rejects(desk):
    desk.engine.answer = judged("review")
    case_id = desk.ready_case()
    _run(desk, case_id)
    done = desk.issuing.review_case(case_id, approve=False, by="審査", note="no")
    assert (done.state, done.record_id) == ("rejected", None)


def test_only_a_case_in_review_can_be_reviewed(desk):
    case_id = desk.ready_case()
    _run(desk, case_id)
    action = lambda: desk.issuing.review_case(case_id, approve=False, by="x", note="y")  # noqa: E731
    assert desk.code_of(action) == "case.wrong_state"


def test_what_was_never_read_cannot_be_approved(desk):
    desk.engine.answer = judged("review", facts=False)
    case_id = desk.ready_case()
    _run(desk, case_id)
    action = lambda: desk.issuing.review_case(case_id, approve=True, by="x", note="y")  # noqa: E731
    assert desk.code_of(action) == "case.no_facts"
    assert desk.case(case_id).state == "review"


def test_a_capture_link_opens_its_case_until_it_expires_or_the_case_moves_on(desk):
    case_id = desk.ready_case()
    link, token = desk.issuing.offer_capture(case_id)
    assert desk.issuing.find_capture(token).case_id == case_id
    assert desk.code_of(lambda: desk.issuing.find_capture("0" * 64)) == "link.unknown"
    desk.clock.seconds = link.expires_at
    assert desk.code_of(lambda: desk.issuing.find_capture(token)) == "link.expired"
    _, fresh = desk.issuing.offer_capture(case_id)
    desk.issuing.start_verification(case_id)
    assert desk.code_of(lambda: desk.issuing.find_capture(fresh)) == "case.wrong_state"


def test_another_document_needs_no_photograph_of_a_my_number_card_and_is_never_stored(desk):
    case = _open(desk)
    assert desk.code_of(lambda: desk.issuing.start_verification(case.case_id)) == "case.incomplete"
    desk.issuing.add_clip(case.case_id, desk.answer(case.case_id))
    desk.issuing.start_verification(case.case_id, typed_document=True)
    typed = TypedSecrets(document=TypedLicence("1234", "5678"))
    desk.issuing.run_verification(case.case_id, typed)
    assert (desk.engine.seen[0].surface, desk.engine.seen[0].document) == ((), typed.document)
    assert "1234" not in repr((typed, desk.engine.seen[0]))


def test_a_document_is_refused_where_the_method_reads_none(desk):
    case = _open(desk, "jp.idimage+face")
    refused = desk.code_of(lambda: desk.issuing.start_verification(case.case_id, typed_document=True))
    assert refused == "document.not_for_method"
