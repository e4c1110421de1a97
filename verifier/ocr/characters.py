"""Why two single characters may stand for one another in Japanese names and addresses. Pure.

Decides the kind of difference between two characters, with its basis where there is an official one.
Variant kanji come from the MJ shrink map (文字情報技術促進協議会, MJ縮退マップ) through the package jntajis,
which names the rule behind each pair: the family-register notices of the Ministry of Justice, its notice 582
(kanji of foreign residents' names), the unification rules of JIS X 0213 and ISO/IEC 10646, or, weakest,
reading and shape. By that map 齋 is a form of 斎 and 齊 a form of 斉, while 斎 and 斉 are two characters:
they only look alike.
"""

from __future__ import annotations

import unicodedata
from enum import StrEnum
from functools import lru_cache
from itertools import product
from typing import Final

import jntajis
from jntajis import MJShrinkSchemeCombo as Scheme


class Kind(StrEnum):
    """How two characters differ, from harmless to not the same."""

    WIDTH = "width"
    """Full and half width, or another compatibility form (NFKC): one character."""
    DASH = "dash"
    """Hyphens, minus signs, dashes, wave dashes between two encodings."""
    SPACE = "space"
    """A space on one side only."""
    VARIANT = "variant"
    """Two forms of one kanji; `basis` says by which rule."""
    KANA_SIZE = "kana_size"
    """ッ and ツ: registers before 1948-01-01 knew no small kana, and readers mix them up."""
    LOOK_ALIKE = "look_alike"
    """Different characters that text readers, or people, mix up."""
    REPLACED = "replaced"
    """Different characters."""
    MISSING = "missing"
    """Only the text of record has it."""
    ADDED = "added"
    """Only the other text has it."""


HARMLESS: Final = frozenset({Kind.WIDTH, Kind.DASH, Kind.SPACE})
"""The same text, encoded or spaced differently."""
OF_THE_READER: Final = frozenset({Kind.KANA_SIZE, Kind.LOOK_ALIKE})

DASHES: Final = frozenset("-‐‑‒–—―−－﹣﹘⁃")
WAVES: Final = frozenset("~〜～∼")
# The long vowel mark ー is no dash but a letter; beside one it is a look-alike, not the same.

LOOK_ALIKE_GROUPS: Final = (
    "ー一-‐−― ニ二 ロ口囗 カ力 エ工 タ夕 ト卜 ハ八 ヘへ ベべ ペぺ リり オ才 ソンゾ シツ ノ丿 未末木 土士 "
    "圡玉 斎斉 齋齊 斎齊 齋斉 日曰目 己已巳 鳥烏 嵜寄 桒棄楽 柿杮 問間 萩荻 東束 千干 刀力 栗粟 "
    "0O〇Q 1lI| 5S 8B 2Z"
)
"""Folds and confusions of the PP-OCR models on specimens (ー/一, ソ/ゾ, 嵜/寄, 圡/玉, 桒/棄/楽, 0/O), kana
and kanji of one shape (as in Unicode Technical Standard 39), and kanji that differ in a stroke."""

BASES: Final = (
    (Scheme.JIS_INCORPORATION_UCS_UNIFICATION_RULE, "jis_ucs_unification"),
    (Scheme.MOJ_FAMILY_REGISTER_ACT_RELATED_NOTICE, "moj_family_register"),
    (Scheme.MOJ_NOTICE_582, "moj_notice_582"),
    (Scheme.INFERENCE_BY_READING_AND_GLYPH, "reading_and_shape"),
)
"""Rules of the MJ shrink map, strongest first."""

_ALIKE: Final = frozenset(pair for group in LOOK_ALIKE_GROUPS.split() for pair in product(group, repeat=2))
_COMPATIBILITY_IDEOGRAPHS: Final = (("\uf900", "\ufaff"), ("\U0002f800", "\U0002fa1f"))


def is_selector(character: str) -> bool:
    """True for variation selectors, which pick a shape of the character before them."""
    return "\ufe00" <= character <= "\ufe0f" or "\U000e0100" <= character <= "\U000e01ef"


def fold(character: str) -> str:
    """NFKC, but kanji keep their form: for compatibility ideographs NFKC would lose which variant it was."""
    if any(first <= character <= last for first, last in _COMPATIBILITY_IDEOGRAPHS):
        return character
    return unicodedata.normalize("NFKC", character)


@lru_cache(maxsize=65_536)
def difference(one: str, other: str) -> tuple[Kind, str] | None:
    """Compare two characters.

    Returns:
        None if they are equal, else the kind and, for variants, the rule ("" otherwise).
    """
    if one == other:
        return None
    folded, unfolded = fold(one), fold(other)
    if folded == unfolded:
        return Kind.WIDTH, ""
    if {folded, unfolded} <= DASHES or {folded, unfolded} <= WAVES:
        return Kind.DASH, ""
    basis = _variant_basis(folded, unfolded)
    if basis:
        return Kind.VARIANT, basis
    return _resemblance(folded, unfolded), ""


def _resemblance(one: str, other: str) -> Kind:
    if _full_size(one) == _full_size(other):
        return Kind.KANA_SIZE
    alike = (one, other) in _ALIKE or _unvoiced(one) == _unvoiced(other) or one.lower() == other.lower()
    return Kind.LOOK_ALIKE if alike else Kind.REPLACED


def _variant_basis(one: str, other: str) -> str:
    """The strongest rule under which both are forms of one kanji, or "" if there is none."""
    if not (_is_kanji(one) and _is_kanji(other)):
        return ""
    if unicodedata.normalize("NFKC", one) == unicodedata.normalize("NFKC", other):
        return "unicode_compatibility"
    return next((name for scheme, name in BASES if _forms(one, scheme) & _forms(other, scheme)), "")


@lru_cache(maxsize=16_384)
def _forms(kanji: str, scheme: Scheme) -> frozenset[str]:
    """The kanji itself and what the map reduces it to."""
    return frozenset({kanji, *jntajis.mj_shrink_candidates(kanji, int(scheme))})


def _is_kanji(character: str) -> bool:
    return len(character) == 1 and unicodedata.name(character, "").startswith("CJK")


def _full_size(kana: str) -> str:
    """ヤ for ャ, the character itself for others."""
    name = unicodedata.name(kana, "") if len(kana) == 1 else ""
    if "LETTER SMALL" not in name or not name.startswith(("KATAKANA", "HIRAGANA")):
        return kana
    return unicodedata.lookup(name.replace("SMALL ", ""))


def _unvoiced(kana: str) -> str:
    """ハ for バ and パ: without the marks that print loses first."""
    return unicodedata.normalize("NFD", kana)[0] if kana else kana
