"""Compares what the customer typed with what was read. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from verifier.ocr.fields import FieldName
from verifier.types import CheckResult, Outcome, SurfaceField


def typed_check(fields: Mapping[FieldName, SurfaceField], typed: date | None) -> CheckResult:
    """The check "ocr.typed_birth_date": NOT_PERFORMED when one side is missing."""
    if typed is None:
        return CheckResult("ocr.typed_birth_date", Outcome.NOT_PERFORMED, code="ocr.birth_date_not_typed")
    if "birth_date" not in fields:
        return CheckResult("ocr.typed_birth_date", Outcome.NOT_PERFORMED, code="ocr.birth_date_not_read")
    same = fields["birth_date"].value == typed.isoformat()
    return CheckResult(
        "ocr.typed_birth_date",
        Outcome.PASSED if same else Outcome.FAILED,
        code=None if same else "ocr.birth_date_differs",
    )
