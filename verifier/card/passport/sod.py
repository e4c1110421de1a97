"""EF.SOD: the issuer's signature over the digests of all data groups (passive authentication).

Decides whether the object is well-formed, whether a certificate inside it signed it, and which digest it
gives for a data group. Whether that certificate may be believed is `verifier.card.chain`'s matter. ICAO Doc
9303 (8th edition) part 10, 4.6.2 and part 11, 5.1; CMS: RFC 5652, 5.4 and 11.

CMS is read with asn1crypto, because `cryptography` can make SignedData but not verify it. Exactly one signer
and signed attributes are demanded, as part 10 does. SHA-1 is refused by name: a forged collision would pass.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from asn1crypto import cms, core
from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

from verifier.card import tlv
from verifier.card.chain import parse_certificate
from verifier.errors import InvalidInput

SECURITY_OBJECT: Final = "2.23.136.1.1.1"
"""id-icao-mrtd-security-ldsSecurityObject."""

_SOD: Final = 0x77
_MAX_GROUPS: Final = 16

_HASHES: Final[Mapping[str, hashes.HashAlgorithm]] = {
    "sha224": hashes.SHA224(),
    "sha256": hashes.SHA256(),
    "sha384": hashes.SHA384(),
    "sha512": hashes.SHA512(),
}
"""Part 12, 4.4.3 without SHA-1."""

_ASN1_ERRORS: Final = (
    ValueError,
    TypeError,
    KeyError,
    IndexError,
    AttributeError,
    OverflowError,
    RecursionError,
)
"""What asn1crypto raises on malformed input, much of it only when a value is used; found by mutation
testing."""


class _GroupDigest(core.Sequence):  # type: ignore[misc]
    _fields = [("number", core.Integer), ("digest", core.OctetString)]  # noqa: RUF012  completed in place


class _GroupDigests(core.SequenceOf):  # type: ignore[misc]
    _child_spec = _GroupDigest


class _Version(core.Sequence):  # type: ignore[misc]
    _fields = [("lds", core.PrintableString), ("unicode", core.PrintableString)]  # noqa: RUF012


class _SecurityObject(core.Sequence):  # type: ignore[misc]
    """LDSSecurityObject, part 10, 4.6.2.3."""

    _fields = [  # noqa: RUF012
        ("version", core.Integer),
        ("algorithm", cms.DigestAlgorithm),
        ("digests", _GroupDigests),
        ("lds_version", _Version, {"optional": True}),
    ]


@dataclass(frozen=True, slots=True)
class SecurityObject:
    """EF.SOD taken apart; nothing in it is believed yet.

    Attributes:
        algorithm: hashlib name of the data groups' digest algorithm, e.g. "sha256".
        digests: by number of the data group.
        content: the signed bytes (LDSSecurityObject).
        message_digest: what the signed attributes say of `content`.
        attributes: DER of the signed attributes as a SET, which is what was signed.
        digest_algorithm: hashlib name, of `message_digest`.
        signature_algorithm: "rsassa_pkcs1v15", "rsassa_pss" or "ecdsa".
        signature_digest: hashlib name, of the signature.
        salt_bytes: salt length of RSA-PSS; 0 elsewhere.
        signature: of the one signer.
        signer: the certificate that the signer names.
    """

    algorithm: str
    digests: Mapping[int, bytes]
    content: bytes
    message_digest: bytes
    attributes: bytes
    digest_algorithm: str
    signature_algorithm: str
    signature_digest: str
    salt_bytes: int
    signature: bytes
    signer: x509.Certificate

    @property
    def supported(self) -> bool:
        """Whether every algorithm is one this engine believes in; SHA-1 is not."""
        return {self.algorithm, self.digest_algorithm, self.signature_digest} <= _HASHES.keys()

    @property
    def signed(self) -> bool:
        """Whether `signer` signed `content`; False when an algorithm is not supported."""
        if not self.supported or _digest(self.digest_algorithm, self.content) != self.message_digest:
            return False
        try:
            self._verify()
        except (InvalidSignature, UnsupportedAlgorithm, ValueError, TypeError):
            return False
        return True

    def covers(self, group: int, data: bytes) -> bool:
        """Whether the digest given for a data group is that of these bytes."""
        return self.supported and self.digests.get(group) == _digest(self.algorithm, data)

    def _verify(self) -> None:
        key, algorithm = self.signer.public_key(), _HASHES[self.signature_digest]
        if isinstance(key, rsa.RSAPublicKey) and self.signature_algorithm == "rsassa_pkcs1v15":
            key.verify(self.signature, self.attributes, padding.PKCS1v15(), algorithm)
        elif isinstance(key, rsa.RSAPublicKey) and self.signature_algorithm == "rsassa_pss":
            scheme = padding.PSS(padding.MGF1(algorithm), self.salt_bytes)
            key.verify(self.signature, self.attributes, scheme, algorithm)
        elif isinstance(key, ec.EllipticCurvePublicKey) and self.signature_algorithm == "ecdsa":
            key.verify(self.signature, self.attributes, ec.ECDSA(algorithm))
        else:
            raise InvalidSignature


def parse_sod(data: bytes) -> SecurityObject:
    """Read EF.SOD.

    Raises:
        InvalidInput: "card.tlv_*", "card.certificate_malformed", or not a signed security object with one
            signer, signed attributes and the signer's certificate ("card.sod_malformed").
    """
    encoded = tlv.parse_file(data, _SOD).value
    try:
        return _read(cms.ContentInfo.load(encoded, strict=True))
    except _ASN1_ERRORS as error:
        raise _malformed(f"EF.SOD cannot be read ({type(error).__name__})") from error


def _read(info: Any) -> SecurityObject:
    if info["content_type"].native != "signed_data":
        raise _malformed("EF.SOD is not CMS SignedData")
    signed = info["content"]
    content = signed["encap_content_info"]
    if content["content_type"].dotted != SECURITY_OBJECT or len(signed["signer_infos"]) != 1:
        raise _malformed("EF.SOD does not hold one signed security object")
    signer = signed["signer_infos"][0]
    attributes = _attributes(signer)
    security_object = _SecurityObject.load(bytes(content["content"]), strict=True)
    scheme = signer["signature_algorithm"]
    algorithm = scheme.signature_algo
    digest_algorithm = signer["digest_algorithm"]["algorithm"].native
    return SecurityObject(
        algorithm=security_object["algorithm"]["algorithm"].native,
        digests=_digests(security_object["digests"]),
        content=bytes(content["content"]),
        message_digest=attributes["message_digest"],
        attributes=signer["signed_attrs"].untag().dump(force=True),
        digest_algorithm=digest_algorithm,
        signature_algorithm=algorithm,
        signature_digest=_signature_digest(scheme, digest_algorithm),
        salt_bytes=scheme["parameters"]["salt_length"].native if algorithm == "rsassa_pss" else 0,
        signature=signer["signature"].native,
        signer=_signer_certificate(signed, signer["sid"]),
    )


def _attributes(signer: Any) -> dict[str, bytes]:
    """The two attributes that CMS demands, each with one value (RFC 5652, 11.1 and 11.2)."""
    found = {attribute["type"].native: attribute["values"] for attribute in signer["signed_attrs"]}
    if len(found) != len(signer["signed_attrs"]) or any(
        len(found[name]) != 1 for name in ("content_type", "message_digest")
    ):
        raise _malformed("a signed attribute of EF.SOD is missing or repeated")
    if found["content_type"][0].dotted != SECURITY_OBJECT:
        raise _malformed("the signed content type is not that of a security object")
    return {"message_digest": found["message_digest"][0].native}


def _signature_digest(scheme: Any, digest_algorithm: str) -> str:
    """Plain rsaEncryption names no digest: then the signer's digest algorithm is meant (RFC 8017, 8.2)."""
    return digest_algorithm if scheme["algorithm"].native == "rsassa_pkcs1v15" else str(scheme.hash_algo)


def _digests(sequence: Any) -> dict[int, bytes]:
    digests = {entry["number"].native: entry["digest"].native for entry in sequence}
    if len(digests) != len(sequence) or len(digests) > _MAX_GROUPS:
        raise _malformed("EF.SOD lists a data group twice, or too many")
    return digests


def _signer_certificate(signed: Any, sid: Any) -> x509.Certificate:
    """The certificate that the signer identifier names (RFC 5652, 5.3)."""
    for choice in signed["certificates"]:
        certificate = choice.chosen
        if sid.name == "issuer_and_serial_number":
            named = (sid.chosen["issuer"].dump(), sid.chosen["serial_number"].native)
            matches = named == (certificate.issuer.dump(), certificate.serial_number)
        else:
            matches = certificate.key_identifier == sid.chosen.native
        if matches:
            return parse_certificate(certificate.dump())
    raise _malformed("EF.SOD does not carry its signer's certificate")


def _digest(algorithm: str, data: bytes) -> bytes:
    return hashlib.new(algorithm, data).digest()


def _malformed(message: str) -> InvalidInput:
    hint = "treat the passport as suspect; ask for another document"
    return InvalidInput("card.sod_malformed", message, hint=hint)
