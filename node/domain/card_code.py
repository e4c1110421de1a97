"""照合番号B between the photographs and the card: what was read, and what the customer confirmed.

Personal: lies in the vault beside the photographs that show the same, and nowhere else.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from node.domain.canonical import canonical_bytes
from node.errors import Corrupt, InvalidInput

MAX_VALUE_CHARACTERS = 40
"""The longest printed date has 16."""


@dataclass(frozen=True, slots=True)
class CodeValues:
    """The three values that 照合番号B is made of, as printed; empty where not known.

    Attributes:
        birth_date: with its era, e.g. 昭和55年2月17日.
        expires_on: e.g. 2035年2月17日.
        security_code: four digits.
    """

    birth_date: str = field(default="", repr=False)
    expires_on: str = field(default="", repr=False)
    security_code: str = field(default="", repr=False)

    def __post_init__(self) -> None:
        if any(len(value) > MAX_VALUE_CHARACTERS for value in asdict(self).values()):
            raise InvalidInput("code.too_long", "a value is too long", hint="type what the card prints")


@dataclass(frozen=True, slots=True)
class CodeReading:
    """What OCR makes of the card's front.

    Attributes:
        values: on which the photographs agree.
        pin_b: 照合番号B, if every check passed; None when it is withheld.
        codes: why it is withheld.
    """

    values: CodeValues
    pin_b: str | None = field(repr=False)
    codes: tuple[str, ...]

    def to_bytes(self) -> bytes:
        """Canonical JSON."""
        return canonical_bytes(asdict(self))

    @classmethod
    def from_bytes(cls, data: bytes) -> CodeReading:
        """Read back what `to_bytes` wrote. Raises Corrupt ("code.corrupt")."""
        body = _object(data)
        try:
            return cls(CodeValues(**body["values"]), body["pin_b"], tuple(body["codes"]))
        except (KeyError, TypeError) as error:
            raise _corrupt() from error


@dataclass(frozen=True, slots=True)
class ConfirmedCode:
    """照合番号B as the customer confirmed it.

    Attributes:
        pin_b: 14 digits.
        source: "ocr" when it is what was read, unchanged; "typed" when the customer changed or typed it.
    """

    pin_b: str = field(repr=False)
    source: Literal["ocr", "typed"]

    def to_bytes(self) -> bytes:
        """Canonical JSON."""
        return canonical_bytes(asdict(self))

    @classmethod
    def from_bytes(cls, data: bytes) -> ConfirmedCode:
        """Read back what `to_bytes` wrote. Raises Corrupt ("code.corrupt")."""
        try:
            return cls(**_object(data))
        except TypeError as error:
            raise _corrupt() from error


def _object(data: bytes) -> dict[str, Any]:
    try:
        body = json.loads(data)
    except ValueError as error:
        raise _corrupt() from error
    if not isinstance(body, dict):
        raise _corrupt()
    return body


def _corrupt() -> Corrupt:
    return Corrupt("code.corrupt", "what was read from the card's front cannot be read back")
