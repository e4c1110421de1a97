"""Residence card (在留カード) and special permanent resident certificate (特別永住者証明書).

First generation. Entry points only; see `reading` for what is decided and in which order.
"""

from verifier.card.residence.front import decode_front
from verifier.card.residence.reading import read_residence_card

__all__ = ["decode_front", "read_residence_card"]
