"""Fields are found by printed words, whatever else is written on the card."""

from __future__ import annotations

import numpy as np
import pytest

from tests.unit.verifier.ocr.printed_lines import card_lines, line, turned
from verifier.ocr.mynumber import parse_fields, parse_photograph, worth_reading

pytestmark = pytest.mark.unit


def test_every_field_of_a_card_is_found() -> None:
    fields = {name: read.value for name, read in parse_fields(card_lines()).items()}
    assert fields == {
        "name": "見本花子",
        "address": "東京都千代田区麹町1丁目2番3号グランドメゾン405号",
        "birth_date": "1980-02-17",
        "sex": "女",
        "expires_on": "2035-02-17",
        "security_code": "2285",
    }


@pytest.mark.parametrize("degrees", [-14, -6, 6, 14])
def test_a_turned_card_gives_the_same_fields(degrees: float) -> None:
    assert parse_fields(turned(card_lines(), degrees)) == parse_fields(card_lines())


def test_fields_do_not_depend_on_the_order_of_lines() -> None:
    assert parse_fields(card_lines()[::-1]) == parse_fields(card_lines())


def test_the_hand_written_date_is_not_the_expiry() -> None:
    lines = tuple(each for each in card_lines() if "まで有効" not in each.text)
    assert "expires_on" not in parse_fields(lines)


def test_a_year_written_by_hand_is_not_the_security_code() -> None:
    lines = tuple(each for each in card_lines(written=None) if each.text != "2285")
    written = (line("2029", 700, 380, height=30), line("年3月1日", 830, 380, height=30))
    assert "security_code" not in parse_fields((*lines, *written))


def test_two_groups_of_four_digits_of_one_rank_give_no_security_code() -> None:
    other = line("セキュリティコード 4821", 60, 780, height=24)
    labelled = line("セキュリティコード 2285", 920, 750, height=24)
    lines = tuple(each for each in card_lines() if each.text != "2285")
    read = parse_fields((*lines, other, labelled))
    assert "security_code" not in read
    assert read["code_doubt"].value == "two_candidates"


def test_part_of_the_serial_number_is_not_the_security_code() -> None:
    lines = tuple(each for each in card_lines() if each.text not in {"2285", "SPCM123456789012"})
    split = (line("SPCM1234", 470, 760, height=22), line("5678", 650, 760, height=22))
    assert "security_code" not in parse_fields((*lines, *split))


def test_a_labelled_security_code_is_read() -> None:
    lines = (
        *(each for each in card_lines() if each.text != "2285"),
        line("セキュリティコード 0042", 920, 750, height=24),
    )
    assert parse_fields(lines)["security_code"].value == "0042"


def test_letters_that_look_like_digits_are_read_as_digits_in_the_code() -> None:
    assert parse_fields(card_lines(code="2O85"))["security_code"].value == "2085"


def test_a_date_split_over_two_pieces_of_a_row_is_joined() -> None:
    lines = tuple(each for each in card_lines() if "まで有効" not in each.text)
    split = (line("2035年2月17日", 470, 300, height=52, pitch=34), line("まで有効", 850, 302, height=52))
    assert parse_fields((*lines, *split))["expires_on"].value == "2035-02-17"


@pytest.mark.parametrize("word", ["まで有効", "まで有劾", "まて有効", "まで"])
def test_a_misread_word_after_a_date_changes_neither_the_date_nor_the_vote(word: str) -> None:
    read = parse_fields(card_lines(birth="昭和55年2月17日牛", expiry=f"2035年2月17日{word}"))
    assert read["birth_date"].printed == "昭和55年2月17日生"
    assert read["expires_on"].printed == "2035年2月17日まで有効"


def test_two_different_birth_dates_give_none() -> None:
    other = line("昭和56年2月17日生", 470, 600)
    assert "birth_date" not in parse_fields((*card_lines(), other))


def test_a_date_outside_its_era_is_kept_as_printed_but_has_no_value() -> None:
    read = parse_fields(card_lines(birth="昭和64年2月17日生"))["birth_date"]
    assert (read.value, read.printed) == ("", "昭和64年2月17日生")


def test_a_fields_confidence_is_its_weakest_characters() -> None:
    lines = tuple(each for each in card_lines() if each.text != "2285")
    weak = line("2285", 1130, 750, height=30, confidence=0.61)
    assert parse_fields((*lines, weak))["security_code"].confidence == pytest.approx(0.61)


def test_a_label_and_its_value_in_one_piece_are_separated() -> None:
    lines = tuple(each for each in card_lines() if each.text not in {"氏名", "見本　花子"})
    assert parse_fields((*lines, line("氏名 見本 花子", 50, 50)))["name"].value == "見本花子"


def test_the_cards_title_is_not_part_of_the_name() -> None:
    lines = tuple(each for each in card_lines() if each.text != "個人番号カード")
    near = line("個人番号カード", 380, 50, height=30)
    assert parse_fields((*lines, near))["name"].value == "見本花子"


def test_no_text_gives_no_field() -> None:
    assert parse_fields(()) == {}


def test_small_labels_that_were_misread_do_not_lose_name_and_address() -> None:
    lines = tuple(each for each in card_lines() if each.text not in {"氏名", "住所"})
    misread = (line("住币", 50, 130, height=24),)
    assert parse_fields((*lines, *misread)) == parse_fields(card_lines())


@pytest.mark.parametrize("word", ["セキュソティコード", "セキュリチィコード", "セキュリティコードー"])
def test_a_misread_word_before_the_security_code_is_ignored(word: str) -> None:
    lines = tuple(each for each in card_lines() if each.text != "2285")
    assert parse_fields((*lines, line(f"{word}2285", 920, 750, height=24)))["security_code"].value == "2285"


@pytest.mark.parametrize(("x", "y"), [(1130, 1100), (100, 820), (1500, 500)])
def test_a_number_lying_beside_a_card_without_outline_is_not_its_code(x: float, y: float) -> None:
    lines = tuple(each for each in card_lines() if each.text != "2285")
    assert "security_code" not in parse_photograph((*lines, line("4821", x, y, height=30)))


def test_a_card_without_outline_gives_the_same_fields() -> None:
    assert parse_photograph(card_lines()) == parse_fields(card_lines())


def test_no_code_is_looked_for_where_nothing_tells_how_large_the_card_is() -> None:
    lines = tuple(each for each in card_lines() if each.text != "氏名")
    assert "security_code" not in parse_photograph(lines)


def test_the_sex_beside_the_birth_date_needs_no_label() -> None:
    lines = tuple(each for each in card_lines() if each.text != "性別")
    assert parse_fields(lines)["sex"].value == "女"


def outline(left: float, top: float, width: float, height: float) -> np.ndarray:
    right, bottom = left + width, top + height
    return np.array([(left, top), (right, top), (right, bottom), (left, bottom)], np.float32)


@pytest.mark.parametrize(
    ("box", "worth"),
    [
        (outline(140, 110, 1000, 34), True),  # an address
        (outline(470, 300, 560, 44), True),  # the date of expiry
        (outline(1130, 750, 70, 30), True),  # the security code
        (outline(880, 750, 320, 30), True),  # the security code after its word
        (outline(100, 500, 200, 40), False),  # something in the photograph
        (outline(470, 690, 700, 22), False),  # the donor lines
    ],
)
def test_only_what_is_far_from_every_field_is_left_unread(box: np.ndarray, worth: bool) -> None:
    assert worth_reading(box) is worth
