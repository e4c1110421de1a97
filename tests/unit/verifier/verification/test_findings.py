"""What a surface must give before it stands in a record."""

from __future__ import annotations

from datetime import date

import pytest

from verifier.errors import InvalidInput
from verifier.types import DocumentDetails, Person, Sex, SurfaceField, SurfaceReading
from verifier.verification.findings import findings_of_surface

pytestmark = pytest.mark.unit

PRINTED = {
    "name": "見本花子",
    "address": "東京都見本区",
    "birth_date": "1980-02-17",
    "sex": "女",
    "expires_on": "2035-02-17",
}


def surface(**printed: str) -> SurfaceReading:
    fields = {name: SurfaceField(value, value, 3, 0.99) for name, value in printed.items()}
    return SurfaceReading("mynumber_card", fields, None, (), None, 3)


def test_a_surface_gives_the_holder_and_the_expiry_but_no_issuer():
    findings = findings_of_surface(surface(**PRINTED))
    assert findings.person == Person("見本花子", "東京都見本区", date(1980, 2, 17), Sex.FEMALE)
    assert findings.document == DocumentDetails("mynumber_card", date(2035, 2, 17), None)
    assert (findings.portrait, findings.files) == (None, {})


@pytest.mark.parametrize("absent", PRINTED)
def test_each_attribute_that_was_not_read_is_named_and_nothing_else(absent):
    read = {name: value for name, value in PRINTED.items() if name != absent}
    with pytest.raises(InvalidInput) as refused:
        findings_of_surface(surface(**read))
    assert (refused.value.code, refused.value.message) == (
        "ocr.no_consensus",
        f"not read from the card: {absent}",
    )
