"""Says what a document is by the words printed on it. Pure.

Decides the kind and, for residence cards, the generation: the 2012 form prints the kind and day of permission
and the period of stay, newer forms do not (second-generation residence cards, in use since 2026-06-14; which
items exactly they leave out was not checked against a card: unverified). A newer card's chip speaks another
protocol, so its number must not be tried on the old one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from verifier.ocr.fields import FieldRead
from verifier.ocr.layout import pieces
from verifier.ocr.text import TextLine

MYNUMBER: Final = "mynumber"
LICENCE: Final = "licence"
RESIDENCE: Final = "residence"
RESIDENCE_NEWER: Final = "residence_newer"
SPECIAL_PERMANENT: Final = "special_permanent"
PASSPORT: Final = "passport"
UNKNOWN: Final = "unknown"

_SPECIFIED: Final = re.compile(r"特定在留カ|特定特別永住")
_SPECIAL_PERMANENT: Final = re.compile(r"特別永住者証|SPECIALPERMANENTRESIDENT")
_RESIDENCE: Final = re.compile(r"在留カ.ド|RESIDENCECARD")
_FORM_OF_2012: Final = re.compile(
    r"許可の種|許可年月|交付年月|在留期間.{0,2}満|PERIODOFSTAY|DATEOFEXPIR|(?:更新|変更|認定|上陸)許可"
)
_WORDS: Final = (
    (MYNUMBER, re.compile(r"個人番号カ.ド")),
    (LICENCE, re.compile(r"運転免許|免許の|公安委員会|交付(?:令和|平成)")),
    (PASSPORT, re.compile(r"^P[A-Z<][A-Z<]{3}[A-Z]+<|PASSPORT|<<<<")),
)


def recognise(lines: Sequence[TextLine]) -> FieldRead:
    """Name the document that these lines stand on.

    Returns:
        One of the names above as value, with the confidence of the words that told; `UNKNOWN` with 0.
    """
    placed = pieces(lines)
    texts = [(piece.text, min(piece.confidences)) for piece in placed]
    for name, pattern in ((RESIDENCE_NEWER, _SPECIFIED), (SPECIAL_PERMANENT, _SPECIAL_PERMANENT)):
        if found := _confidence(texts, pattern):
            return FieldRead(name, name, found)
    if found := _confidence(texts, _RESIDENCE):
        name = RESIDENCE if _confidence(texts, _FORM_OF_2012) else RESIDENCE_NEWER
        return FieldRead(name, name, found)
    for name, pattern in _WORDS:
        if found := _confidence(texts, pattern):
            return FieldRead(name, name, found)
    return FieldRead(UNKNOWN, UNKNOWN, 0.0)


def _confidence(texts: Sequence[tuple[str, float]], pattern: re.Pattern[str]) -> float | None:
    """Best confidence among the pieces that hold a word; None without one."""
    return max((confidence for text, confidence in texts if pattern.search(text)), default=None)
