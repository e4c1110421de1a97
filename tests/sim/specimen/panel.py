"""What stands in the sign panel and the certificates' box of a My Number card: changes, dates, a pen's work.

A municipal office prints or writes a new address or name in the panel's rows (layouts of the form: sources a
and d in SOURCES.md); the certificates' end is written by hand. All of it holds digits that are no field.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from tests.sim.specimen.people import FAMILY_NAMES, TOWNS

NOTE_SHARE = 0.4
"""Share of cards with something in the panel."""
BY_HAND_SHARE = 0.4
"""Share of the entries that are written, not printed."""
CERTIFICATE_SHARE = 0.6
"""Share of cards with a date beside 電子証明書の有効期限."""
ROWS = 2
"""Entries go into the panel's upper rows; the lower ones carry the mark 見本."""


def entries(rng: np.random.Generator) -> Mapping[str, str]:
    """Texts `print1`, `print2`, `hand1`, `hand2`, `certificates`, `certificates_blank`; most are empty."""
    texts = {f"{by}{row + 1}": "" for by in ("print", "hand") for row in range(ROWS)}
    if rng.random() < NOTE_SHARE:
        by = "hand" if rng.random() < BY_HAND_SHARE else "print"
        for row, line in enumerate(_change(rng)):
            texts[f"{by}{row + 1}"] = line
    written = _written_date(rng) if rng.random() < CERTIFICATE_SHARE else ""
    blank = "" if written else "年      月      日"
    return {**texts, "certificates": written, "certificates_blank": blank}


def _change(rng: np.random.Generator) -> tuple[str, str]:
    day = f"令和{rng.integers(2, 9)}年{rng.integers(1, 13)}月{rng.integers(1, 29)}日"
    if rng.integers(2):
        return f"{day} 氏名変更", f"氏名 {rng.choice(FAMILY_NAMES)} 旧姓 {rng.choice(FAMILY_NAMES)}"
    place = f"{rng.choice(TOWNS)}{rng.integers(1, 6)}-{rng.integers(1, 30)}-{rng.integers(101, 1300)}"
    return f"{day} 転入 {rng.integers(2018, 2027)}", place


def _written_date(rng: np.random.Generator) -> str:
    return f"{rng.integers(2026, 2034)}年{rng.integers(1, 13)}月{rng.integers(1, 29)}日"
