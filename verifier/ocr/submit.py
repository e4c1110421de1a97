"""Says whether a 照合番号B may be spent on the card. Pure.

A card locks after ten wrong codes and only the municipal office unlocks it, so a code that was read by OCR
gets one try, a case gets two, nothing is ever sent twice, and a card with few tries left is left to the
customer's own typing or not touched at all. The tries left must have been asked from the card first; asking
costs nothing.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date

    from verifier.types import SurfaceReading

Source: TypeAlias = Literal["ocr", "typed"]

MANUAL_ONLY_AT = 5
"""With this many tries left or fewer, no code that OCR read is sent."""
TRIES_FLOOR = 2
"""With this many tries left or fewer, no code is sent at all."""
MAX_TRIES_PER_CASE = 2
MAX_OCR_TRIES_PER_CASE = 1


@dataclass(frozen=True, slots=True)
class PriorTry:
    """A code that was sent to the card earlier in this case: its digest, never the code."""

    digest: bytes
    source: Source


@dataclass(frozen=True, slots=True)
class SubmitDecision:
    """Whether to send; `code` says why not."""

    may_submit: bool
    code: str | None = None


def pin_digest(pin_b: str, case_secret: bytes) -> bytes:
    """Digest that recognises a code within one case.

    Args:
        pin_b: 14 digits.
        case_secret: random, kept with the case only; without it 14 digits are quickly guessed.
    """
    return hmac.digest(case_secret, pin_b.encode("ascii"), "sha256")


def decide_reading(
    reading: SurfaceReading,
    *,
    tries_left: int | None,
    tried: Collection[PriorTry],
    case_secret: bytes,
    typed_birth_date: date | None,
    tries_floor: int = TRIES_FLOOR,
) -> SubmitDecision:
    """Decide on a code that OCR read.

    Args:
        reading: from the card's surface.
        tries_left: as the card reports them; None when it does not.
        tried: what was sent earlier in this case.
        case_secret: see `pin_digest`.
        typed_birth_date: what the customer typed; None when not asked.
        tries_floor: never send with this many tries left or fewer.

    Returns:
        May submit, or withheld: "ocr.pin_withheld", "ocr.birth_date_differs", or a code of `decide_pin`.
    """
    if reading.pin_b is None:
        return SubmitDecision(may_submit=False, code="ocr.pin_withheld")
    birth_date = reading.fields["birth_date"].value
    if typed_birth_date is not None and birth_date != typed_birth_date.isoformat():
        return SubmitDecision(may_submit=False, code="ocr.birth_date_differs")
    return decide_pin(
        reading.pin_b,
        source="ocr",
        tries_left=tries_left,
        tried=tried,
        case_secret=case_secret,
        tries_floor=tries_floor,
    )


def decide_pin(
    pin_b: str,
    *,
    source: Source = "typed",
    tries_left: int | None,
    tried: Collection[PriorTry],
    case_secret: bytes,
    tries_floor: int = TRIES_FLOOR,
) -> SubmitDecision:
    """Decide on any code, typed or read; arguments as in `decide_reading`.

    One that was read and confirmed unchanged counts as read: the eye passes over a misread digit too.

    Returns:
        May submit, or withheld: "ocr.tries_unknown", "ocr.tries_floor", "ocr.case_tries_spent",
        "ocr.already_tried"; of a code that was read also "ocr.manual_entry_only", "ocr.automatic_try_spent".
    """
    if tries_left is None:
        return SubmitDecision(may_submit=False, code="ocr.tries_unknown")
    digest = pin_digest(pin_b, case_secret)
    automatic = source == "ocr"
    rules = {
        "ocr.tries_floor": tries_left <= tries_floor,
        "ocr.manual_entry_only": automatic and tries_left <= MANUAL_ONLY_AT,
        "ocr.automatic_try_spent": automatic and _automatic_tries(tried) >= MAX_OCR_TRIES_PER_CASE,
        "ocr.case_tries_spent": len(tried) >= MAX_TRIES_PER_CASE,
        "ocr.already_tried": any(hmac.compare_digest(digest, prior.digest) for prior in tried),
    }
    broken = next((code for code, is_broken in rules.items() if is_broken), None)
    return SubmitDecision(may_submit=broken is None, code=broken)


def _automatic_tries(tried: Collection[PriorTry]) -> int:
    return sum(prior.source == "ocr" for prior in tried)
