"""Says what a document is by the words printed on it. Pure.

Decides by positive marks only: what is not sure to be a document that is read here is another one by name, or
unknown. Residence cards differ by generation: the form of 2012 prints the kind and day of permission, the day
of issue and (DATE OF EXPIRATION) in brackets; the form of 2026-06-14 prints none of these, but WORK
RESTRICTIONS and THE EXPIRY DATE OF THE PERIOD OF STAY. A newer card's chip speaks another protocol, so its
number must not be tried on the old one: a residence card without a mark of either form stays unsure.

Source of the marks: official specimen of the 2012 form; of the 2026 form two independent public descriptions.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from verifier.ocr.fields import FieldRead
from verifier.ocr.layout import pieces
from verifier.ocr.rows import columns, rows
from verifier.ocr.text import TextLine

MYNUMBER: Final = "mynumber"
LICENCE: Final = "licence"
RESIDENCE: Final = "residence"
RESIDENCE_NEWER: Final = "residence_newer"
RESIDENCE_UNSURE: Final = "residence_unsure"
"""A residence card, of which form was not read."""
RESIDENCE_COMBINED: Final = "residence_combined"
"""特定在留カード or 特定特別永住者証明書: a residence card and a My Number card in one."""
SPECIAL_PERMANENT: Final = "special_permanent"
DRIVING_HISTORY: Final = "driving_history"
PASSPORT: Final = "passport"
UNKNOWN: Final = "unknown"

NOT_ACCEPTED: Final = {
    "provisional_licence": re.compile(r"仮運転|仮免許|国際運転|国外運転|INTERNATIONALDRIVING"),
    "boat_licence": re.compile(r"船舶操縦|海技免"),
    "gun_permit": re.compile(r"猟銃|空気銃|銃砲"),
    "resident_register": re.compile(r"住民基本台帳|住基カ.ド"),
    "notice_of_number": re.compile(r"^通知カ.ド|個人番号通知"),
    "health_insurance": re.compile(
        r"健康保険|被保険者|資格確認書|保険者番号|高齢受給者|後期高齢者|共済組合員証"
    ),
    "disability": re.compile(r"障害者手帳|障がい者手帳|障害者保健福祉|療育手帳"),
    "student": re.compile(r"学生証|生徒証|生徒手帳|学籍番号|STUDENTI\.?D|STUDENTCARD"),
    "staff": re.compile(r"社員証|職員証|従業員証|EMPLOYEEI\.?D|STAFFCARD"),
    "pension": re.compile(r"年金手帳|基礎年金番号|年金証書"),
    "qualification": re.compile(r"宅地建物取引士|危険物取扱者|資格者証"),
    "alien_registration": re.compile(r"外国人登録証|ALIENREGISTRATION"),
    "seal_registration": re.compile(r"印鑑登録"),
}
"""Documents that look like those read here; none of them is accepted."""
_SHARES_WORDS: Final = (
    "provisional_licence",
    "boat_licence",
    "gun_permit",
    "resident_register",
    "notice_of_number",
)
"""Those that print words of an accepted document; words of the others may stand in an address."""

_COMBINED: Final = re.compile(r"特定在留|特定特別永住")
_SPECIAL_PERMANENT: Final = re.compile(r"別永住|住者証明|SPECIALPERMANENT|PERMANENTRESIDENTCERT")
_DRIVING_HISTORY: Final = re.compile(r"運転経歴|経歴証明|運転はできません|DRIVINGRECORD")
_RESIDENCE_TITLE: Final = re.compile(r"在留カ.ド|RESIDENCECARD")
_RESIDENCE_LABEL: Final = re.compile(r"在留資格|在留期間|住居地")
_FORM_OF_2012: Final = re.compile(
    r"許可の種|許可年月|交付年月|\(DATEOFEXPIR|(?:更新|変更|認定|上陸|取得|永住)許可"
)
_FORM_OF_2026: Final = re.compile(r"(?i)WORKRESTRICTION|EXPIRYDATEOF|THEEXPIRYDATE")
_FORM_OF_2026_UNLESS_2012: Final = re.compile(r"在留期間満了日|^ISA$")
"""The older label 在留期間(満了日) gives the same when its brackets are not read; ISA may be chance."""
_MYNUMBER: Final = re.compile(
    r"個人番号カ.ド|マイナンバーカ.ド|電子証明書の?有効期限|^電子証明書の$|^個人番号$"
)
"""The title may go with the card's next generation, planned for fiscal 2028: 電子証明書 stays until then."""
_LICENCE: Final = re.compile(r"運転免許証|免許の|条件等|公安委員会|第[0-9]{12}号")
_VALID_UNTIL: Final = re.compile(r"日?まで有[効效]")
_PASSPORT: Final = re.compile(r"^P[A-Z<][A-Z<]{3}[A-Z]+<|(?i:passe?port)|<<<<|^旅券")

_Texts: TypeAlias = Sequence[tuple[str, float]]
"""Pieces and rows with their lowest confidence."""


@dataclass(frozen=True, slots=True)
class _Sign:
    """One document, and the confidence of its marks among some texts; None where they are missing."""

    name: str
    found: Callable[[_Texts], float | None]


def recognise(lines: Sequence[TextLine]) -> FieldRead:
    """Name the document that these lines stand on.

    Returns:
        One of the names above as value, with the confidence of the words that told; `UNKNOWN` with 0.
    """
    placed = pieces(lines)
    texts = [(piece.text, min(piece.confidences)) for piece in (*rows(placed), *columns(placed))]
    found = ((sign.name, sign.found(texts)) for sign in _SIGNS)
    name, confidence = next(((name, value) for name, value in found if value is not None), (UNKNOWN, 0.0))
    return FieldRead(name, name, confidence)


def _word(pattern: re.Pattern[str]) -> Callable[[_Texts], float | None]:
    """Best confidence among the texts that hold a word."""
    return lambda texts: max((confidence for text, confidence in texts if pattern.search(text)), default=None)


def _all(*signs: Callable[[_Texts], float | None]) -> Callable[[_Texts], float | None]:
    """Lowest confidence of several marks, all of which must be there."""

    def found(texts: _Texts) -> float | None:
        values = [sign(texts) for sign in signs]
        present = [value for value in values if value is not None]
        return min(present) if len(present) == len(values) else None

    return found


def _any(*signs: Callable[[_Texts], float | None]) -> Callable[[_Texts], float | None]:
    """The first mark of several that is there."""
    return lambda texts: next((value for sign in signs if (value := sign(texts)) is not None), None)


_ANY_RESIDENCE: Final = _any(_word(_RESIDENCE_TITLE), _word(_RESIDENCE_LABEL))

_SIGNS: Final = (
    _Sign(RESIDENCE_COMBINED, _word(_COMBINED)),
    _Sign(SPECIAL_PERMANENT, _word(_SPECIAL_PERMANENT)),
    _Sign(DRIVING_HISTORY, _word(_DRIVING_HISTORY)),
    _Sign(RESIDENCE_NEWER, _word(_FORM_OF_2026)),
    _Sign(RESIDENCE, _all(_word(_FORM_OF_2012), _ANY_RESIDENCE)),
    _Sign(RESIDENCE_NEWER, _all(_word(_FORM_OF_2026_UNLESS_2012), _ANY_RESIDENCE)),
    _Sign(RESIDENCE_UNSURE, _word(_RESIDENCE_TITLE)),
    *(_Sign(name, _word(NOT_ACCEPTED[name])) for name in _SHARES_WORDS),
    _Sign(MYNUMBER, _word(_MYNUMBER)),
    _Sign(LICENCE, _all(_word(_LICENCE), _word(_VALID_UNTIL))),
    _Sign(PASSPORT, _word(_PASSPORT)),
    *(_Sign(name, _word(words)) for name, words in NOT_ACCEPTED.items() if name not in _SHARES_WORDS),
)
"""Documents in the order in which they are tried: those that share words with others first."""
