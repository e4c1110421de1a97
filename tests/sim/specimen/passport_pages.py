"""What a passport's data page prints, whatever the country's style, and the zone as an item of a sheet."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TypeAlias

import numpy as np

from tests.sim.specimen.layout import Draw
from tests.sim.specimen.paper import guilloche
from tests.sim.specimen.passport import PAGE_SIZE_PX, SpecimenPassport, draw_zone
from tests.sim.specimen.sheet import Item, Sheet, printed
from verifier.types import Image

Paper: TypeAlias = Callable[[tuple[int, int], np.random.Generator], Image]


@dataclass(frozen=True, slots=True)
class Zone:
    """The machine-readable zone: place and pitch are the standard's (x in SOURCES.md)."""

    passport: SpecimenPassport

    def draw(self, sheet: Sheet) -> None:
        """Print it."""
        draw_zone(sheet.pen, self.passport)


def page_texts(passport: SpecimenPassport, rng: np.random.Generator) -> Mapping[str, str]:
    """Texts of one page; issued ten years before the last day of validity."""
    born, ends = passport.birth_date, passport.expires_on
    issued = ends - timedelta(days=3652)
    return {
        "surname": passport.surname,
        "given": passport.given_names,
        "number": passport.number,
        "sex": passport.sex,
        "birth": f"{born:%d %b %Y}".upper(),
        "issue": f"{issued:%d %b %Y}".upper(),
        "expiry": f"{ends:%d %b %Y}".upper(),
        "birth_dots": f"{born:%d.%m.%Y}",
        "issue_dots": f"{issued:%d.%m.%Y}",
        "expiry_dots": f"{ends:%d.%m.%Y}",
        "birth_slashes": f"{born:%d/%m/%Y}",
        "issue_slashes": f"{issued:%d/%m/%Y}",
        "expiry_slashes": f"{ends:%d/%m/%Y}",
        "state": passport.state,
        "personal": f"{born:%y%m%d}{rng.integers(10_000):04d}",
    }


def page(state: str, items: Sequence[Item], *, paper: Paper = guilloche) -> Draw[SpecimenPassport]:
    """A drawing in one country's style.

    Args:
        state: code of the issuing state; it replaces the passport's own (see `issued_by`).
        items: printed around the zone.
        paper: what it is printed on.
    """

    def draw(passport: SpecimenPassport, portrait: Image, *, rng: np.random.Generator) -> Image:
        own = issued_by(passport, state)
        return printed(
            paper(PAGE_SIZE_PX, rng), (*items, Zone(own)), page_texts(own, rng), portrait=portrait, rng=rng
        )

    return draw


def issued_by(passport: SpecimenPassport, state: str) -> SpecimenPassport:
    """The same passport of another state; number and key information stay."""
    return replace(passport, state=state)
