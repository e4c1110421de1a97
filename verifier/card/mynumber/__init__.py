"""My Number card (マイナンバーカード): read with 照合番号B, judged by its issuer's signatures.

Entry points only; see `reading` for what is decided and in which order.
"""

from verifier.card.mynumber.reading import mynumber_tries_left, read_mynumber_card

__all__ = ["mynumber_tries_left", "read_mynumber_card"]
