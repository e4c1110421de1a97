"""When the OCR benchmark calls a field of a document right, wrong or withheld, and what that amounts to."""

from __future__ import annotations

import pytest

from scripts.bench._ocr_document_figures import figures
from scripts.bench._ocr_documents import Job, Outcome, judged

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("field", "printed", "read", "verdict"),
    [
        ("number", "012345678901", "012345678901", "right"),
        ("number", "012345678901", "012345678907", "wrong"),
        ("number", "012345678901", None, "withheld"),
        ("name", "山﨑　隆", "山崎隆", "right"),
        ("name", "山﨑　隆", "山崎陸", "wrong"),
        ("conditions", "眼鏡等普通車はAT車に限る", "眼鏡等・普通車はAT車に限る", "right"),
        ("conditions", "眼鏡等普通車はAT車に限る", "眼鏡等", "wrong"),
        ("conditions", "", None, "right"),
        ("conditions", "", "運転免許証", "wrong"),
        ("classes", "普通・引引二", "引・引二・普通", "right"),
        ("classes", "普通・引", "普通・け引", "right"),
        ("classes", "普通・大型", "普通", "wrong"),
        ("stay", "4年3月", "４年３月", "right"),
    ],
)
def test_a_field_is_judged_by_what_was_printed(
    field: str, printed: str, read: str | None, verdict: str
) -> None:
    assert judged({field: printed}, {} if read is None else {field: read}) == {field: verdict}


def outcome(view: str, kind: str = "residence", **changes: object) -> Outcome:
    job = Job(kind, view, "easy", 1, 0)  # type: ignore[arg-type]  a view
    usual = {
        "layout": "drawn",
        "right": ["number"],
        "wrong": [],
        "withheld": [],
        "access": "right",
        "codes": [],
        "fields": 1,
    }
    return Outcome(job=job, **{**usual, **changes})  # type: ignore[arg-type]


def test_seen_and_unseen_layouts_are_told_apart() -> None:
    found = {
        metric.name: metric
        for metric in figures([outcome("seen"), outcome("unseen", right=[], wrong=["number"])])
    }
    assert found["ocr.residence_number_right_seen"].value == 1
    assert found["ocr.residence_number_right_unseen"].value == 0
    assert found["ocr.residence_number_gap"].ok is False
    assert found["ocr.residence_number_wrong_unseen"].ok is False
    assert found["ocr.residence_number_wrong_seen"].ok is True


def test_a_newer_card_that_is_read_misses_its_target() -> None:
    refused = outcome(
        "unseen", "newer", right=[], access="none", codes=["ocr.residence_card_newer"], fields=0
    )
    found = {metric.name: metric for metric in figures([outcome("seen", "newer", right=[]), refused])}
    assert found["ocr.newer_read_seen"].ok is False
    assert found["ocr.newer_read_unseen"].ok is True
    assert found["ocr.newer_refused_by_name_unseen"].value == 1
