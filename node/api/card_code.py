"""`/v1/cases/{case}/code`: what was read from the card's front, for a member's own app to have confirmed."""

from __future__ import annotations

from typing import Literal

from fastapi import APIRouter
from pydantic import BaseModel, Field

from node.api.auth import NodeDep, StaffKey
from node.domain.card_code import MAX_VALUE_CHARACTERS, CodeReading, CodeValues

router = APIRouter(prefix="/v1/cases", tags=["cases"])


class CodeBody(BaseModel):
    """What the customer confirmed or corrected."""

    birth_date: str = Field(max_length=MAX_VALUE_CHARACTERS, examples=["昭和55年2月17日"])
    expires_on: str = Field(max_length=MAX_VALUE_CHARACTERS, examples=["2035年2月17日"])
    security_code: str = Field(max_length=MAX_VALUE_CHARACTERS, examples=["2285"])

    def values(self) -> CodeValues:
        """As the use case takes it."""
        return CodeValues(self.birth_date, self.expires_on, self.security_code)


class CodeView(BaseModel):
    """What was read; a value on which the photographs do not agree is empty."""

    birth_date: str
    expires_on: str
    security_code: str
    withheld: list[str] = Field(description="Why what was read would not be sent to a card as it is.")


class ConfirmedView(BaseModel):
    """What is kept of a confirmation."""

    source: Literal["ocr", "typed"] = Field(description="Whether it is as read, or was changed.")


@router.post("/{case_id}/code")
def read_code(case_id: str, _key: StaffKey, node: NodeDep) -> CodeView:
    """Read the three parts of 照合番号B from the photographs; show them to the customer."""
    return code_view(node.issuing.read_code(case_id))


@router.put("/{case_id}/code")
def confirm_code(case_id: str, body: CodeBody, _key: StaffKey, node: NodeDep) -> ConfirmedView:
    """What the customer confirmed: sent to the card by the next verification, instead of a fresh reading."""
    return ConfirmedView(source=node.issuing.confirm_code(case_id, body.values()).source)


def code_view(reading: CodeReading) -> CodeView:
    """A reading as pages and systems see it: the three values, never the number composed of them."""
    values = reading.values
    return CodeView(
        birth_date=values.birth_date,
        expires_on=values.expires_on,
        security_code=values.security_code,
        withheld=list(reading.codes),
    )
