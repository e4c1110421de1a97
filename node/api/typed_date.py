"""Dates in requests as people type them: the field of a form often reaches the API as it was typed."""

from __future__ import annotations

from datetime import date
from typing import Annotated, TypeAlias

from pydantic import BeforeValidator

from verifier.era import TYPED_FORMS, typed_day


def _read(given: object) -> object:
    if not isinstance(given, str):
        return given
    day = typed_day(given)
    if day is None:
        raise ValueError(f"not a date; write {TYPED_FORMS}")
    return day


TypedDate: TypeAlias = Annotated[date, BeforeValidator(_read)]
"""1980-02-17, 1980/2/17, S55.2.17, 昭和55年2月17日, in full or half width."""
