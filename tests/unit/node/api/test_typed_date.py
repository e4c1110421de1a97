"""A birth date reaches the API in whatever form it was typed; what is no date is refused in words."""

from __future__ import annotations

from datetime import date

import pytest
from pydantic import BaseModel, ValidationError

from node.api.cases import NewCase
from node.api.documents import ResidenceDocument
from node.api.reuses import Application

pytestmark = pytest.mark.unit

PERSON = {"name": "見本 花子", "address": "東京都千代田区麹町1-2-3", "sex": "female"}
CARD = {**PERSON, "kind": "residence_card", "number": "AB12345678CD", "expires_on": "2030/4/1"}
BODIES: tuple[tuple[type[BaseModel], dict[str, str], str], ...] = (
    (NewCase, {"method": "jp.chip+face"}, "typed_birth_date"),
    (Application, PERSON, "birth_date"),
    (ResidenceDocument, CARD, "birth_date"),
)


@pytest.mark.parametrize(
    "typed", ["1980-02-17", "1980/2/17", "S55.2.17", "昭和55年2月17日", "１９８０／２／１７"]
)
@pytest.mark.parametrize(("model", "given", "name"), BODIES)
def test_a_birth_date_is_taken_as_it_was_typed(
    model: type[BaseModel], given: dict[str, str], name: str, typed: str
) -> None:
    assert getattr(model.model_validate({**given, name: typed}), name) == date(1980, 2, 17)


@pytest.mark.parametrize("typed", ["55.2.17", "1980年2月30日", "昭和64年2月17日", "17 Feb", 19800217.5])
@pytest.mark.parametrize(("model", "given", "name"), BODIES)
def test_what_is_no_date_is_refused_in_words(
    model: type[BaseModel], given: dict[str, str], name: str, typed: object
) -> None:
    with pytest.raises(ValidationError) as refused:
        model.model_validate({**given, name: typed})
    assert [error["loc"] for error in refused.value.errors()] == [(name,)]
    if isinstance(typed, str):
        assert "S55.2.17" in refused.value.errors()[0]["msg"]
