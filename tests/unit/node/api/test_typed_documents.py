"""What the API takes to open the chip of another document, and what it never shows."""

from __future__ import annotations

from datetime import date

import pytest
from pydantic import ValidationError

from node.api.cases import Attempt
from node.domain.document import PhotographedDocument, TypedLicence, TypedPassport, TypedResidenceCard
from node.engine_documents import keys_of
from verifier.documents import FromSurface, LicenceKeys, PassportKeys, ResidenceKeys
from verifier.types import Person, Sex

pytestmark = pytest.mark.unit

PRINTED = {
    "kind": "residence_card",
    "number": "ZZ00000000ZZ",
    "name": "MIHON HANAKO",
    "address": "見本県見本市",
    "birth_date": "1980-02-17",
    "sex": "female",
    "expires_on": "2030-04-01",
}


def attempt(document: dict[str, str]) -> Attempt:
    return Attempt.model_validate({"document": document})


def test_every_kind_of_document_becomes_the_engines_keys():
    born, ends = date(1980, 2, 17), date(2030, 4, 1)
    holder = Person("MIHON HANAKO", "見本県見本市", born, Sex.FEMALE)
    expected = {
        ("drivers_licence", "pin1", "1234"): LicenceKeys("1234", None),
        ("passport", "zone", "P<UTO"): PassportKeys("P<UTO"),
    }
    for (kind, name, value), keys in expected.items():
        assert keys_of(attempt({"kind": kind, name: value}).typed().document) == keys
    assert keys_of(attempt(PRINTED).typed().document) == ResidenceKeys("ZZ00000000ZZ", holder, ends)


@pytest.mark.parametrize("kind", ["residence_card", "passport"])
def test_a_document_without_keys_is_read_from_its_photographs(kind: str):
    typed = attempt({"kind": kind}).typed().document
    assert typed == PhotographedDocument(kind)
    assert keys_of(typed) == FromSurface(kind)


@pytest.mark.parametrize(
    "document",
    [
        {"kind": "library_card"},
        {"kind": "drivers_licence", "zone": "P<UTO"},
        {name: value for name, value in PRINTED.items() if name != "name"},
        {**PRINTED, "sex": "f"},
        {**PRINTED, "birth_date": "55年2月17日"},
    ],
    ids=["unknown kind", "another kind's key", "half of the print", "unknown sex", "no date"],
)
def test_half_a_document_is_refused(document: dict[str, str]):
    with pytest.raises(ValidationError):
        attempt(document)


def test_no_representation_shows_what_was_typed():
    shown = repr(attempt(PRINTED).typed()) + repr(attempt({"kind": "drivers_licence", "pin1": "9876"}))
    shown += repr(TypedLicence("9876", None)) + repr(TypedPassport("P<UTOMIHON"))
    shown += repr(TypedResidenceCard("ZZ00000000ZZ", "MIHON", "見本", date(1980, 2, 17), "female", date.max))
    for secret in ("9876", "ZZ00000000ZZ", "MIHON", "見本", "1980"):
        assert secret not in shown
