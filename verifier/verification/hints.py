"""What the customer or the teller may do about a refusal, by its code. Decides nothing."""

from __future__ import annotations

from typing import Final

TYPE_PIN_B: Final = "let the customer type 照合番号B, then verify again with it"

_PHOTOGRAPH_AGAIN: Final = "photograph the card's front again: closer, sharp, without glare, three times"

_HINTS: Final = {
    "ocr.too_few_frames": _PHOTOGRAPH_AGAIN,
    "ocr.no_consensus": _PHOTOGRAPH_AGAIN,
    "ocr.dates_not_read": _PHOTOGRAPH_AGAIN,
    "ocr.card_expired": "the card seems to have expired; ask for another document",
    "ocr.birth_date_differs": "the typed birth date and the card differ; open a new case with the right one",
    "chip.pin_blocked": "the card is locked; only its issuing office unlocks it",
    "chip.access_refused": "the zone belongs to another passport, or its chip opens in a way not known here",
    "chip.tries_exhausted_guard": "too few tries are left; ask for another document",
    "ocr.tries_floor": "too few tries are left; ask for another document",
    "ocr.case_tries_spent": "no further try in this case; check the card and open a new one",
}


def hint(code: str, otherwise: str = TYPE_PIN_B) -> str:
    """The hint of a code, or `otherwise` where it has none of its own."""
    return _HINTS.get(code, otherwise)
