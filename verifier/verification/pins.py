"""Which 照合番号B goes to the card, and what a case remembers of the codes it sent.

Decides where the code comes from: typed goes before confirmed, confirmed before read. Whether that one may be
spent is `verifier.ocr.submit`'s decision. Sends nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from typing import Final

from verifier.errors import InvalidInput
from verifier.ocr.submit import PriorTry, SubmitDecision, decide_pin, decide_reading, pin_digest
from verifier.types import CheckResult, SurfaceReading
from verifier.verification.hints import hint
from verifier.verification.subject import Subject

WITHHELD: Final = "ocr.pin_withheld"
"""Code of a surface that gave no code: the check that was not met says more (`verifier.ocr.surface`)."""


@dataclass(frozen=True, slots=True)
class PinHistory:
    """What was sent to a card in this case, and how to remember what is about to be sent.

    Attributes:
        tried: earlier codes, as digests.
        case_secret: random; see `verifier.ocr.submit.pin_digest`.
        remember: called before a code is sent; when it raises, nothing is sent.
        accepted: called when the card took the code: its counter is full again, so another attempt may send
            it.
    """

    tried: Collection[PriorTry]
    case_secret: bytes = field(repr=False)
    remember: Callable[[PriorTry], None] = field(repr=False)
    accepted: Callable[[PriorTry], None] = field(repr=False)


@dataclass(frozen=True, slots=True)
class ChosenPin:
    """A code that may be sent once, and how the case remembers it."""

    pin_b: str = field(repr=False)
    prior: PriorTry


def choose_pin(
    subject: Subject,
    surface: SurfaceReading | None,
    pins: PinHistory,
    *,
    tries_left: int | None,
    tries_floor: int,
) -> ChosenPin:
    """Choose the code to send.

    Args:
        subject: may give a code.
        surface: may give one where the subject does not; None only where a code was typed.
        pins: what was sent before.
        tries_left: as the card reports them; None when it does not.
        tries_floor: with this many or fewer left nothing is sent.

    Raises:
        InvalidInput: no code may be sent ("ocr.*").
    """
    if subject.given_pin is not None:
        pin_b, source = subject.given_pin
        allowed = decide_pin(
            pin_b,
            source=source,
            tries_left=tries_left,
            tried=pins.tried,
            case_secret=pins.case_secret,
            tries_floor=tries_floor,
        )
        _require(allowed, ())
    else:
        assert surface is not None, "the surface is read wherever no code was typed"
        pin_b, source = surface.pin_b or "", "ocr"
        allowed = decide_reading(
            surface,
            tries_left=tries_left,
            tried=pins.tried,
            case_secret=pins.case_secret,
            typed_birth_date=subject.typed_birth_date,
            tries_floor=tries_floor,
        )
        _require(allowed, surface.checks)
    return ChosenPin(pin_b, PriorTry(pin_digest(pin_b, pins.case_secret), source))


def _require(allowed: SubmitDecision, checks: Collection[CheckResult]) -> None:
    """Raise the reason why no code may be sent: the first unmet OCR check tells more than "withheld"."""
    if allowed.code is None:
        return
    unmet = [check.code for check in checks if check.code and not _is_optional(check)]
    code = unmet[0] if allowed.code == WITHHELD and unmet else allowed.code
    raise InvalidInput(code, "no 照合番号B may be sent to the card", hint=hint(code))


def _is_optional(check: CheckResult) -> bool:
    return check.check == "ocr.typed_birth_date" and check.code == "ocr.birth_date_not_typed"
