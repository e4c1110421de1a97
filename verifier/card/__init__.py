"""Identity-card chips: what they hold, and whether the issuer's signature says it is true.

Generic parts live here (transport, APDU, TLV, trust store, portrait); one sub-package per kind of card
holds its file layout, its PIN rules and its signature recipe. Importing this package touches no reader.
"""
