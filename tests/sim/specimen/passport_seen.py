"""Passport data pages in the style of two countries: rows and labels only, no artwork.

Japan's entries and labels: source v in SOURCES.md, the zone and the photograph's side: x. The other page is a
European one of general form: labels in three languages, dates with dots. Places, sizes, colours: ours.
"""

from __future__ import annotations

from tests.sim.specimen.items import INK, LABEL_INK, Mark, Photograph, Words
from tests.sim.specimen.layout import Layout
from tests.sim.specimen.passport_pages import page
from tests.sim.specimen.sheet import Item


def _entry(label: str, value: str, x: float, y: float, *, right: float | None = None) -> tuple[Item, ...]:
    return (
        Words(label, x, y, 0.019, "label", LABEL_INK),
        Words(value, x, y + 0.036, 0.036, "label", INK, right=right),
    )


JAPAN: tuple[Item, ...] = (
    Words("日本国 JAPAN", 0.04, 0.05, 0.034, "label", LABEL_INK),
    Words("旅券 PASSPORT", 0.04, 0.11, 0.034, "label", LABEL_INK),
    *_entry("型/Type", "P", 0.36, 0.04),
    *_entry("発行国/Issuing country", "JPN", 0.50, 0.04),
    *_entry("旅券番号/Passport No.", "{number}", 0.72, 0.04),
    *_entry("姓/Surname", "{surname}", 0.36, 0.13),
    *_entry("名/Given name", "{given}", 0.36, 0.22),
    *_entry("国籍/Nationality", "JAPAN", 0.36, 0.31),
    *_entry("生年月日/Date of birth", "{birth}", 0.64, 0.31),
    *_entry("性別/Sex", "{sex}", 0.36, 0.40),
    *_entry("登録地/Registered Domicile", "TOKYO", 0.64, 0.40),
    *_entry("発行年月日/Date of issue", "{issue}", 0.36, 0.49),
    *_entry("有効期間満了日/Date of expiry", "{expiry}", 0.64, 0.49),
    *_entry("発行官庁/Authority", "MINISTRY OF FOREIGN AFFAIRS", 0.36, 0.58),
    Words("所持人自署/Signature of bearer", 0.36, 0.68, 0.019, "label", LABEL_INK),
    Photograph((0.04, 0.17, 0.32, 0.72)),
    Mark(0.60, 0.66, 0.055),
)
EUROPE: tuple[Item, ...] = (
    Words("REISEPASS  PASSPORT  PASSEPORT", 0.04, 0.05, 0.032, "label", LABEL_INK),
    *_entry("Typ/Type/Type", "P", 0.34, 0.10),
    *_entry("Kode/Code/Code", "D", 0.44, 0.10),
    *_entry("Pass-Nr./Passport No./Passeport No.", "{number}", 0.66, 0.10),
    *_entry("1. Name/Surname/Nom", "{surname}", 0.34, 0.19),
    *_entry("2. Vornamen/Given names/Prénoms", "{given}", 0.34, 0.28),
    *_entry("3. Geburtstag/Date of birth/Date de naissance", "{birth_dots}", 0.34, 0.37),
    *_entry("4. Geschlecht/Sex/Sexe", "{sex}", 0.72, 0.37),
    *_entry("5. Staatsangehörigkeit/Nationality/Nationalité", "DEUTSCH", 0.34, 0.46),
    *_entry("6. Geburtsort/Place of birth/Lieu de naissance", "MUSTERSTADT", 0.72, 0.46),
    *_entry("7. Ausstellungsdatum/Date of issue", "{issue_dots}", 0.34, 0.55),
    *_entry("8. Gültig bis/Date of expiry", "{expiry_dots}", 0.72, 0.55),
    *_entry("9. Behörde/Authority/Autorité", "STADT MUSTERSTADT", 0.34, 0.64),
    Photograph((0.04, 0.14, 0.30, 0.68)),
    Mark(0.62, 0.70, 0.055),
)

PASSPORT_JAPAN = Layout("passport_japan", "v x", seen=True, draw=page("JPN", JAPAN))
PASSPORT_EUROPE = Layout("passport_europe", "x", seen=True, draw=page("D", EUROPE))
