"""Builds the text lines of a My Number card's front as published: every place as a share of the card.

The security code stands lower left, after the serial number; the signature panel, the certificates' box and
the desk beside the card hold other digits.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from verifier.ocr.quad import RECTIFIED_SIZE_PX
from verifier.ocr.text import TextLine

WIDTH, HEIGHT = RECTIFIED_SIZE_PX
SERIAL = "3F07A29C5D81E64B"
CODE = "2285"
PITCH = 0.0125
"""Of the serial number's characters, share of the card's width."""
GAP = 0.010
"""Between serial number and code, share of the card's width."""


def put(
    text: str, x: float, y: float, *, size: float = 0.05, pitch: float | None = None, confidence: float = 0.99
) -> TextLine:
    """One line whose middle left is at (x, y), shares; `size` is its height, `pitch` a character's width."""
    half, step = size * HEIGHT / 2, (pitch * WIDTH if pitch else size * HEIGHT)
    left, middle = x * WIDTH, y * HEIGHT
    return lettered(
        text, [left + (place + 0.5) * step for place in range(len(text))], middle, half, confidence
    )


def lettered(
    text: str, centres: Sequence[float], middle: float, half: float, confidence: float = 0.99
) -> TextLine:
    """One line whose characters stand at `centres`, px."""
    step = (centres[-1] - centres[0]) / max(len(text) - 1, 1) if len(text) > 1 else half
    left, right = centres[0] - step / 2, centres[-1] + step / 2
    box = np.array(
        [(left, middle - half), (right, middle - half), (right, middle + half), (left, middle + half)],
        np.float32,
    )
    shares = tuple((centre - left) / (right - left) for centre in centres)
    return TextLine(text, (confidence,) * len(text), box, shares)


def holder_lines() -> tuple[TextLine, ...]:
    """Name, address, sex and title."""
    return (
        put("氏名", 0.025, 0.12, size=0.035),
        put("見本　花子", 0.10, 0.12),
        put("住所", 0.025, 0.22, size=0.035),
        put("東京都千代田区麹町1丁目2番3号", 0.10, 0.22, size=0.042),
        put("個人番号", 0.86, 0.10, size=0.045),
        put("カード", 0.87, 0.18, size=0.045),
        put("性別", 0.85, 0.28, size=0.035),
        put("女", 0.93, 0.28),
    )


def date_lines(
    birth: str = "昭和55年2月17日生", expiry: str = "2035年2月17日まで有効"
) -> tuple[TextLine, ...]:
    """Birth date and end of validity in one row, in two pieces."""
    return (
        put(birth, 0.325, 0.37, size=0.045, pitch=0.022),
        put(expiry, 0.61, 0.37, size=0.045, pitch=0.022),
    )


def serial_line(serial: str = SERIAL, code: str = CODE, *, gap: float = GAP, y: float = 0.945) -> TextLine:
    """Serial number and code in one line, without a read space; only the places tell of the gap."""
    start = 0.04 * WIDTH
    after = start + (len(serial) * PITCH + gap) * WIDTH
    centres = [start + (place + 0.5) * PITCH * WIDTH for place in range(len(serial))]
    centres += [after + (place + 0.5) * 1.2 * PITCH * WIDTH for place in range(len(code))]
    return lettered(serial + code, centres, y * HEIGHT, 0.02 * HEIGHT)


def serial_pieces(serial: str = SERIAL, code: str = CODE, *, y: float = 0.945) -> tuple[TextLine, ...]:
    """The same in two pieces."""
    return (
        put(serial, 0.04, y, size=0.036, pitch=PITCH),
        put(code, 0.04 + len(serial) * PITCH + GAP, y, size=0.044, pitch=1.2 * PITCH),
    )


def front(*foot: TextLine, dates: tuple[TextLine, ...] | None = None) -> tuple[TextLine, ...]:
    """A whole front with the given foot."""
    return (*holder_lines(), *(date_lines() if dates is None else dates), *foot)
