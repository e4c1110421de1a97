"""Fields of a residence card among its text lines."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.verifier.ocr.printed_lines import line, turned
from verifier.ocr.countries import NAMES, _bare, as_country
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


def published_lines(**changes: str) -> tuple[TextLine, ...]:
    """The lines of one card as the agency sets them: letter-spaced, full width, labels close by."""
    printed = {
        "birth": "1985年12月31日",
        "sex_label": "性別",
        "sex": "女 F.",
        "label": "国籍・地域",
        "nationality": "米国",
        "period": "４年３月",
        "bracket": "（２０１８年１０月２０日）",
        "until": "２０２８年１０月２０日まで有効",
        "address": "東京都千代田区霞が関１丁目１番１号霞が関ハイツ２０２号",
    } | changes
    placed = (
        (printed["birth"], 176, 205, 34, 20),
        ("Y", 240, 244, 12, 12),
        (printed["sex_label"], 479, 206, 20, 20),
        (printed["sex"], 538, 205, 34, 20),
        (printed["label"], 616, 206, 20, 20),
        ("NATIONALITY/REGION", 628, 232, 12, 8),
        (printed["nationality"], 766, 205, 34, 34),
        (printed["address"], 142, 315, 30, 26),
        (printed["period"], 296, 550, 33, 40),
        (printed["bracket"], 520, 550, 33, 28),
        ("このカードは", 38, 732, 21, 21),
        (printed["until"], 193, 728, 31, 40),
    )
    return tuple(line(text, x, y, height=height, pitch=pitch) for text, x, y, height, pitch in placed if text)


def value(lines: tuple[TextLine, ...], name: str) -> str | None:
    read = parse_residence(lines)
    return read[name].value if name in read else None  # type: ignore[literal-required]


@pytest.mark.parametrize("degrees", [0, -7])
def test_the_card_as_published_gives_its_fields(degrees):
    read = parse_residence(turned(published_lines(), degrees))
    assert {name: found.value for name, found in read.items()} == {
        "birth_date": "1985-12-31",
        "sex": "女",
        "nationality": "米国",
        "address": "東京都千代田区霞が関1丁目1番1号霞が関ハイツ202号",
        "stay": "4年3月",
        "stay_until": "2018-10-20",
        "expires_on": "2028-10-20",
    }


def test_a_bracket_read_alone_gives_its_day_and_no_period():
    lines = published_lines(period="")
    assert value(lines, "stay_until") == "2018-10-20"
    assert value(lines, "stay") is None


@pytest.mark.parametrize("period", ["年３月", "４ 年", "４年"])
def test_a_period_without_its_beginning_is_not_given(period):
    lines = published_lines(period=period)
    assert value(lines, "stay") == ("4年" if period[0] == "４" else None)


@pytest.mark.parametrize("label", ["国籍・地域", "国籍·地城", "国精・地域", ""])
def test_the_nationality_is_what_stands_behind_its_label_or_behind_the_sex(label):
    apart = published_lines(label=label)
    assert value(apart, "nationality") == "米国"
    row = f"1985年12月31日性別女F.{label}米国"
    together = published_lines(sex_label="", sex="", label="", nationality="", birth=row)
    assert (value(together, "nationality"), value(together, "sex")) == ("米国", "女")


@pytest.mark.parametrize(
    ("printed", "country"),
    [
        ("フィリビン", "フィリピン"),
        ("ネバール", "ネパール"),
        ("ガボン", "ガボン"),
        ("トリニダード・トバゴ", "トリニダード・トバゴ"),
        ("ネバーランド", None),
    ],
)
def test_a_country_is_one_that_there_is(printed, country):
    assert value(published_lines(nationality=printed), "nationality") == country


def test_no_two_countries_differ_in_small_marks_only():
    assert all(as_country(_bare(name)) == name for name in NAMES)


def test_a_status_right_below_the_address_is_no_part_of_it():
    status = line("技術·人文知識·国際業務", 142, 360, height=31)
    address = value((*published_lines(), status), "address")
    assert address == "東京都千代田区霞が関1丁目1番1号霞が関ハイツ202号"


@pytest.mark.parametrize("nationality", ["", "国籍・地域", "米国3", "USA"])
def test_what_is_no_country_is_not_given(nationality):
    assert value(published_lines(nationality=nationality), "nationality") is None


@pytest.mark.parametrize("sex", ["女 M.", "男 F."])
def test_a_sex_that_contradicts_its_letter_is_not_given(sex):
    assert value(published_lines(sex=sex), "sex") is None


def test_a_date_without_sex_or_label_beside_it_is_no_birth_date():
    lines = published_lines(birth="", sex="", label="", nationality="")
    assert value((*lines, line("2025年01月28日", 180, 690, height=28)), "birth_date") is None


def named(*lines: TextLine) -> str | None:
    return value((*published_lines(), *lines), "name")


def test_a_kanji_name_beside_or_under_the_latin_one_does_not_hide_it():
    latin = line("TURNER ELIZABETH", 116, 120, height=41, pitch=24)
    under = line("立花　恵理", 116, 162, height=30)
    assert named(latin) == "TURNER ELIZABETH"
    assert named(latin, under) == "TURNER ELIZABETH"
    assert named(latin, line("立花恵理", 540, 120, height=41)) == "TURNER ELIZABETH"
    assert named(line("TURNER ELIZABETH 立花恵理", 116, 120, height=41, pitch=24)) == "TURNER ELIZABETH"


def test_a_name_of_two_lines_is_read_whole():
    upper = line("DE OLIVEIRA NASCIMENTO", 116, 100, height=34, pitch=18)
    lower = line("MARIA APARECIDA", 116, 142, height=34, pitch=18)
    assert named(upper, lower) == "DE OLIVEIRA NASCIMENTO MARIA APARECIDA"


@pytest.mark.parametrize("name", ["NAMEKAWA JUN", "SEXTON AMY", "O'NEIL MARY-ANN"])
def test_names_may_begin_like_labels(name):
    assert named(line(name, 116, 120, height=41, pitch=24)) == name


def test_letters_set_apart_do_not_tell_where_words_end():
    assert named(line("T U R N E R A N N", 116, 120, height=41, pitch=24)) is None


@pytest.mark.parametrize("number", ["123456789012", "SPCM12345678"])
def test_a_number_of_another_document_does_not_become_a_cards(number):
    assert as_number(number) is None
