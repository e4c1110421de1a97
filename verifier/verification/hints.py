"""What the customer or the teller may do about a refusal, by its code. Decides nothing."""

from __future__ import annotations

from typing import Final

TYPE_PIN_B: Final = "let the customer type 照合番号B, then verify again with it"

_PHOTOGRAPH_AGAIN: Final = "photograph the card's front again: closer, sharp, without glare, three times"

_HINTS: Final = {
    "ocr.too_few_frames": _PHOTOGRAPH_AGAIN,
    "ocr.no_consensus": _PHOTOGRAPH_AGAIN,
    "ocr.dates_not_read": _PHOTOGRAPH_AGAIN,
    "ocr.code_in_doubt": "Let the customer type the four digits under the photograph, at the lower left.",
    "ocr.card_expired": "the card seems to have expired; ask for another document",
    "ocr.unknown_document": "Photograph the document's front, whole and flat; other papers are not read.",
    "ocr.other_document": "This is another kind of document: choose its kind, or photograph the right one.",
    "ocr.document_not_accepted": "This document does not prove identity here: ask for one that does.",
    "ocr.driving_history_certificate": "A 運転経歴証明書 is no licence: ask for another document.",
    "ocr.special_permanent_certificate": "A 特別永住者証明書 is not read from photographs: type its number.",
    "ocr.residence_card_newer": "Cards issued since 2026-06-14 are not read yet: ask for another document.",
    "ocr.combined_residence_card": "A 特定在留カード is not read yet: ask for another document.",
    "ocr.residence_form_unsure": "Photograph the front sharply down to its lowest rows: they tell the form.",
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
