"""X.509 certificates of the generated authorities, in the form of RFC 5280: a CA, or who signs below it."""

from __future__ import annotations

from datetime import datetime

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa

SigningKey = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey

_OTHER_USES = ("key_encipherment", "data_encipherment", "key_agreement", "encipher_only", "decipher_only")


def certificate_of(
    key: SigningKey,
    *,
    subject: x509.Name,
    issuer: x509.Name,
    issuer_key: SigningKey,
    valid: tuple[datetime, datetime],
    is_ca: bool,
    commits: bool = False,
) -> x509.CertificateBuilder:
    """A certificate that waits for its signature.

    Args:
        key: whose certificate it is.
        subject: its name.
        issuer: name of who certifies it.
        issuer_key: what the authority key identifier names; a forger's signature is another.
        valid: from and until.
        is_ca: whether it certifies others instead of signing.
        commits: whether its signatures bind a person (contentCommitment).
    """
    usage = x509.KeyUsage(
        digital_signature=not is_ca,
        content_commitment=commits,
        key_cert_sign=is_ca,
        crl_sign=is_ca,
        **dict.fromkeys(_OTHER_USES, False),
    )
    authority = x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key())
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(valid[0])
        .not_valid_after(valid[1])
        .add_extension(x509.BasicConstraints(ca=is_ca, path_length=0 if is_ca else None), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(authority, critical=False)
    )
