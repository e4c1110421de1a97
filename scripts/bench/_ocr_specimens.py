"""Which documents besides My Number cards the OCR benchmark draws, as what, and what is true of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, Literal, TypeAlias

import numpy as np

from tests.sim.specimen import drawn_portrait, random_person, seen, unseen
from tests.sim.specimen.layout import Layout
from tests.sim.specimen.licence import SpecimenLicence, random_licence
from tests.sim.specimen.passport import SpecimenPassport, random_passport
from tests.sim.specimen.residence import SpecimenResidenceCard, random_residence_card
from verifier.ocr.documents import LICENCE, PASSPORT, RESIDENCE, Document
from verifier.types import Image

View: TypeAlias = Literal["seen", "unseen"]
VIEWS: Final[tuple[View, ...]] = ("seen", "unseen")
TODAY = date(2026, 11, 22)
"""The specimens' today, fixed so that one seed gives one card on any day."""
TRAILERS: Final = {"引引二": ("引", "引二"), "け引": ("引",), "け引二": ("引二",)}
"""What words in the last cell of a licence's grid amount to; け引 is our former drawing's."""

Truth: TypeAlias = Mapping[str, str]
"""Field -> as printed, dates in ISO 8601; empty where the document prints nothing."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of document.

    Attributes:
        offered_as: the document that the reader is told to expect.
        layouts: by view.
        make: draws what one specimen prints.
        truth: what its fields are; nothing for documents that are to be refused.
        access: what opens its chip, None where the print opens none.
        refused_as: the codes that name it; none where it is to be read.
    """

    offered_as: Document
    layouts: Mapping[View, Sequence[Layout[Any]]]
    make: Callable[..., Any]
    truth: Callable[[Any], Truth] = lambda _: {}
    access: Callable[[Any], str | None] = lambda _: None
    refused_as: tuple[str, ...] = ()


def _licence(licence: SpecimenLicence) -> Truth:
    return {
        "name": licence.person.name,
        "birth_date": licence.person.birth_date.isoformat(),
        "address": licence.person.address,
        "issued_on": licence.issued_on.isoformat(),
        "expires_on": licence.expires_on.isoformat(),
        "number": licence.number,
        "conditions": "".join(licence.conditions),
        "classes": "・".join(licence.classes),
    }


def _residence(card: SpecimenResidenceCard) -> Truth:
    return {
        "name": card.name,
        "birth_date": card.birth_date.isoformat(),
        "sex": card.sex,
        "nationality": card.nationality,
        "address": card.address,
        "status": card.status,
        "stay": card.stay,
        "stay_until": card.stay_until.isoformat() if card.stay_until else "",
        "expires_on": card.expires_on.isoformat(),
        "number": card.number,
    }


def _passport(passport: SpecimenPassport) -> Truth:
    return {
        "name": f"{passport.surname} {passport.given_names}",
        "birth_date": passport.birth_date.isoformat(),
        "expires_on": passport.expires_on.isoformat(),
        "sex": passport.sex,
        "number": passport.number,
    }


def _key_information(passport: SpecimenPassport) -> str:
    """Number, birth date and end of validity with their check digits; the state is no part of it."""
    second = passport.lines[1]
    return second[:10] + second[13:20] + second[21:28]


KINDS: Final[Mapping[str, Kind]] = {
    "licence": Kind(LICENCE, {"seen": seen.LICENCE, "unseen": unseen.LICENCE}, random_licence, _licence),
    "residence": Kind(
        RESIDENCE,
        {"seen": seen.RESIDENCE, "unseen": unseen.RESIDENCE},
        random_residence_card,
        _residence,
        lambda card: card.number,
    ),
    "passport": Kind(
        PASSPORT,
        {"seen": seen.PASSPORT, "unseen": unseen.PASSPORT},
        random_passport,
        _passport,
        _key_information,
    ),
    "newer": Kind(
        RESIDENCE,
        {"seen": seen.RESIDENCE_NEWER, "unseen": unseen.RESIDENCE_NEWER},
        random_residence_card,
        refused_as=("ocr.residence_card_newer", "ocr.combined_residence_card"),
    ),
    "special": Kind(
        RESIDENCE,
        {"seen": seen.SPECIAL_PERMANENT, "unseen": unseen.SPECIAL_PERMANENT},
        random_residence_card,
        refused_as=("ocr.special_permanent_certificate",),
    ),
    "history": Kind(
        LICENCE,
        {"seen": seen.DRIVING_HISTORY, "unseen": unseen.DRIVING_HISTORY},
        random_licence,
        refused_as=("ocr.driving_history_certificate",),
    ),
    "other": Kind(
        LICENCE,
        {"seen": seen.MYNUMBER, "unseen": unseen.MYNUMBER},
        random_person,
        refused_as=("ocr.other_document",),
    ),
}
"""The last four are offered as what they are not: newer residence cards, special permanent residents'
certificates, certificates of driving history, My Number cards."""


def layout(kind: str, view: View, index: int) -> Layout[Any]:
    """Each layout of a kind in turn."""
    layouts = KINDS[kind].layouts[view]
    return layouts[index % len(layouts)]


def draw(kind: str, view: View, index: int, rng: np.random.Generator) -> tuple[Image, Any]:
    """A flat document, and what it prints."""
    printed = KINDS[kind].make(rng, today=TODAY)
    return layout(kind, view, index).draw(printed, drawn_portrait(), rng=rng), printed
