"""Two spellings compared: every difference named, and what they amount to."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from verifier.ocr.spelling import MAX_CHARACTERS, Kind, Likeness, compare

pytestmark = pytest.mark.unit

MOJ = "moj_family_register"


@pytest.mark.parametrize(
    ("record", "read", "place", "basis"),
    [
        ("髙橋", "高橋", 0, "jis_ucs_unification"),
        ("𠮷田", "吉田", 0, "jis_ucs_unification"),
        ("山﨑", "山崎", 1, MOJ),
        ("山嵜", "山崎", 1, MOJ),
        ("渡邉", "渡辺", 1, MOJ),
        ("渡邉", "渡邊", 1, MOJ),
        ("曻", "昇", 0, MOJ),
        ("齋藤", "斎藤", 0, MOJ),
        ("齊藤", "斉藤", 0, MOJ),
        ("濱田", "浜田", 0, MOJ),
        ("櫻井", "桜井", 0, MOJ),
        ("\ufa19田", "神田", 0, "unicode_compatibility"),
    ],
)
def test_forms_of_one_kanji_are_variants_with_their_rule(record, read, place, basis):
    found = compare(record, read)
    assert found.likeness is Likeness.VARIANT
    assert [(d.kind, d.place, d.basis) for d in found.differences] == [(Kind.VARIANT, place, basis)]


@pytest.mark.parametrize(("one", "other"), [("斎", "斉"), ("齋", "斉"), ("齊", "斎"), ("齋", "齊")])
def test_the_two_sai_are_two_characters_that_look_alike(one, other):
    assert compare(one + "藤", other + "藤").likeness is Likeness.LOOK_ALIKE


@pytest.mark.parametrize(
    ("record", "read", "kinds"),
    [
        ("１丁目２−３", "1丁目2-3", {"dash": 1, "width": 3}),
        ("ﾊﾞﾝ", "バン", {"width": 2}),
        ("見本　花子", "見本花子", {"space": 1}),
        ("見本花子", "見本 花子", {"space": 1}),
        ("葛\U000e0100城", "葛城", {}),
        ("ＳＡＭＰＬＥ", "SAMPLE", {"width": 6}),
    ],
)
def test_width_dashes_spaces_and_selectors_are_the_same_text(record, read, kinds):
    found = compare(record, read)
    assert (found.likeness, found.kinds) == (Likeness.SAME, kinds)


@pytest.mark.parametrize(
    ("record", "read", "kind"),
    [
        ("メーソン", "メ一ソン", Kind.LOOK_ALIKE),
        ("パレス", "バレス", Kind.LOOK_ALIKE),
        ("メゾン", "メソン", Kind.LOOK_ALIKE),
        ("1-2", "1ー2", Kind.LOOK_ALIKE),
        ("SAMPLE", "SAMPlE", Kind.LOOK_ALIKE),
        ("リョウ", "リヨウ", Kind.KANA_SIZE),
    ],
)
def test_what_readers_mix_up_only_looks_alike(record, read, kind):
    found = compare(record, read)
    assert found.likeness is Likeness.LOOK_ALIKE
    assert [d.kind for d in found.differences] == [kind]


def test_other_characters_are_different_each_at_its_place():
    found = compare("佐藤　花子", "佐野　花")
    assert found.likeness is Likeness.DIFFERENT
    assert [(d.kind, d.place, d.record, d.read) for d in found.differences] == [
        (Kind.REPLACED, 1, "藤", "野"),
        (Kind.MISSING, 4, "子", ""),
    ]


def test_what_is_missing_or_added_does_not_shift_the_rest():
    record = "東京都千代田区麹町1丁目2番3号"
    missing = compare(record, record.replace("丁目", ""))
    assert [(d.kind, d.place) for d in missing.differences] == [(Kind.MISSING, 10), (Kind.MISSING, 11)]
    added = compare(record, record + "室")
    assert [(d.kind, d.place) for d in added.differences] == [(Kind.ADDED, len(record))]


def test_a_variant_next_to_a_misreading_is_still_a_variant():
    found = compare("渡邉ソン", "渡辺ゾン")
    assert [d.kind for d in found.differences] == [Kind.VARIANT, Kind.LOOK_ALIKE]


def test_differences_show_no_character_when_printed():
    assert "邉" not in repr(compare("渡邉", "渡辺"))


def test_texts_longer_than_a_card_prints_are_refused():
    with pytest.raises(ValueError, match="characters"):
        compare("あ" * (MAX_CHARACTERS + 1), "あ")


@given(st.text(max_size=40))
def test_every_text_is_the_same_as_itself(text):
    assert compare(text, text).differences == ()


@given(st.text(max_size=25), st.text(max_size=25))
def test_likeness_does_not_depend_on_which_side_is_of_record(one, other):
    assert compare(one, other).likeness is compare(other, one).likeness
