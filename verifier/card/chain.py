"""X.509 certificates that a card brings along, checked against pinned certificate authorities.

Decides whether a pinned authority issued a certificate, directly, and whether both may be used at a moment.
Does not decide revocation, nor what is signed with the certificate. RFC 5280, 4.2.1.1, 4.2.1.3, 4.2.1.9, 6.1.

Paths here have exactly one step: JPKI and the immigration agency sign with one authority, and ICAO Doc 9303
part 12 lets a country signing CA issue document signers only directly. `cryptography.x509.verification` is
not used because its policy is that of the web: it insists on a DNS or mail profile, refuses the brainpool
curves and RSA-PSS that passports use, and gives no reason that a bank could act on.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TypeVar

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm

from verifier.errors import InvalidInput

MAX_CERTIFICATE_BYTES = 0x2000
"""8 KiB: a JPKI signing certificate has under 2 KiB, document signers under 3 KiB."""

_PARSER_ERRORS = (
    ValueError,
    TypeError,
    UnsupportedAlgorithm,
    x509.DuplicateExtension,
    x509.InvalidVersion,
    x509.UnsupportedGeneralNameType,
)
"""What the parser raises on malformed or exotic certificates; found by mutation testing."""


_Extension = TypeVar("_Extension", bound=x509.ExtensionType)


class Fault(StrEnum):
    """Why a certificate is not believed."""

    ISSUER_UNKNOWN = "issuer_unknown"
    """No pinned authority has this issuer's name and key: neither good nor bad."""
    INVALID = "certificate_invalid"
    """Not signed by the authority it names, or not meant for this use."""
    EXPIRED = "certificate_expired"
    """Outside its own or the authority's period of validity."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What came of checking a certificate.

    Attributes:
        issuer: the pinned authority that it names; None when unknown.
        fault: None when the certificate may be believed.
    """

    issuer: x509.Certificate | None
    fault: Fault | None


def parse_certificate(der: bytes) -> x509.Certificate:
    """Read a DER certificate so that nothing in it can fail later.

    Raises:
        InvalidInput: malformed, or with a key this library cannot hold ("card.certificate_malformed").
    """
    if len(der) > MAX_CERTIFICATE_BYTES:
        raise malformed(f"the certificate has {len(der)} bytes")
    try:
        certificate = x509.load_der_x509_certificate(der)
        # these are parsed on first use: use them now
        certificate.public_key()
        _ = (certificate.extensions, certificate.issuer, certificate.version)  # nobody asks for the subject
        _ = (certificate.not_valid_before_utc, certificate.not_valid_after_utc, certificate.serial_number)
    except _PARSER_ERRORS as error:
        raise malformed(f"the certificate cannot be read ({type(error).__name__})") from error
    return certificate


def check_issued(
    certificate: x509.Certificate, authorities: Iterable[x509.Certificate], *, at: datetime
) -> Finding:
    """Find the pinned authority that a certificate names, and check the certificate under it.

    Args:
        certificate: of an end entity that signs data.
        authorities: pinned; several may bear one name (a CA with a new key).
        at: aware moment at which both must be valid.
    """
    named = [ca for ca in authorities if _names(certificate, ca)]
    if not named:
        return Finding(None, Fault.ISSUER_UNKNOWN)
    issuer = next((ca for ca in named if _signed(certificate, ca)), None)
    if issuer is None:
        return Finding(named[0], Fault.INVALID)
    if not (_may_issue(issuer) and _may_sign(certificate)):
        return Finding(issuer, Fault.INVALID)
    if not (_is_valid(certificate, at) and _is_valid(issuer, at)):
        return Finding(issuer, Fault.EXPIRED)
    return Finding(issuer, None)


def key_id(certificate: x509.Certificate) -> str | None:
    """Hex of the authority key identifier: which key of the issuer signed; None when it does not say."""
    authority = extension(certificate, x509.AuthorityKeyIdentifier)
    return authority.key_identifier.hex() if authority and authority.key_identifier else None


def extension(certificate: x509.Certificate, kind: type[_Extension]) -> _Extension | None:
    """Value of an extension, or None."""
    try:
        return certificate.extensions.get_extension_for_class(kind).value
    except x509.ExtensionNotFound:
        return None


def malformed(message: str) -> InvalidInput:
    """The refusal of a certificate that cannot be read."""
    hint = "treat the card as suspect; ask for another document"
    return InvalidInput("card.certificate_malformed", message, hint=hint)


def _names(certificate: x509.Certificate, authority: x509.Certificate) -> bool:
    if certificate.issuer != authority.subject:
        return False
    wanted, own = key_id(certificate), extension(authority, x509.SubjectKeyIdentifier)
    return wanted is None or own is None or wanted == own.digest.hex()


def _signed(certificate: x509.Certificate, authority: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(authority)
    except (InvalidSignature, *_PARSER_ERRORS):
        return False
    return True


def _may_issue(authority: x509.Certificate) -> bool:
    """A CA, allowed to sign certificates; the path length never matters: nothing stands between."""
    constraints, usage = (
        extension(authority, x509.BasicConstraints),
        extension(authority, x509.KeyUsage),
    )
    return constraints is not None and constraints.ca and (usage is None or usage.key_cert_sign)


def _may_sign(certificate: x509.Certificate) -> bool:
    """No CA, and allowed to sign data."""
    constraints, usage = (
        extension(certificate, x509.BasicConstraints),
        extension(certificate, x509.KeyUsage),
    )
    is_authority = constraints is not None and constraints.ca
    return not is_authority and usage is not None and (usage.digital_signature or usage.content_commitment)


def _is_valid(certificate: x509.Certificate, at: datetime) -> bool:
    return certificate.not_valid_before_utc <= at <= certificate.not_valid_after_utc
