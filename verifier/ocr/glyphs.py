"""Normalises characters that the reader's model mixes up. Pure.

The PP-OCR models read simplified Chinese too and sometimes answer with the simplified form of a Japanese
character. Only forms that are not Japanese characters themselves are mapped; variant kanji of names (髙 﨑
邉) are not touched, the chip gives those.
"""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from verifier.ocr.text import TextLine

SIMPLIFIED_PAIRS = (
    "别別 岛島 现現 广広 县県 乡郷 东東 长長 码碼 说説 记記 银銀 门門 间間 关関 开開 见見 证証 书書 项項 "
    "预預 领領 顺順 颜顔 风風 飞飛 马馬 鸟鳥 齐斉 龙竜 泽沢 滨浜 边辺 实実 荣栄 龄齢 气気 发発 传伝 丰豊 "
    "严厳 樱桜 冈岡 桥橋 铃鈴 张張 细細 绘絵 结結 纪紀 绫綾 贵貴 贺賀 诚誠 义義 华華 阳陽 汤湯 冲沖 泷滝 "
    "宫宮 涩渋 丽麗 纯純 织織 钟鐘 铁鉄 轮輪 过過 连連 爱愛 阵陣 图図 镜鏡 频頻"
)
"""Simplified form and its Japanese form. Left out: 叶 庄 云, which are Japanese characters themselves."""
SIMPLIFIED = str.maketrans({pair[0]: pair[1] for pair in SIMPLIFIED_PAIRS.split()})
DIGIT_LOOKALIKES = str.maketrans("OoＯ〇lI|ｌ", "00001111")
"""Letters that stand for digits, only where digits are expected."""
KATAKANA = ("ァ", "ヿ")


def normalise(text: str) -> str:
    """Give half-width digits (NFKC), Japanese forms of simplified glyphs, and ー between katakana."""
    return _long_vowels(unicodedata.normalize("NFKC", text).translate(SIMPLIFIED))


def compact(line: TextLine) -> tuple[str, tuple[float, ...]]:
    """Normalise a line and drop its spaces; each remaining character keeps its confidence."""
    pairs = [
        (character, confidence)
        for original, confidence in zip(line.text, line.confidences, strict=True)
        for character in normalise(original)
        if not character.isspace()
    ]
    return _long_vowels("".join(character for character, _ in pairs)), tuple(c for _, c in pairs)


def _long_vowels(text: str) -> str:
    """Read 一 or - after katakana as the long vowel mark."""
    characters = list(text)
    for index in range(1, len(characters)):
        if characters[index] in "一-―‐" and KATAKANA[0] <= characters[index - 1] <= KATAKANA[1]:
            characters[index] = "ー"
    return "".join(characters)
