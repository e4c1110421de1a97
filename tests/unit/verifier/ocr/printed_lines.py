"""Builds the text lines that a reader would give for a card, for tests without pictures."""

from __future__ import annotations

import math

import numpy as np

from verifier.ocr.text import TextLine

HEIGHT_PX = 40


def line(
    text: str,
    x: float,
    y: float,
    *,
    confidence: float = 0.99,
    height: float = HEIGHT_PX,
    pitch: float | None = None,
) -> TextLine:
    """One horizontal line, its top left corner at (x, y); characters are square unless a pitch is given."""
    right = x + len(text) * (pitch or height)
    box = np.array([(x, y), (right, y), (right, y + height), (x, y + height)], np.float32)
    return TextLine(text, (confidence,) * len(text), box)


def upright(text: str, x: float, y: float, *, confidence: float = 0.99, width: float = 30) -> TextLine:
    """A column of square characters, its top left corner at (x, y)."""
    bottom = y + len(text) * width
    box = np.array([(x, y), (x + width, y), (x + width, bottom), (x, bottom)], np.float32)
    return TextLine(text, (confidence,) * len(text), box)


def turned(lines: tuple[TextLine, ...], degrees: float) -> tuple[TextLine, ...]:
    """The same lines on a card turned about the origin."""
    angle = math.radians(degrees)
    turn = np.array([(math.cos(angle), math.sin(angle)), (-math.sin(angle), math.cos(angle))])
    return tuple(
        TextLine(each.text, each.confidences, (each.box @ turn).astype(np.float32)) for each in lines
    )


def card_lines(
    *,
    birth: str = "昭和55年2月17日生",
    expiry: str = "2035年2月17日まで有効",
    code: str = "2285",
    written: str | None = "2029年3月1日",
) -> tuple[TextLine, ...]:
    """The lines of one card's front, laid out as on the card."""
    lines = [
        line("氏名", 50, 60, height=24),
        line("見本　花子", 140, 40),
        line("個人番号カード", 1000, 50, height=30),
        line("住所", 50, 130, height=24),
        line("東京都千代田区麹町1丁目2番3号", 140, 120, height=34),
        line("グランドメゾン405号", 140, 166, height=34),
        line(birth, 470, 230),
        line("性別", 1010, 240, height=24),
        line("女", 1080, 230),
        line(expiry, 470, 300, height=52, pitch=34),
        line("電子証明書の有効期限", 470, 390, height=18),
        line("SPCM123456789012", 470, 760, height=22),
        line(code, 1130, 750, height=30),
    ]
    if written:
        lines.append(line(written, 700, 380, height=30))
    return tuple(lines)
