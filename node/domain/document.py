"""What a customer types so that another document than the My Number card can be read, in plain values.

For one attempt only: never stored, never shown in a representation. Decides nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Literal, TypeAlias


@dataclass(frozen=True, slots=True)
class TypedLicence:
    """A driver's licence: PIN1 and PIN2, four digits each; None where the holder chose none."""

    pin1: str | None = field(repr=False)
    pin2: str | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class TypedResidenceCard:
    """A residence card or special permanent resident certificate.

    Attributes:
        number: printed at the top right; opens the chip.
        name, address, birth_date, sex: as printed: the chip has them as a picture only. `sex` as in a record.
        expires_on: as printed.
    """

    number: str = field(repr=False)
    name: str = field(repr=False)
    address: str = field(repr=False)
    birth_date: date = field(repr=False)
    sex: str = field(repr=False)
    expires_on: date


@dataclass(frozen=True, slots=True)
class TypedPassport:
    """A passport: both lines at the foot of its data page, 88 characters."""

    zone: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class PhotographedDocument:
    """What opens the chip, and what it holds as a picture only, is read from the photographs of the front.

    Attributes:
        kind: "residence_card" or "passport"; a licence's PINs are printed nowhere.
    """

    kind: Literal["residence_card", "passport"]


TypedDocument: TypeAlias = TypedLicence | TypedResidenceCard | TypedPassport | PhotographedDocument
