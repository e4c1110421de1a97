"""How the API takes what opens the chip of another document than the My Number card."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal, Self, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, SecretStr, model_validator

from node.api.typed_date import TypedDate
from node.domain.document import (
    PhotographedDocument,
    TypedDocument,
    TypedLicence,
    TypedPassport,
    TypedResidenceCard,
)

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
    """A residence card or special permanent resident certificate of the first generation.

    Everything as printed, or nothing: then it is read from the photographs of the card's front.
    """

    model_config = ConfigDict(extra="forbid")

    kind: Literal["residence_card"]
    number: SecretStr | None = Field(default=None, description="Top right: 2 letters, 8 digits, 2 letters.")
    name: _Text | None = None
    address: _Text | None = None
    birth_date: TypedDate | None = None
    sex: Literal["male", "female", "unknown"] | None = None
    expires_on: TypedDate | None = Field(
        default=None, description="As printed; the chip has it as a picture only."
    )

    @model_validator(mode="after")
    def _all_or_nothing(self) -> Self:
        given = (self.number, self.name, self.address, self.birth_date, self.sex, self.expires_on)
        if len({one is None for one in given}) > 1:
            raise ValueError("number, name, address, birth_date, sex and expires_on: all of them, or none")
        return self

    def typed(self) -> TypedResidenceCard | PhotographedDocument:
        """As the domain has it."""
        match self:
            case ResidenceDocument(
                number=SecretStr() as number,
                name=str(name),
                address=str(address),
                birth_date=date() as birth_date,
                sex=str(sex),
                expires_on=date() as expires_on,
            ):
                return TypedResidenceCard(
                    number.get_secret_value(), name, address, birth_date, sex, expires_on
                )
            case _:
                return PhotographedDocument("residence_card")


class PassportDocument(BaseModel):
    """A passport. Its chip holds no address, so it never makes a record by itself."""

    model_config = ConfigDict(extra="forbid")

    kind: Literal["passport"]
    zone: SecretStr | None = Field(
        default=None,
        description="Both lines at the foot of the data page, 88 characters; read from the photographs if "
        "left out.",
    )

    def typed(self) -> TypedPassport | PhotographedDocument:
        """As the domain has it."""
        zone = _revealed(self.zone)
        return PhotographedDocument("passport") if zone is None else TypedPassport(zone)


AnyDocument: TypeAlias = Annotated[
    LicenceDocument | ResidenceDocument | PassportDocument, Field(discriminator="kind")
]


def typed_document(given: AnyDocument | None) -> TypedDocument | None:
    """What was typed, or None for a My Number card."""
    return None if given is None else given.typed()


def _revealed(secret: SecretStr | None) -> str | None:
    return None if secret is None else secret.get_secret_value()
