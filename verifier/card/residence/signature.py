"""The check code of a residence card, as check results.

Decides: the certificate that the card brings against the pinned authorities of the immigration agency, and
the check code (RSA-2048, SHA-256, PKCS#1 v1.5) over both images with their padding. Three-valued: an unknown
issuer is not a bad signature, and a certificate that has run out leaves open whether it was valid when it
signed, because the card does not say when that was. Revocation is not decided.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from verifier.card.chain import Fault, check_issued
from verifier.card.rsa import digest_info, is_signed
from verifier.card.trust import IMMIGRATION, TrustStore
from verifier.types import CheckResult, Outcome

ISSUER: Final = "chip.issuer_certificate"
DATA: Final = "chip.data_signature"
EXPIRY: Final = "chip.expiry"

_NOON_JST: Final = time(3, tzinfo=UTC)

_FAULTS: Final = {
    Fault.ISSUER_UNKNOWN: (Outcome.UNDECIDED, "chip.issuer_unknown"),
    Fault.INVALID: (Outcome.FAILED, "chip.issuer_certificate_invalid"),
    Fault.EXPIRED: (Outcome.UNDECIDED, "chip.issuer_certificate_expired"),
}


def check_issuer(certificate: x509.Certificate, trust: TrustStore, *, today: date) -> CheckResult:
    """The card's certificate against the trust store.

    Returns:
        "chip.issuer_unknown" (undecided), "chip.issuer_certificate_invalid",
        "chip.issuer_certificate_expired" (undecided).
    """
    moment = datetime.combine(today, _NOON_JST)
    fault = check_issued(certificate, trust.authorities(IMMIGRATION), at=moment).fault
    return CheckResult(ISSUER, *_FAULTS[fault]) if fault else CheckResult(ISSUER, Outcome.PASSED)


def check_data(certificate: x509.Certificate, check_code: bytes, *, signed: bytes) -> CheckResult:
    """The check code over `signed`, 10,000 bytes: "chip.data_signature_invalid"."""
    key = certificate.public_key()
    if isinstance(key, RSAPublicKey) and is_signed(key, check_code, digest_info(signed)):
        return CheckResult(DATA, Outcome.PASSED)
    return CheckResult(DATA, Outcome.FAILED, "chip.data_signature_invalid")


def check_expiry(expires_on: date | None, *, today: date) -> CheckResult:
    """The printed expiry date, which the chip holds only as part of the front image.

    Returns:
        "chip.expiry_unread" (not performed) without a date, "chip.expired" the day after.
    """
    if expires_on is None:
        return CheckResult(EXPIRY, Outcome.NOT_PERFORMED, "chip.expiry_unread")
    if today > expires_on:
        return CheckResult(EXPIRY, Outcome.FAILED, "chip.expired")
    return CheckResult(EXPIRY, Outcome.PASSED)
