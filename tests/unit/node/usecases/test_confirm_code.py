"""The customer confirms what was read from the card before it is sent there."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date

import pytest

from node.domain.card_code import MAX_VALUE_CHARACTERS, CodeReading, CodeValues, ConfirmedCode
from node.domain.case import Case
from node.domain.methods import IMAGE_FACE
from node.errors import Corrupt, InvalidInput
from node.usecases.verify_case import TypedSecrets
from tests.unit.node.usecases.issuing_fixtures import IMAGES, Desk, ToldEngine

pytestmark = pytest.mark.unit

READ_PIN, OTHER_PIN = "55021720352285", "55021720352286"
VALUES = CodeValues("昭和55年2月17日", "2035年2月17日", "2285")
CORRECTED = replace(VALUES, security_code="2286")
READING = CodeReading(VALUES, READ_PIN, ())


@dataclass
class ReadingEngine(ToldEngine):
    """An engine that also reads and composes codes, and counts how often it read."""

    reading: CodeReading = READING
    reads: list[date | None] = field(default_factory=list)

    def read_code(self, images: tuple[bytes, ...], typed_birth_date: date | None) -> CodeReading:
        assert images == IMAGES
        self.reads.append(typed_birth_date)
        return self.reading

    def compose_code(self, values: CodeValues, _typed_birth_date: date | None) -> str:
        if not values.security_code:
            raise InvalidInput("ocr.bad_security_code", "no code")
        return f"5502172035{values.security_code}"


@pytest.fixture(name="desk")
def _desk() -> Desk:
    desk = Desk()
    desk.engine = ReadingEngine()
    desk.issuing = replace(desk.issuing, engine=desk.engine)
    return desk


def photographed(desk: Desk, *, by_customer: bool = True) -> str:
    case_id: str = desk.ready_case()
    desk.issuing.add_surface(case_id, IMAGES, to_confirm=by_customer)
    return case_id


def attempted(desk: Desk, case_id: str, **typed: str) -> Case:
    desk.issuing.start_verification(case_id)
    return desk.issuing.run_verification(case_id, TypedSecrets(**typed))


def test_photographs_are_read_once(desk):
    case_id = photographed(desk)
    assert desk.issuing.read_code(case_id) == desk.issuing.read_code(case_id) == READING
    assert desk.engine.reads == [None]


def test_what_is_confirmed_unchanged_goes_to_the_engine_as_read(desk):
    case_id = photographed(desk)
    desk.issuing.read_code(case_id)
    assert desk.issuing.confirm_code(case_id, VALUES) == ConfirmedCode(READ_PIN, "ocr")
    attempted(desk, case_id)
    assert desk.engine.seen[-1].confirmed == ConfirmedCode(READ_PIN, "ocr")


def test_what_is_corrected_goes_to_the_engine_as_typed(desk):
    case_id = photographed(desk)
    desk.issuing.read_code(case_id)
    desk.issuing.confirm_code(case_id, VALUES)
    desk.issuing.confirm_code(case_id, CORRECTED)
    attempted(desk, case_id)
    assert desk.engine.seen[-1].confirmed == ConfirmedCode(OTHER_PIN, "typed")


def test_nothing_is_sent_to_the_card_before_the_customer_confirmed_it(desk):
    case_id = photographed(desk)
    desk.issuing.read_code(case_id)
    case = attempted(desk, case_id)
    assert (case.state, case.last_error["code"]) == ("open", "code.not_confirmed")
    assert desk.engine.seen == []


def test_a_code_typed_for_the_attempt_needs_no_confirmation(desk):
    attempted(desk, photographed(desk), pin_b=READ_PIN)
    assert desk.engine.seen[-1].confirmed is None


def test_photographs_from_the_members_own_system_need_none(desk):
    attempted(desk, photographed(desk, by_customer=False))
    assert desk.engine.seen[-1].confirmed is None


def test_new_photographs_are_read_and_confirmed_anew(desk):
    case_id = photographed(desk)
    desk.issuing.read_code(case_id)
    desk.issuing.confirm_code(case_id, VALUES)
    desk.issuing.add_surface(case_id, IMAGES, to_confirm=True)
    assert attempted(desk, case_id).last_error["code"] == "code.not_confirmed"
    desk.issuing.read_code(case_id)
    assert len(desk.engine.reads) == 2


def test_values_that_the_engine_refuses_confirm_nothing(desk):
    case_id = photographed(desk)
    assert desk.code_of(lambda: desk.issuing.confirm_code(case_id, CodeValues())) == "ocr.bad_security_code"
    assert attempted(desk, case_id).last_error["code"] == "code.not_confirmed"


def test_there_is_nothing_to_confirm_without_photographs_or_for_another_method(desk):
    bare = desk.issuing.open_case("jp.chip+face", opened_by="見本", typed_birth_date=None).case_id
    assert desk.code_of(lambda: desk.issuing.read_code(bare)) == "code.no_photographs"
    image = desk.ready_case(IMAGE_FACE)
    assert desk.code_of(lambda: desk.issuing.read_code(image)) == "code.not_for_method"


def test_a_confirmation_after_the_verification_began_is_refused(desk):
    case_id = photographed(desk, by_customer=False)
    desk.issuing.start_verification(case_id)
    assert desk.code_of(lambda: desk.issuing.confirm_code(case_id, VALUES)) == "case.wrong_state"


def test_overlong_values_are_refused():
    with pytest.raises(InvalidInput) as refused:
        CodeValues("昭" * (MAX_VALUE_CHARACTERS + 1))
    assert refused.value.code == "code.too_long"


@pytest.mark.parametrize("data", [b"", b"[]", b"{}", b'{"pin_b": 1}', b'{"values": {"x": 1}}'])
def test_what_cannot_be_read_back_is_corrupt(data):
    for kind in (CodeReading, ConfirmedCode):
        with pytest.raises(Corrupt) as refused:
            kind.from_bytes(data)
        assert refused.value.code == "code.corrupt"


def test_nothing_personal_shows_in_a_representation():
    shown = repr((READING, ConfirmedCode(READ_PIN, "ocr"), VALUES))
    assert "2285" not in shown
    assert "昭和" not in shown
