"""My Number card fronts for the benchmark alone whose code stands elsewhere than published.

Other people draw specimens too, and an issue of the card may differ: here the code has a word before
it, a row of its own, or the far end of the bottom row; birth date and end of validity stand on two
rows; the sex stands beside the birth date. No source shows these places: a reader that finds fields by
meaning reads them anyway.
"""

from __future__ import annotations

from tests.sim.specimen.items import INK, LABEL_INK, Area, Mark, Photograph, Words
from tests.sim.specimen.layout import Layout
from tests.sim.specimen.sheet import Item
from tests.sim.specimen.unseen_mynumber import (
    AS_PUBLISHED,
    CERTIFICATES,
    GREY,
    TEAL,
    WRITTEN,
    donor,
    front,
    ruled,
)

WORD: tuple[Item, ...] = (
    Words("氏名", 0.03, 0.10, 0.028, "label", LABEL_INK),
    Words("{name}", 0.11, 0.10, 0.054, right=0.80),
    Words("個人番号カード", 0.80, 0.07, 0.036, "strong", TEAL, right=0.965),
    Words("住所", 0.03, 0.19, 0.028, "label", LABEL_INK),
    Words("{address1}", 0.11, 0.19, 0.038, right=0.96),
    Words("{address2}", 0.11, 0.24, 0.038, right=0.82),
    Words("性別", 0.84, 0.265, 0.028, "label", LABEL_INK),
    Words("{sex}", 0.91, 0.265, 0.044),
    Words("{birth}", 0.33, 0.345, 0.045, right=0.60),
    Words("{expiry}", 0.62, 0.345, 0.045, right=0.965),
    Words("{mayor}", 0.36, 0.41, 0.034),
    *CERTIFICATES,
    *ruled(0.51, 0.80),
    *WRITTEN,
    Mark(0.42, 0.68, 0.08),
    *donor(0.375, 0.84, 0.019, 0.034),
    Photograph((0.045, 0.32, 0.285, 0.80)),
    Words("{serial}", 0.045, 0.865, 0.030, "label", INK, right=0.285),
    Words("セキュリティコード", 0.045, 0.935, 0.024, "label", LABEL_INK, right=0.19),
    Words("{code}", 0.205, 0.934, 0.044, "strong", INK),
)
"""Under the photograph on its own row, after its word."""

TWO_ROWS: tuple[Item, ...] = (
    Words("氏名", 0.03, 0.115, 0.030, "label", GREY),
    Words("{name}", 0.105, 0.115, 0.055, right=0.80),
    Words("個人番号カード", 0.79, 0.085, 0.040, "label", TEAL, right=0.97),
    Words("住所", 0.03, 0.205, 0.030, "label", GREY),
    Words("{address1}", 0.105, 0.205, 0.040, right=0.96),
    Words("{address2}", 0.105, 0.26, 0.040, right=0.96),
    Words("生年月日", 0.33, 0.345, 0.024, "label", GREY),
    Words("{birth}", 0.42, 0.345, 0.044, right=0.72),
    Words("性別", 0.80, 0.345, 0.028, "label", GREY),
    Words("{sex}", 0.88, 0.345, 0.044),
    Words("{expiry}", 0.42, 0.415, 0.044, right=0.78),
    Words("{mayor}", 0.83, 0.415, 0.036),
    Area((0.33, 0.455, 0.96, 0.50), (), GREY, 1),
    Words("電子証明書の有効期限", 0.34, 0.478, 0.024, "label", GREY),
    Words("{certificates}", 0.60, 0.478, 0.032, "hand"),
    *ruled(0.52, 0.78, left=0.33),
    Words("{print1}", 0.34, 0.553, 0.034, right=0.95),
    Words("{print2}", 0.34, 0.618, 0.034, right=0.95),
    Words("{hand1}", 0.34, 0.553, 0.038, "hand", (30, 34, 70)),
    Words("{hand2}", 0.34, 0.618, 0.038, "hand", (30, 34, 70)),
    Mark(0.42, 0.66, 0.08),
    *donor(0.33, 0.82, 0.020, 0.036),
    Photograph((0.04, 0.33, 0.29, 0.82)),
    Words("{serial}", 0.04, 0.88, 0.034, "label", INK, right=0.26),
    Words("{code}", 0.04, 0.945, 0.046, "strong", INK),
)
"""Dates on two rows, the code on a row of its own under the serial number."""

FAR: tuple[Item, ...] = (
    *AS_PUBLISHED,
    *CERTIFICATES,
    *ruled(0.51, 0.79),
    *WRITTEN,
    Mark(0.42, 0.675, 0.08),
    *donor(0.375, 0.82, 0.019, 0.034),
    Photograph((0.045, 0.35, 0.285, 0.86)),
    Words("{serial}", 0.045, 0.945, 0.034, "label", INK, right=0.28),
    Words("{code}", 0.86, 0.945, 0.046, "strong", INK),
)
"""The serial number where it is published, the code at the other end of the row."""

WORD_CARD = Layout("unseen_mynumber_word", "", seen=False, draw=front(WORD, line_characters=30))
TWO_ROWS_CARD = Layout("unseen_mynumber_rows", "", seen=False, draw=front(TWO_ROWS, line_characters=28))
FAR_CARD = Layout("unseen_mynumber_far", "", seen=False, draw=front(FAR, line_characters=27))
