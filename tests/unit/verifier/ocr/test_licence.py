"""Fields of a driver's licence among its text lines."""

from __future__ import annotations

from datetime import date

import pytest

from tests.unit.verifier.ocr.printed_lines import line, turned, upright
from verifier.ocr.licence import (
    check_digit_holds,
    expiry_years_agree,
    one_month_after_birthday,
    parse_licence,
)
from verifier.ocr.text import TextLine

pytestmark = pytest.mark.unit


def licence_lines(
    *,
    birth: str = "昭和61年5月1日生",
    expiry: str = "2028年(令和10年)06月01日まで有効",
    issue: str = "令和05年04月20日 12345",
    number: str = "第309012345620号",
    conditions: tuple[str, ...] = ("眼鏡等",),
    cells: tuple[TextLine, ...] = (),
) -> tuple[TextLine, ...]:
    """The lines of one licence, laid out as on the card."""
    return (
        line("氏名", 30, 30, height=24),
        line("見本　花子", 120, 25),
        line(birth, 840, 30, height=32),
        line("住所", 30, 96, height=24),
        line("東京都千代田区麹町1丁目2番3号", 120, 90, height=30),
        line("交付", 30, 168, height=24),
        line(issue, 120, 165, height=32, pitch=20),
        line(expiry, 36, 235, height=46, pitch=34),
        line("免許の", 60, 385, height=24),
        line("条件等", 60, 425, height=24),
        *(
            line(each, 155, 374 + 38 * row, height=31, pitch=min(30, 640 / len(each)))
            for row, each in enumerate(conditions)
        ),
        upright("運転免許証", 818, 330, width=50),
        line("番号", 30, 573, height=24),
        line(number, 120, 566, height=40, pitch=22),
        upright("種類", 450, 650, width=28),
        *cells,
    )


@pytest.mark.parametrize("degrees", [0, -8, 12])
def test_every_field_is_found_by_its_words_however_the_card_lies(degrees):
    read = parse_licence(turned(licence_lines(), degrees))
    assert {name: found.value for name, found in read.items()} == {
        "name": "見本花子",
        "birth_date": "1986-05-01",
        "address": "東京都千代田区麹町1丁目2番3号",
        "issued_on": "2023-04-20",
        "expires_on": "2028-06-01",
        "number": "309012345620",
        "conditions": "眼鏡等",
    }


@pytest.mark.parametrize(
    ("expiry", "value"),
    [
        ("2028年(令和10年)06月01日まで有効", "2028-06-01"),
        ("2028年令和10年6月1日まで有效", "2028-06-01"),
        ("令和元年06月01日まで有効", "2019-06-01"),
        ("平成31年06月01日まで有効", "2019-06-01"),
        ("平成36年06月05日まで有効", "2024-06-05"),
        ("2024年(平成36年)06月05日まで有効", "2024-06-05"),
        ("2028年(令和10年)06月31日まで有効", ""),
    ],
)
def test_the_end_is_read_in_both_calendars_and_a_day_that_never_was_has_no_value(expiry, value):
    assert parse_licence(licence_lines(expiry=expiry))["expires_on"].value == value


def test_the_first_year_of_an_era_is_year_one():
    read = parse_licence(licence_lines(birth="平成元年 3月31日生", issue="令和元年06月01日 00001"))
    assert (read["birth_date"].value, read["issued_on"].value) == ("1989-03-31", "2019-06-01")


def test_letters_among_the_numbers_digits_are_digits():
    assert parse_licence(licence_lines(number="第3O90l2345620号"))["number"].value == "309012345620"


@pytest.mark.parametrize("number", ["第30901234562号", "第3090123456201号", ""])
def test_a_number_of_another_length_is_not_given(number):
    lines = [each for each in licence_lines(number=number or "番") if each.text]
    assert "number" not in parse_licence(lines)


def test_two_numbers_are_no_number():
    other = line("第100012345670号", 120, 700, height=40, pitch=22)
    assert "number" not in parse_licence((*licence_lines(), other))


def test_the_check_digit_follows_the_published_sample():
    assert check_digit_holds("309012345620")
    assert not check_digit_holds("309012345630")
    assert not check_digit_holds("309012346520")


def test_years_that_disagree_are_told_and_one_year_cannot_disagree():
    assert expiry_years_agree("2028年(令和10年)06月01日まで有効") is True
    assert expiry_years_agree("2029年(令和10年)06月01日まで有効") is False
    assert expiry_years_agree("2024年(平成36年)06月01日まで有効") is True
    assert expiry_years_agree("令和10年06月01日まで有効") is None


def test_most_licences_end_a_month_after_a_birthday():
    assert one_month_after_birthday(date(1986, 5, 1), date(2028, 6, 1))
    assert one_month_after_birthday(date(1986, 1, 31), date(2027, 2, 28))
    assert one_month_after_birthday(date(1986, 12, 24), date(2027, 1, 24))
    assert not one_month_after_birthday(date(1986, 5, 1), date(2028, 5, 1))


def with_text(begins: str, text: str) -> tuple[TextLine, ...]:
    """A licence on which the line that begins so reads as another text."""
    return tuple(
        line(text, *each.box[0], height=float(each.box[3][1] - each.box[0][1]))
        if each.text.startswith(begins)
        else each
        for each in licence_lines()
    )


@pytest.mark.parametrize(
    ("printed", "name"),
    [
        ("見本　花子", "見本花子"),
        ("見本（旧姓　公印）花子", None),
        ("見本　花子［公印　花子］", "見本花子"),
        ("見本花子(旧姓公印", "見本花子"),
        ("見本花子公印)", None),
        ("小林직樹", None),
    ],
)
def test_a_former_name_in_brackets_is_no_part_of_the_name(printed, name):
    read = parse_licence(with_text("見本", printed))
    assert (read["name"].value if "name" in read else None) == name


def test_an_address_without_prefecture_is_found_by_its_city():
    lines = [each for each in with_text("東京都", "横浜市中区本町1丁目2番3号") if each.text != "住所"]
    assert parse_licence(lines)["address"].value == "横浜市中区本町1丁目2番3号"


def test_the_issue_is_found_by_the_number_behind_it_where_its_label_is_not_read():
    lines = [each for each in licence_lines() if each.text != "交付"]
    assert parse_licence(lines)["issued_on"].value == "2023-04-20"


@pytest.mark.parametrize("issue", ["令和05年4月20日 12345", "令和05年04月2日 12345"])
def test_a_day_of_issue_that_lost_a_digit_is_not_given(issue):
    assert "issued_on" not in parse_licence(licence_lines(issue=issue))


def test_a_birth_date_read_together_with_the_name_is_cut_off():
    lines = [
        each for each in with_text("見本", "見本花子昭和61年5月1日生") if not each.text.startswith("昭和")
    ]
    read = parse_licence(lines)
    assert (read["name"].value, read["birth_date"].value) == ("見本花子", "1986-05-01")
