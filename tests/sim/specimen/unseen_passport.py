"""Passport data pages for the benchmark alone, after three more countries' order of entries.

Order and wording of the printed entries vary by country, only the zone is common (x in SOURCES.md). One
page is plain white, as a scan or a laser-engraved plastic page is; one shows the holder's picture a
second time.
"""

from __future__ import annotations

import numpy as np

from tests.sim.specimen.items import INK, Ink, Mark, Photograph, Words
from tests.sim.specimen.layout import Layout
from tests.sim.specimen.paper import rosettes
from tests.sim.specimen.passport_pages import page
from tests.sim.specimen.sheet import Item
from verifier.types import Image

GREY: Ink = (110, 110, 120)
BLUE: Ink = (40, 60, 130)


def white(size_px: tuple[int, int], _rng: np.random.Generator) -> Image:
    """Paper without any print of its own."""
    return np.full((size_px[1], size_px[0], 3), 252, np.uint8)


def _entry(label: str, value: str, x: float, y: float, *, size: float = 0.034) -> tuple[Item, ...]:
    return Words(label, x, y, 0.017, "label", GREY), Words(value, x, y + 0.034, size, "label", INK)


BRITISH: tuple[Item, ...] = (
    Words("UNITED KINGDOM OF GREAT BRITAIN AND NORTHERN IRELAND", 0.30, 0.04, 0.022, "label", BLUE),
    *_entry("Type/Type", "P", 0.36, 0.09),
    *_entry("Code/Code", "GBR", 0.47, 0.09),
    *_entry("Passport No./Passeport No.", "{number}", 0.66, 0.09),
    *_entry("Surname/Nom (1)", "{surname}", 0.36, 0.175),
    *_entry("Given names/Prénoms (2)", "{given}", 0.36, 0.26),
    *_entry("Nationality/Nationalité (3)", "BRITISH CITIZEN", 0.36, 0.345),
    *_entry("Date of birth/Date de naissance (4)", "{birth}", 0.36, 0.43),
    *_entry("Sex/Sexe (5)", "{sex}", 0.36, 0.515),
    *_entry("Place of birth/Lieu de naissance (6)", "EXAMPLETON", 0.50, 0.515),
    *_entry("Date of issue/Date de délivrance (7)", "{issue}", 0.36, 0.60),
    *_entry("Authority/Autorité (8)", "HMPO", 0.66, 0.60),
    *_entry("Date of expiry/Date d'expiration (9)", "{expiry}", 0.36, 0.685),
    Photograph((0.05, 0.12, 0.32, 0.62)),
    Photograph((0.84, 0.42, 0.94, 0.60)),
    Mark(0.62, 0.70, 0.055),
)
AMERICAN: tuple[Item, ...] = (
    Words("PASSPORT  PASSEPORT  PASAPORTE", 0.04, 0.045, 0.026, "label", BLUE),
    Words("UNITED STATES OF AMERICA", 0.42, 0.045, 0.036, "label", BLUE),
    *_entry("Type / Type / Tipo", "P", 0.36, 0.09, size=0.030),
    *_entry("Code / Code / Código", "USA", 0.48, 0.09, size=0.030),
    *_entry("Passport No. / No. du Passeport / No. de Pasaporte", "{number}", 0.64, 0.09, size=0.030),
    *_entry("Surname / Nom / Apellidos", "{surname}", 0.36, 0.17, size=0.030),
    *_entry("Given Names / Prénoms / Nombres", "{given}", 0.36, 0.25, size=0.030),
    *_entry("Nationality / Nationalité / Nacionalidad", "UNITED STATES OF AMERICA", 0.36, 0.33, size=0.030),
    *_entry("Date of birth / Date de naissance / Fecha de nacimiento", "{birth}", 0.36, 0.41, size=0.030),
    *_entry("Place of birth / Lieu de naissance / Lugar de nacimiento", "NOWHERE, U.S.A.", 0.36, 0.49),
    *_entry("Sex / Sexe / Sexo", "{sex}", 0.80, 0.49, size=0.030),
    *_entry("Date of issue / Date de délivrance / Fecha de expedición", "{issue}", 0.36, 0.57, size=0.030),
    *_entry("Date of expiration / Date d'expiration / Fecha de caducidad", "{expiry}", 0.36, 0.65),
    *_entry("Endorsements / Mentions Spéciales / Anotaciones", "SEE PAGE 17", 0.04, 0.70),
    Photograph((0.04, 0.10, 0.33, 0.66)),
    Mark(0.62, 0.715, 0.05),
)
KOREAN: tuple[Item, ...] = (
    Words("여권  PASSPORT", 0.04, 0.05, 0.036, "label", BLUE),
    Words("대한민국  REPUBLIC OF KOREA", 0.36, 0.05, 0.034, "label", BLUE),
    *_entry("종류/Type", "PM", 0.36, 0.10),
    *_entry("발행국/Issuing country", "KOR", 0.48, 0.10),
    *_entry("여권번호/Passport No.", "{number}", 0.70, 0.10),
    *_entry("성/Surname", "{surname}", 0.36, 0.19),
    *_entry("이름/Given names", "{given}", 0.36, 0.28),
    *_entry("국적/Nationality", "REPUBLIC OF KOREA", 0.36, 0.37),
    *_entry("생년월일/Date of birth", "{birth}", 0.36, 0.46),
    *_entry("성별/Sex", "{sex}", 0.62, 0.46),
    *_entry("발급일/Date of issue", "{issue}", 0.36, 0.55),
    *_entry("기간만료일/Date of expiry", "{expiry}", 0.36, 0.64),
    *_entry("발행관청/Authority", "MINISTRY OF FOREIGN AFFAIRS", 0.62, 0.64),
    Photograph((0.04, 0.15, 0.32, 0.70)),
    Mark(0.62, 0.715, 0.05),
)

BRITISH_PAGE = Layout("unseen_passport_british", "x", seen=False, draw=page("GBR", BRITISH, paper=white))
AMERICAN_PAGE = Layout("unseen_passport_american", "x", seen=False, draw=page("USA", AMERICAN))
KOREAN_PAGE = Layout("unseen_passport_korean", "x", seen=False, draw=page("KOR", KOREAN, paper=rosettes))
