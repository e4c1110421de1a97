"""What a residence card prints, whatever the layout: the texts that items name, and bilingual labels."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from tests.sim.specimen.items import INK, LABEL_INK, Ink, Words
from tests.sim.specimen.residence import PERMANENT, STATUSES, SpecimenResidenceCard
from tests.sim.specimen.sheet import Item

FULL_WIDTH = str.maketrans("0123456789()", "０１２３４５６７８９（）")
ENGLISH = {
    "女": "F.",
    "男": "M.",
}


def residence_texts(card: SpecimenResidenceCard) -> Mapping[str, str]:
    """Texts of one card; `wide_…` in full-width digits, as on the published specimen (g)."""
    until, granted = card.stay_until, card.permitted_on
    texts = {
        "name": card.name,
        "birth": _day(card.birth_date),
        "sex": f"{card.sex} {ENGLISH[card.sex]}",
        "nationality": card.nationality,
        "address": card.address,
        "status": card.status,
        "status_english": dict(STATUSES)[card.status],
        "work": _work(card.status),
        "stay": card.stay or "***",
        "stay_until": f"({_day(until)})" if until else "",
        "stay_ends": _day(until) if until else "***",
        "permission": "在留期間更新許可(見本出入国在留管理局長)",
        "granted": _day(granted),
        "issued": _day(granted),
        "until": f"{_day(card.expires_on)}まで有効",
        "number": card.number,
    }
    return {**texts, **{f"wide_{name}": text.translate(FULL_WIDTH) for name, text in texts.items()}}


def _day(day: date) -> str:
    return f"{day.year}年{day.month:02d}月{day.day:02d}日"


def _work(status: str) -> str:
    if status == PERMANENT:
        return "就労制限なし"
    return "就労不可" if status in {"留学", "家族滞在"} else "在留資格に基づく就労活動のみ可"


def bilingual(
    japanese: str, english: str, x: float, y: float, *, ink: Ink = LABEL_INK, right: float | None = None
) -> tuple[Item, ...]:
    """A label in Japanese with its small English under it, around `y`."""
    return (
        Words(japanese, x, y - 0.012, 0.025, "label", ink, right=right),
        Words(english, x, y + 0.014, 0.016, "label", ink, right=right),
    )


def under_date(left: float, right: float, y: float, *, signs: str = "Y M D") -> Item:
    """The small Y M D under a date."""
    return Words(signs, left, y, 0.016, "label", INK, right=right, spread=True)
