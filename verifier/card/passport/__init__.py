"""Passport (ICAO Doc 9303): opened with the machine-readable zone, judged by passive authentication.

Entry points only; see `reading` for what is decided and in which order.
"""

from verifier.card.passport.mrz import Mrz, ZoneKeys, parse_td3, parse_zone_keys
from verifier.card.passport.reading import read_passport

__all__ = ["Mrz", "ZoneKeys", "parse_td3", "parse_zone_keys", "read_passport"]
