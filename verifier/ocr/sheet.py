"""Where on the card a piece of text stands, as far as a frame tells. Pure.

Exact on a rectified card. Where the card's outline is not known, its extent is estimated from the rows that
were found; that is good to about a tenth of the card, enough to leave out what lies beside it.
"""

from __future__ import annotations

from dataclasses import dataclass

from verifier.ocr.card_shape import CARD_ASPECT
from verifier.ocr.layout import Piece
from verifier.ocr.quad import RECTIFIED_SIZE_PX


@dataclass(frozen=True, slots=True)
class Sheet:
    """A card's extent along and across its print, px.

    Attributes:
        left: its left edge.
        top: its upper edge.
        width: of the card.
        height: of the card.
    """

    left: float
    top: float
    width: float
    height: float

    def down(self, piece: Piece) -> float:
        """Where the middle of a piece stands, share of the card's height."""
        return ((piece.top + piece.bottom) / 2 - self.top) / self.height

    def start(self, piece: Piece) -> float:
        """Where a piece begins, share of the card's width."""
        return (piece.left - self.left) / self.width

    def end(self, piece: Piece) -> float:
        """Where a piece ends, share of the card's width."""
        return (piece.right - self.left) / self.width


RECTIFIED = Sheet(0.0, 0.0, *map(float, RECTIFIED_SIZE_PX))


def estimated(
    name: Piece, expiry: Piece, *, share: float, name_left: float, name_down: float
) -> Sheet | None:
    """Estimate the extent from the row of the name and the row of the end of validity.

    Args:
        name: the word before the name.
        expiry: the row of the end of validity.
        share: of the card's height that lies between both rows.
        name_left: where the word begins, share of the card's width.
        name_down: where its row stands, share of the card's height.

    Returns:
        The extent, or None where the rows stand the wrong way round.
    """
    lead = (expiry.top + expiry.bottom - name.top - name.bottom) / 2
    if lead <= 0:
        return None
    height = lead / share
    width = height * CARD_ASPECT
    top = (name.top + name.bottom) / 2 - name_down * height
    return Sheet(name.left - name_left * width, top, width, height)
