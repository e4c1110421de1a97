"""Passport (ICAO Doc 9303): opened with the machine-readable zone, judged by passive authentication.

Entry points only; see `reading` for what is decided and in which order.
"""

from verifier.card.passport.mrz import Mrz, parse_td3
from verifier.card.passport.reading import read_passport

__all__ = ["Mrz", "parse_td3", "read_passport"]
