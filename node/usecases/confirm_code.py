"""The customer sees what was read from the card's front and confirms or corrects it, before a try is spent.

Nothing printed on a card checks its security code, so the holder's eyes do. What was confirmed belongs to the
photographs it was read from: new photographs must be confirmed anew.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import partial

from node.domain.bundle import unpack_images
from node.domain.card_code import CodeReading, CodeValues, ConfirmedCode
from node.domain.case import Case, CaseState
from node.domain.methods import CHIP_FACE
from node.errors import InvalidInput
from node.ports import VerificationEngine
from node.usecases.case_files import TYPED_FILE, ask_file, confirmed_file, numbered, reading_file, stored
from node.usecases.transaction import Transactions, VerificationUnit


@dataclass(frozen=True)
class ReadCode:
    """Read the three values from the photographs of the card's front; once per set of photographs."""

    transaction: Transactions
    snapshot: Transactions
    engine: VerificationEngine

    def __call__(self, case_id: str) -> CodeReading:
        """Return what was read.

        Raises:
            InvalidInput: "case.unknown", "case.wrong_state", "code.not_for_method", "code.no_photographs".
            Unavailable: a model is away.
        """
        with self.snapshot() as unit:
            surface = _photographs_of(unit.cases.get(case_id))
            known = stored(unit.vault, case_id, reading_file(surface))
            images, typed = unpack_images(unit.vault.get(case_id, surface)), typed_birth_date(unit, case_id)
        if known is not None:
            return CodeReading.from_bytes(known)
        reading = self.engine.read_code(images, typed)
        with self.transaction() as unit:
            if stored(unit.vault, case_id, reading_file(surface)) is None:
                unit.vault.put(case_id, reading_file(surface), reading.to_bytes())
        return reading


@dataclass(frozen=True)
class ConfirmCode:
    """Keep the values that the customer confirmed; the last confirmation counts."""

    transaction: Transactions
    snapshot: Transactions
    engine: VerificationEngine

    def __call__(self, case_id: str, values: CodeValues) -> ConfirmedCode:
        """Check and keep them.

        Raises:
            InvalidInput: as `ReadCode`, or why the values cannot be a card's ("ocr.*").
        """
        with self.snapshot() as unit:
            surface = _photographs_of(unit.cases.get(case_id))
            read = stored(unit.vault, case_id, reading_file(surface))
            typed = typed_birth_date(unit, case_id)
        pin_b = self.engine.compose_code(values, typed)
        as_read = read is not None and CodeReading.from_bytes(read).pin_b == pin_b
        confirmed = ConfirmedCode(pin_b, "ocr" if as_read else "typed")
        with self.transaction() as unit:
            unit.cases.get(case_id).require(CaseState.OPEN)
            number = len(_confirmations(unit, case_id, surface))
            unit.vault.put(case_id, confirmed_file(surface, number), confirmed.to_bytes())
        return confirmed


def confirmed_code(unit: VerificationUnit, case: Case) -> ConfirmedCode | None:
    """What the customer confirmed last of the case's photographs; None when nothing.

    Raises:
        InvalidInput: the photographs came from the customer's own page, and nothing was confirmed there
            ("code.not_confirmed").
    """
    if case.surface_file is None:
        return None
    found = _confirmations(unit, case.case_id, case.surface_file)
    if found:
        return ConfirmedCode.from_bytes(found[-1])
    if stored(unit.vault, case.case_id, ask_file(case.surface_file)) is not None:
        raise InvalidInput(
            "code.not_confirmed",
            "the customer has not confirmed what was read from the card",
            hint="let the customer open the capture link again and confirm it, or type 照合番号B",
        )
    return None


def typed_birth_date(unit: VerificationUnit, case_id: str) -> date | None:
    """What the customer typed when the case was opened."""
    typed = stored(unit.vault, case_id, TYPED_FILE)
    return None if typed is None else date.fromisoformat(typed.decode())


def _photographs_of(case: Case) -> str:
    case.require(CaseState.OPEN)
    if case.method != CHIP_FACE:
        raise InvalidInput("code.not_for_method", f"{case.method} sends no code to a card")
    if case.surface_file is None:
        raise InvalidInput(
            "code.no_photographs", "the card was not photographed yet", hint="PUT .../surface first"
        )
    return case.surface_file


def _confirmations(unit: VerificationUnit, case_id: str, surface: str) -> list[bytes]:
    return numbered(unit.vault, case_id, partial(confirmed_file, surface))
