"""The holder as a surface prints them. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Final

from verifier.types import Person, Sex, SurfaceField

_SEXES: Final = {"男": Sex.MALE, "女": Sex.FEMALE, "M": Sex.MALE, "F": Sex.FEMALE}


def printed_holder(fields: Mapping[str, SurfaceField]) -> Person | None:
    """The holder; None when name, birth date or sex was not read. Passports print no address.

    Args:
        fields: of a `SurfaceReading`.
    """
    name, sex, born = (fields.get(field) for field in ("name", "sex", "birth_date"))
    birth_date = printed_date(born)
    if name is None or sex is None or birth_date is None:
        return None
    address = fields["address"].value if "address" in fields else None
    return Person(name.value, address, birth_date, _SEXES.get(sex.value, Sex.UNKNOWN))


def printed_date(field: SurfaceField | None) -> date | None:
    """A field's date; None when it was not read."""
    return date.fromisoformat(field.value) if field is not None and field.value else None
