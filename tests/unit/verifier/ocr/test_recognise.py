"""What a document is, by positive marks; what resembles it is refused by name or unknown, never accepted."""

from __future__ import annotations

import pytest

from tests.unit.verifier.ocr.printed_lines import card_lines, line, upright
from tests.unit.verifier.ocr.test_licence import licence_lines
from tests.unit.verifier.ocr.test_residence import PERMISSION, residence_lines
from verifier.ocr.documents import CODES, LICENCE, PASSPORT, RESIDENCE, _document_check
from verifier.ocr.fields import FieldRead
from verifier.ocr.frames import Frame
from verifier.ocr.recognise import NOT_ACCEPTED, recognise
from verifier.ocr.text import TextLine
from verifier.verification.hints import hint

pytestmark = pytest.mark.unit

ZONE = "P<UTOMIHON<<HANAKO<<<<<<<<<<<<<<<<<<<<<<<<<<"
WITHOUT_FORM = residence_lines(permission=False)
NEWER = (
    line("WORK RESTRICTIONS", 40, 480, height=14),
    line("在留期間満了日", 40, 560, height=20),
    line("THE EXPIRY DATE OF THE PERIOD OF STAY", 40, 585, height=14),
    line("ISA", 1100, 60, height=40),
)


def words(*texts: str) -> tuple[TextLine, ...]:
    """One line under the other."""
    return tuple(line(text, 60, 40 + 70 * row, height=30) for row, text in enumerate(texts))


@pytest.mark.parametrize(
    ("lines", "name"),
    [
        (residence_lines(), "residence"),
        (residence_lines(labels=False), "residence"),
        ([each for each in residence_lines() if "カード" not in each.text], "residence"),
        (WITHOUT_FORM, "residence_unsure"),
        ((*WITHOUT_FORM, *NEWER), "residence_newer"),
        *(((*WITHOUT_FORM, mark), "residence_newer") for mark in NEWER),
        ((*residence_lines(), NEWER[0]), "residence_newer"),
        ((*residence_lines(), NEWER[1]), "residence"),
        ((*WITHOUT_FORM, line("特定在留カード", 300, 10)), "residence_combined"),
        ((*WITHOUT_FORM, line("特定", 100, 10), line("在留カード", 200, 10)), "residence_combined"),
        ((line("特別永住者証明書", 300, 10), *PERMISSION), "special_permanent"),
        (words("特別永住者", "証明書"), "special_permanent"),
        ((line("特別永", 300, 10), line("住者証明書", 440, 12)), "special_permanent"),
        (words("SPECIAL PERMANENT RESIDENT", "CERTIFICATE"), "special_permanent"),
        (licence_lines(), "licence"),
        (card_lines(), "mynumber"),
        ([each for each in card_lines() if "個人番号" not in each.text], "mynumber"),
        (words(ZONE), "passport"),
        (words("旅券 PASSPORT", "型 Type P"), "passport"),
        (words("請求書", "合計1,000円"), "unknown"),
        ((), "unknown"),
    ],
)
def test_the_print_says_what_it_is(lines, name):
    assert recognise(lines).value == name


@pytest.mark.parametrize(
    ("name", "texts"),
    [
        ("driving_history", ("運転経歴証明書", "氏名見本花子", "第309012345620号", "見本県公安委員会")),
        ("driving_history", ("自動車等の運転はできません", "見本県公安委員会")),
        ("provisional_licence", ("仮運転免許証", "令和9年1月1日まで有効", "見本県公安委員会")),
        ("boat_licence", ("小型船舶操縦免許証", "免許の種類", "令和9年1月1日まで有効")),
        ("gun_permit", ("猟銃・空気銃所持許可証", "令和9年1月1日まで有効", "見本県公安委員会")),
        ("resident_register", ("住民基本台帳カード", "氏名見本花子", "2027年1月1日まで有効")),
        ("notice_of_number", ("通知カード", "個人番号", "氏名見本花子")),
        ("health_insurance", ("健康保険", "被保険者証", "氏名見本花子")),
        ("health_insurance", ("資格確認書", "有効期限令和8年7月31日")),
        ("disability", ("身体障害者手帳", "氏名見本花子", "旅客運賃減額第1種")),
        ("student", ("学生証", "見本大学", "2027年3月31日まで有効")),
        ("staff", ("社員証", "見本株式会社")),
        ("pension", ("年金手帳", "基礎年金番号")),
    ],
)
def test_similar_documents_are_told_by_name(name, texts):
    assert recognise(words(*texts)).value == name


@pytest.mark.parametrize(
    "texts",
    [
        ("見本県公安委員会", "第309012345620号", "氏名見本花子"),
        ("見本大学", "氏名見本花子", "2027年3月31日まで有効"),
        ("許可年月日", "2025年1月1日", "許可の種類"),
        ("DRIVER LICENSE", "EXP 2030-01-01"),
    ],
)
def test_what_lacks_a_documents_own_marks_is_unknown(texts):
    assert recognise(words(*texts)).value == "unknown"


def test_words_in_an_address_do_not_make_a_licence_another_document():
    lines = (*licence_lines(), line("健康保険組合社宅3号", 120, 130, height=28))
    assert recognise(lines).value == "licence"


def test_a_title_set_upright_is_read_however_it_was_cut():
    column = "運転経歴証明書"
    singles = tuple(line(each, 820, 300 + 50 * row, height=44) for row, each in enumerate(column))
    assert recognise((upright(column, 820, 300, width=46),)).value == "driving_history"
    assert recognise(singles).value == "driving_history"


def frames(*named: str | None) -> list[Frame]:
    return [Frame({"document": FieldRead(name, name, 0.9)} if name else {}) for name in named]


@pytest.mark.parametrize(
    ("document", "named", "code"),
    [
        (RESIDENCE, ("residence", "residence_unsure", None), None),
        (RESIDENCE, ("residence", "residence", "licence"), None),
        (RESIDENCE, ("residence_unsure",) * 3, "ocr.residence_form_unsure"),
        (RESIDENCE, ("residence", "residence", "residence_newer"), "ocr.residence_card_newer"),
        (RESIDENCE, ("residence_newer",) * 3, "ocr.residence_card_newer"),
        (RESIDENCE, ("residence", "residence_combined", None), "ocr.combined_residence_card"),
        (RESIDENCE, ("special_permanent", None, None), "ocr.special_permanent_certificate"),
        (LICENCE, ("licence", None, None), None),
        (LICENCE, ("licence", "driving_history", None), "ocr.driving_history_certificate"),
        (LICENCE, ("mynumber",) * 3, "ocr.other_document"),
        (LICENCE, ("student", "student", None), "ocr.document_not_accepted"),
        (LICENCE, (None, None, None), "ocr.unknown_document"),
        (PASSPORT, ("passport", None, None), None),
    ],
)
def test_frames_together_say_which_document_it_is(document, named, code):
    assert _document_check(document, frames(*named)).code == code


@pytest.mark.parametrize("code", sorted({*CODES.values(), "ocr.other_document"}))
def test_every_refusal_says_what_to_do_next(code):
    advice = hint(code, otherwise="")
    assert advice[:1].isupper()
    assert advice.endswith(".")


def test_every_document_that_is_not_accepted_is_refused_by_one_code():
    assert {CODES[name] for name in NOT_ACCEPTED} == {"ocr.document_not_accepted"}
