"""Fields and generation of a residence card among its text lines."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.verifier.ocr.printed_lines import card_lines, line, turned
from tests.unit.verifier.ocr.test_licence import licence_lines
from verifier.ocr.recognise import recognise
from verifier.ocr.residence import as_number, parse_residence
from verifier.ocr.text import TextLine

pytestmark = pytest.mark.unit

PERMISSION = (
    line("在留期間(満了日)", 31, 425, height=20),
    line("4年3月(2028年10月20日)", 341, 426, height=32, pitch=20),
    line("許可の種類", 31, 492, height=20),
    line("在留期間更新許可(見本出入国在留管理局長)", 176, 490, height=30),
    line("許可年月日", 31, 546, height=20),
    line("2025年01月28日", 175, 545, height=30, pitch=20),
)


def residence_lines(
    *, labels: bool = True, permission: bool = True, number: str = "AB12345678CD", status: str = "留学"
) -> tuple[TextLine, ...]:
    """The lines of one card; without labels as a blurred photograph gives them."""
    fields = (
        line("在留カード", 338, 16, height=44),
        line(number, 918, 25, height=44, pitch=24),
        line("TURNER ELIZABETH", 173, 83, height=40, pitch=20),
        line("1985年12月31日", 173, 145, height=34, pitch=22),
        line("女F.", 476, 145, height=34, pitch=22),
        line("米国", 745, 145, height=34),
        line("東京都千代田区霞が関1丁目1番1号霞が関ハイツ202", 173, 207, height=28),
        line("号室", 173, 245, height=28),
        line(status, 173, 292, height=34),
        line("Student", 173, 335, height=18),
        line("就労不可", 223, 367, height=30),
        line("このカードは2028年10月20日まで有効です。", 30, 603, height=40, pitch=30),
    )
    small = (
        line("氏名", 31, 86, height=20),
        line("生年月日", 31, 150, height=20),
        line("性別", 431, 150, height=20),
        line("国籍・地域", 600, 150, height=20),
        line("住居地", 31, 212, height=20),
        line("在留資格", 31, 300, height=20),
    )
    return fields + (small if labels else ()) + (PERMISSION if permission else ())


@pytest.mark.parametrize("labels", [True, False])
@pytest.mark.parametrize("degrees", [0, 9])
def test_every_field_is_found_with_or_without_its_label(labels, degrees):
    read = parse_residence(turned(residence_lines(labels=labels), degrees))
    assert {name: found.value for name, found in read.items()} == {
        "number": "AB12345678CD",
        "name": "TURNER ELIZABETH",
        "birth_date": "1985-12-31",
        "sex": "女",
        "nationality": "米国",
        "address": "東京都千代田区霞が関1丁目1番1号霞が関ハイツ202号室",
        "status": "留学",
        "stay": "4年3月",
        "stay_until": "2028-10-20",
        "expires_on": "2028-10-20",
    }


@pytest.mark.parametrize(
    "status", ["永住者", "技術・人文知識・国際業務", "特定技能1号", "永住者の配偶者等", "経営·管理"]
)
def test_statuses_are_those_of_the_law(status):
    read = parse_residence(residence_lines(status=status))
    assert read["status"].value == status.replace("·", "・")


def test_a_status_that_the_law_does_not_list_is_not_given():
    assert "status" not in parse_residence(residence_lines(status="旅行者"))


@pytest.mark.parametrize(
    ("printed", "value"),
    [("A81234S678CD", "AB12345678CD"), ("AB1234567OCD", "AB12345670CD"), ("0B12345678C0", "OB12345678CO")],
)
def test_look_alikes_are_read_as_their_place_allows(printed, value):
    assert parse_residence(residence_lines(number=printed))["number"].value == value


@pytest.mark.parametrize("printed", ["AB1234567CD", "AB123456789CD", "ABWWWWWWWWCD", "RESIDENCECAR"])
def test_what_cannot_be_a_number_is_none(printed):
    assert "number" not in parse_residence(residence_lines(number=printed))


@given(st.from_regex(r"[A-Z]{2}[0-9]{8}[A-Z]{2}", fullmatch=True))
def test_a_number_in_its_form_is_left_as_it_is(number):
    assert as_number(number) == number


@pytest.mark.parametrize(
    ("lines", "name"),
    [
        (residence_lines(), "residence"),
        (residence_lines(permission=False), "residence_newer"),
        ((*residence_lines(permission=False), line("特定在留カード", 300, 10)), "residence_newer"),
        ((line("特別永住者証明書", 300, 10), *PERMISSION), "special_permanent"),
        (licence_lines(), "licence"),
        (card_lines(), "mynumber"),
        ((line("P<UTOMIHON<<HANAKO<<<<<<<<<<<<<<<<<<<<<<<<<<", 30, 700, height=30),), "passport"),
        ((line("請求書", 30, 700), line("合計1,000円", 30, 760)), "unknown"),
        ((), "unknown"),
    ],
)
def test_the_print_says_what_it_is(lines, name):
    assert recognise(lines).value == name
