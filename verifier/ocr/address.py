"""Finds a Japanese address among placed pieces of text: one to three lines after a label. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from verifier.ocr.fields import FieldRead
from verifier.ocr.glyphs import is_japanese, is_sure
from verifier.ocr.layout import Piece
from verifier.ocr.rows import after_label, follow, joined, next_line

PREFECTURE = re.compile(
    r"^(?:北海道|東京都|(?:大阪|京都)府|(?:青森|岩手|宮城|秋田|山形|福島|茨城|栃木|群馬|埼玉|千葉|神奈川|新潟|富山|石川|福井|山梨"
    r"|長野|岐阜|静岡|愛知|三重|滋賀|兵庫|奈良|和歌山|鳥取|島根|岡山|広島|山口|徳島|香川|愛媛|高知|福岡|佐賀|長崎|熊本|大分|宮崎"
    r"|鹿児島|沖縄)県)"
)
"""Begins most addresses; stands in for the small label where that is not read."""
DESIGNATED_CITY = re.compile(
    r"^(?:札幌|仙台|さいたま|千葉|横浜|川崎|相模原|新潟|静岡|浜松|名古屋|京都|大阪|堺|神戸|岡山|広島|北九州|福岡|熊本)市"
)
"""Begins addresses that are printed without their prefecture (地方自治法 252条の19)."""


def read_address(placed: Sequence[Piece], label: re.Pattern[str], stop: re.Pattern[str]) -> FieldRead | None:
    """Read an address over its lines.

    Args:
        placed: everything on the document.
        label: the word before it.
        stop: what stands on a line that is another field.
    """
    first_row = address_start(placed, label)
    if not first_row:
        return None
    parts = list(first_row)
    line = next_line(first_row[0], placed, stop)
    while line is not None:
        parts += [line, *follow(line, placed)]
        line = next_line(line, placed, stop)
    read = joined(parts)
    sure = all(is_japanese(part.text) and is_sure(part.text, part.confidences) for part in parts)
    return read if sure else None


def address_start(placed: Sequence[Piece], label: re.Pattern[str]) -> tuple[Piece, ...]:
    """The first row of the address: by its label, else the piece that begins with a prefecture or city."""
    labelled = after_label(placed, label)
    if labelled:
        return labelled
    for beginning in (PREFECTURE, DESIGNATED_CITY):
        begins = [piece for piece in placed if beginning.match(piece.text)]
        if begins:
            return (begins[0], *follow(begins[0], placed)) if len(begins) == 1 else ()
    return ()
