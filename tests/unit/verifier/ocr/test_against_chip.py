"""What was read against what the chip says: who looks, and what the check may tell."""

from __future__ import annotations

import json
from datetime import date

import pytest

from verifier.ocr.against_chip import compare_with_chip
from verifier.types import Outcome, Person, Sex, SurfaceField, SurfaceReading

pytestmark = pytest.mark.unit

ADDRESS = "東京都千代田区麹町1丁目2番3号"
PERSON = Person("髙橋　花子", ADDRESS, date(1980, 2, 17), Sex.FEMALE)
READ = {"name": "高橋花子", "address": ADDRESS, "birth_date": "1980-02-17", "sex": "女"}


def outcome_of(**changes: str) -> tuple[Outcome, str | None]:
    check = compare_with_chip(surface(**{**READ, **changes}), PERSON).check
    return check.outcome, check.code


def surface(**values: str) -> SurfaceReading:
    fields = {name: SurfaceField(value, value, 3, 0.99) for name, value in values.items()}
    return SurfaceReading("mynumber_card", fields, None, (), None, 3)


def test_variant_kanji_pass_and_are_counted():
    agreement = compare_with_chip(surface(**READ), PERSON)
    assert agreement.check.passed
    assert agreement.check.facts["name"] == "variant"
    assert agreement.check.facts["name_variant"] == 1
    assert "高" not in str(dict(agreement.check.facts))


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"name": "高橋太郎"}, "surface.text_differs"),
        ({"birth_date": "1981-02-17"}, "surface.text_differs"),
        ({"sex": "男"}, "surface.text_differs"),
        ({"address": "大阪府大阪市北区梅田1丁目2番3号"}, "surface.text_differs"),
        ({"name": "高橋花孑"}, "surface.text_differs"),
        ({"name": "高稿花子"}, "surface.text_differs"),
    ],
)
def test_another_name_date_sex_or_address_calls_a_person(changes, code):
    assert outcome_of(**changes) == (Outcome.FAILED, code)


def test_a_name_that_only_looks_alike_calls_a_person_too():
    person = Person("斉藤　花子", ADDRESS, date(1980, 2, 17), Sex.FEMALE)
    check = compare_with_chip(surface(**{**READ, "name": "斎藤花子"}), person).check
    assert (check.outcome, check.code) == (Outcome.UNDECIDED, "surface.text_look_alike")


def test_a_readers_slip_in_the_address_is_told_and_passes():
    agreement = compare_with_chip(surface(**{**READ, "address": ADDRESS.replace("麹", "魏")}), PERSON)
    assert agreement.check.passed
    assert agreement.check.facts["address"] == "different"


def test_the_reviewer_sees_both_texts():
    agreement = compare_with_chip(surface(**READ), PERSON)
    assert agreement.report is not None
    name = json.loads(agreement.report)["name"]
    assert (name["record"], name["read"]) == ("髙橋　花子", "高橋花子")
    assert name["differences"][0] == {
        "kind": "variant",
        "place": 0,
        "record": "髙",
        "read": "高",
        "basis": "jis_ucs_unification",
    }


@pytest.mark.parametrize(
    ("reading", "person"), [(None, PERSON), (surface(**READ), None), (surface(), PERSON)]
)
def test_nothing_read_is_not_performed(reading, person):
    agreement = compare_with_chip(reading, person)
    assert (agreement.check.outcome, agreement.check.code) == (Outcome.NOT_PERFORMED, "surface.not_read")
    assert agreement.report is None
