"""What one frame gave for one field, and the names of the fields. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

FieldName: TypeAlias = Literal[
    "name",
    "address",
    "birth_date",
    "sex",
    "expires_on",
    "security_code",
    "code_doubt",
    "issued_on",
    "number",
    "conditions",
    "classes",
    "nationality",
    "status",
    "stay",
    "stay_until",
    "issuing_state",
    "zone",
    "document",
]
"""All kinds of document together. "document" is what the print says the document is (`recognise`), "zone" a
passport's machine-readable zone, "code_doubt" why a frame with candidates for the security code gives none
(`verifier.ocr.security_code.Doubt`)."""

PIN_FIELDS: tuple[FieldName, ...] = ("birth_date", "expires_on", "security_code")
"""The fields that 照合番号B is made of."""


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
