"""What a customer typed, as the engine's keys of a document. Decides nothing."""

from __future__ import annotations

from node.domain.document import (
    PhotographedDocument,
    TypedDocument,
    TypedLicence,
    TypedPassport,
    TypedResidenceCard,
)
from verifier.documents import DocumentKeys, FromSurface, LicenceKeys, PassportKeys, ResidenceKeys
from verifier.types import Person, Sex


def keys_of(typed: TypedDocument) -> DocumentKeys | FromSurface:
    """The same values in the engine's vocabulary."""
    match typed:
        case PhotographedDocument():
            return FromSurface(typed.kind)
        case TypedLicence():
            return LicenceKeys(typed.pin1, typed.pin2)
        case TypedPassport():
            return PassportKeys(typed.zone)
        case TypedResidenceCard():
            stated = Person(typed.name, typed.address, typed.birth_date, Sex(typed.sex))
            return ResidenceKeys(typed.number, stated, typed.expires_on)
