"""Ask over OCSP whether a JPKI signing certificate was revoked.

Implements `verifier.card.jpki.RevocationSource`. Anything but a fresh answer about exactly this certificate,
signed by its issuer or by a responder that the issuer appointed, is "unknown". J-LIS answers approved
signature verifiers only; address and access are part of the approval. Nothing is cached: the answer belongs
to one verification. RFC 6960, 3.2, 4.2.2.2; request form RFC 5019, 2.1.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import httpx
from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID

from verifier.card.jpki import RevocationStatus

_log = logging.getLogger(__name__)

MAX_RESPONSE_BYTES: Final = 65_536
"""An answer about one certificate has 2 to 4 kB with the responder's certificate."""

CLOCK_SKEW: Final = timedelta(minutes=5)
"""How far the responder's clock may be off."""

MAX_AGE: Final = timedelta(hours=24)
"""Oldest answer taken where the responder names no next update."""

TIMEOUT_S: Final = 10.0
"""A customer waits meanwhile; without an answer the case is refused and can be tried again."""

_PARSER_ERRORS: Final = (ValueError, TypeError, UnsupportedAlgorithm, x509.DuplicateExtension)
_STATUSES: Final = {
    ocsp.OCSPCertStatus.GOOD: RevocationStatus.GOOD,
    ocsp.OCSPCertStatus.REVOKED: RevocationStatus.REVOKED,
}


class _Unbelievable(Exception):
    """The answer proves nothing; the message says why, for the operator's log."""


@dataclass(frozen=True)
class OcspRevocation:
    """A revocation source over HTTP.

    Attributes:
        http: client with time-outs, and with whatever access J-LIS demands (client certificate, proxy).
        url: the responder's.
    """

    http: httpx.Client
    url: str

    def status(
        self, certificate: x509.Certificate, issuer: x509.Certificate, at: datetime
    ) -> RevocationStatus:
        """See `verifier.card.jpki.RevocationSource`."""
        try:
            return self._ask(certificate, issuer, at)
        except httpx.HTTPError as error:
            _log.warning("revocation unknown: %s", type(error).__name__)
        except _Unbelievable as error:
            _log.warning("revocation unknown: %s", error)
        except _PARSER_ERRORS as error:
            _log.warning("revocation unknown: malformed answer (%s)", type(error).__name__)
        return RevocationStatus.UNKNOWN

    def _ask(self, certificate: x509.Certificate, issuer: x509.Certificate, at: datetime) -> RevocationStatus:
        # SHA-1 only names the issuer here; responders in the form of RFC 5019 know no other.
        request = ocsp.OCSPRequestBuilder().add_certificate(certificate, issuer, hashes.SHA1()).build()  # noqa: S303
        answer = self.http.post(
            self.url,
            content=request.public_bytes(Encoding.DER),
            headers={"Content-Type": "application/ocsp-request", "Accept": "application/ocsp-response"},
        )
        _require(answer.status_code == httpx.codes.OK, f"HTTP status {answer.status_code}")
        _require(len(answer.content) <= MAX_RESPONSE_BYTES, "the answer is too large")
        response = ocsp.load_der_ocsp_response(answer.content)
        _require(
            response.response_status is ocsp.OCSPResponseStatus.SUCCESSFUL,
            f"the responder says {response.response_status.name}",
        )
        _require_about(response, request)
        _require_fresh(response, at)
        _require_signed(response, issuer, at)
        return _STATUSES.get(response.certificate_status, RevocationStatus.UNKNOWN)


def open_revocation(url: str) -> OcspRevocation:
    """A source that asks one responder, with this node's time-outs."""
    return OcspRevocation(httpx.Client(timeout=TIMEOUT_S), url)


def _require(holds: bool, otherwise: str) -> None:
    if not holds:
        raise _Unbelievable(otherwise)


def _require_about(response: ocsp.OCSPResponse, request: ocsp.OCSPRequest) -> None:
    asked = (request.serial_number, request.issuer_key_hash, request.issuer_name_hash)
    answered = (response.serial_number, response.issuer_key_hash, response.issuer_name_hash)
    _require(asked == answered, "the answer is about another certificate")


def _require_fresh(response: ocsp.OCSPResponse, at: datetime) -> None:
    begins, ends = response.this_update_utc, response.next_update_utc
    _require(begins <= at + CLOCK_SKEW, "the answer is from the future")
    _require((ends or begins + MAX_AGE) >= at - CLOCK_SKEW, "the answer is out of date")


def _require_signed(response: ocsp.OCSPResponse, issuer: x509.Certificate, at: datetime) -> None:
    """By the issuer itself, or by a responder that the issuer appointed."""
    responder = next((one for one in (issuer, *response.certificates) if _is_responder(response, one)), None)
    if responder is None:
        raise _Unbelievable("the answer names an unknown responder")
    if responder != issuer:
        _require(_is_appointed(responder, issuer, at), "the responder was not appointed by the issuer")
    key, algorithm = responder.public_key(), response.signature_hash_algorithm
    _require(algorithm is not None and not isinstance(algorithm, hashes.SHA1), "the signature is too weak")
    assert algorithm is not None, "just required"
    try:
        if isinstance(key, rsa.RSAPublicKey):
            key.verify(response.signature, response.tbs_response_bytes, padding.PKCS1v15(), algorithm)
        elif isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(response.signature, response.tbs_response_bytes, ec.ECDSA(algorithm))
        else:
            raise InvalidSignature  # noqa: TRY301  no other key is known to sign OCSP here
    except InvalidSignature:
        raise _Unbelievable("the answer is not signed by its responder") from None


def _is_responder(response: ocsp.OCSPResponse, certificate: x509.Certificate) -> bool:
    if response.responder_name is not None:
        return response.responder_name == certificate.subject
    return response.responder_key_hash == _key_hash(certificate)


def _key_hash(certificate: x509.Certificate) -> bytes:
    """SHA-1 of the public key's bit string (RFC 6960, 4.2.1)."""
    return x509.SubjectKeyIdentifier.from_public_key(certificate.public_key()).digest


def _is_appointed(responder: x509.Certificate, issuer: x509.Certificate, at: datetime) -> bool:
    try:
        responder.verify_directly_issued_by(issuer)
        usage = responder.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    except (InvalidSignature, x509.ExtensionNotFound, *_PARSER_ERRORS):
        return False
    valid = responder.not_valid_before_utc <= at <= responder.not_valid_after_utc
    return valid and ExtendedKeyUsageOID.OCSP_SIGNING in usage
