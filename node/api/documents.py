"""How the API takes what opens the chip of another document than the My Number card."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, SecretStr

from node.domain.document import TypedDocument, TypedLicence, TypedPassport, TypedResidenceCard

_Pin = Annotated[
    SecretStr | None, Field(default=None, description="Four digits; left out where none was chosen.")
]
_Text = Annotated[str, Field(min_length=1, max_length=200)]


class LicenceDocument(BaseModel):
    """A driver's licence. Its signature cannot be judged yet, so it is refused in the end and says why."""

    model_config = ConfigDict(extra="forbid")

    kind: Literal["drivers_licence"]
    pin1: _Pin
    pin2: _Pin

    def typed(self) -> TypedLicence:
        """As the domain has it."""
        return TypedLicence(_revealed(self.pin1), _revealed(self.pin2))


class ResidenceDocument(BaseModel):
    """A residence card or special permanent resident certificate of the first generation."""

    model_config = ConfigDict(extra="forbid")

    kind: Literal["residence_card"]
    number: SecretStr = Field(description="Printed at the top right: 2 letters, 8 digits, 2 letters.")
    name: _Text
    address: _Text
    birth_date: date
    sex: Literal["male", "female", "unknown"]
    expires_on: date = Field(description="As printed; the chip has it as a picture only.")

    def typed(self) -> TypedResidenceCard:
        """As the domain has it."""
        return TypedResidenceCard(
            self.number.get_secret_value(),
            self.name,
            self.address,
            self.birth_date,
            self.sex,
            self.expires_on,
        )


class PassportDocument(BaseModel):
    """A passport. Its chip holds no address, so it never makes a record by itself."""

    model_config = ConfigDict(extra="forbid")

    kind: Literal["passport"]
    zone: SecretStr = Field(description="Both lines at the foot of the data page, 88 characters.")

    def typed(self) -> TypedPassport:
        """As the domain has it."""
        return TypedPassport(self.zone.get_secret_value())


AnyDocument: TypeAlias = Annotated[
    LicenceDocument | ResidenceDocument | PassportDocument, Field(discriminator="kind")
]


def typed_document(given: AnyDocument | None) -> TypedDocument | None:
    """What was typed, or None for a My Number card."""
    return None if given is None else given.typed()


def _revealed(secret: SecretStr | None) -> str | None:
    return None if secret is None else secret.get_secret_value()
