"""My Number card, JPKI application: the holder signs transaction data (署名用電子証明書).

Verifying such signatures in business needs the competent ministers' approval (電子署名等に係る地方公共団体
情報システム機構の認証業務に関する法律 art. 17), and only approved signature verifiers get revocation answers
from J-LIS. Nothing here grants either; the node ships with this method switched off.

Entry points only; see `signing` for what is decided and in which order.
"""

from verifier.card.jpki.revocation import (
    NoRevocationSource,
    RevocationSource,
    RevocationStatus,
    check_revocation,
)
from verifier.card.jpki.signing import JpkiSignature, jpki_tries_left, sign_with_card

__all__ = [
    "JpkiSignature",
    "NoRevocationSource",
    "RevocationSource",
    "RevocationStatus",
    "check_revocation",
    "jpki_tries_left",
    "sign_with_card",
]
