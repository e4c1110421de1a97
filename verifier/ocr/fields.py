"""What one frame gave for one field, and the names of the fields. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

FieldName: TypeAlias = Literal["name", "address", "birth_date", "sex", "expires_on", "security_code"]

PIN_FIELDS: tuple[FieldName, ...] = ("birth_date", "expires_on", "security_code")
"""The fields that 照合番号B is made of."""
ALL_FIELDS: tuple[FieldName, ...] = ("name", "address", "birth_date", "sex", "expires_on", "security_code")


@dataclass(frozen=True, slots=True)
class FieldRead:
    """One field in one frame.

    Attributes:
        value: normalised; dates in ISO 8601.
        printed: as printed, without spaces; frames agree on a field when they agree on this.
        confidence: lowest per-character confidence, 0..1.
    """

    value: str
    printed: str
    confidence: float


FrameRead: TypeAlias = Mapping[FieldName, FieldRead]
