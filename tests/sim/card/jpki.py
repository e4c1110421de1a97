"""The JPKI application of a virtual My Number card: signing certificate, password, key, and a generated CA.

    authority = JpkiAuthority.generate()
    card = jpki_card(authority.issue(attributes(person)))
    sign_with_card(InProcessTransport(card), sign_password=PASSWORD, trust=authority.trust_store(), ...)

Layout and limits as public readers report them; certificates in the form reported from a JPKI test card. The
responder speaks real OCSP for the node's adapter. Keys exist for one run; 見本.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Self

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from cryptography.x509.oid import NameOID, ObjectIdentifier

from tests.sim.card import encode
from tests.sim.card.authority import generate_key
from tests.sim.card.certificate import certificate_of
from tests.sim.card.iso7816 import Application, File, KeyFile, PinObject, Quirks, VirtualCard
from verifier.card.trust import JPKI_SIGN, TrustStore
from verifier.types import Person, Sex

AID = bytes.fromhex("D392F000260100000001")
CERTIFICATE, AUTHORITY, TOKEN, KEY, PASSWORD_FILE = 0x0001, 0x0002, 0x0006, 0x001A, 0x001B

PASSWORD = "MIHON2026"
PASSWORD_LIMIT = 5

VALID_FROM = datetime(2024, 2, 17, tzinfo=UTC)
VALID_UNTIL = datetime(2029, 2, 17, tzinfo=UTC)
"""Signing certificates end on the fifth birthday after issue."""

_ARC = "1.2.392.200149.8.5.5."
_SEX = {Sex.MALE: "1", Sex.FEMALE: "2", Sex.UNKNOWN: "9"}
_FILLER_BYTES = 40


def attributes(person: Person, *, substituted: int = 0) -> dict[str, str]:
    """SAN values by the last arc; the first `substituted` characters of the name are flagged."""
    assert person.address is not None
    flags = "1" * substituted + "0" * (len(person.name) - substituted)
    return {
        "1": person.name,
        "4": f"{_era(person)}{person.birth_date:%Y%m%d}",
        "3": _SEX[person.sex],
        "5": person.address,
        "2": flags,
        "6": "0" * len(person.address),
    }


@dataclass(frozen=True, slots=True)
class SigningCard:
    """What is written to a card: certificate, its issuer's certificate, key."""

    certificate: x509.Certificate
    authority: x509.Certificate
    key: RSAPrivateKey = field(repr=False)


@dataclass(frozen=True, slots=True)
class JpkiAuthority:
    """A CA in the shape of "JPKI for digital signature"."""

    certificate: x509.Certificate
    key: RSAPrivateKey = field(repr=False)

    @classmethod
    def generate(cls, *, common_name: str = "JPKI for digital signature 見本") -> Self:
        """A fresh self-signed CA."""
        key, name = generate_key(), _name(common_name)
        return cls(_certificate(name, name, key, key, is_ca=True).sign(key, hashes.SHA256()), key)

    def trust_store(self) -> TrustStore:
        """What a verifier that pins this CA holds."""
        return TrustStore(holds_test_keys=True, certificates={JPKI_SIGN: (self.certificate,)})

    def trust_entry(self) -> dict[str, str]:
        """The CA as an entry of a trust store file's "certificates"."""
        return {"purpose": JPKI_SIGN, "pem": self.certificate.public_bytes(Encoding.PEM).decode("ascii")}

    def issue(
        self,
        values: dict[str, str],
        *,
        key: RSAPrivateKey | None = None,
        until: datetime = VALID_UNTIL,
        signing_key: RSAPrivateKey | None = None,
        is_ca: bool = False,
    ) -> SigningCard:
        """A signing certificate with these SAN values; `signing_key` makes a forged one."""
        own = key or generate_key()
        names = [
            x509.OtherName(ObjectIdentifier(_ARC + arc), encode.tlv(0x0C, text.encode()))
            for arc, text in values.items()
        ]
        builder = _certificate(
            _name("20240217000000000000"), self.certificate.subject, own, self.key, is_ca=is_ca, until=until
        )
        builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
        return SigningCard(builder.sign(signing_key or self.key, hashes.SHA256()), self.certificate, own)

    def answer(
        self,
        request: bytes,
        *,
        now: datetime,
        revoked: frozenset[int] = frozenset(),
        signing_key: RSAPrivateKey | None = None,
        certificate: x509.Certificate | None = None,
    ) -> bytes:
        """Answer an OCSP request about one of this CA's certificates; good for an hour."""
        asked = ocsp.load_der_ocsp_request(request)
        is_revoked = asked.serial_number in revoked
        response = ocsp.OCSPResponseBuilder().add_response_by_hash(
            issuer_name_hash=asked.issuer_name_hash,
            issuer_key_hash=asked.issuer_key_hash,
            serial_number=asked.serial_number,
            algorithm=asked.hash_algorithm,
            cert_status=ocsp.OCSPCertStatus.REVOKED if is_revoked else ocsp.OCSPCertStatus.GOOD,
            this_update=now,
            next_update=now + timedelta(hours=1),
            revocation_time=now - timedelta(days=1) if is_revoked else None,
            revocation_reason=None,
        )
        responder = certificate or self.certificate
        response = response.responder_id(ocsp.OCSPResponderEncoding.HASH, responder)
        if certificate is not None:
            response = response.certificates([certificate])
        return response.sign(signing_key or self.key, hashes.SHA256()).public_bytes(Encoding.DER)

    def responder(self, *, key: RSAPrivateKey, may_sign_ocsp: bool = True) -> x509.Certificate:
        """A delegated responder's certificate (RFC 6960, 4.2.2.2)."""
        builder = _certificate(
            _name("OCSP responder 見本"), self.certificate.subject, key, self.key, is_ca=False
        )
        if may_sign_ocsp:
            usage = x509.ExtendedKeyUsage([x509.oid.ExtendedKeyUsageOID.OCSP_SIGNING])
            builder = builder.add_extension(usage, critical=False)
        return builder.sign(self.key, hashes.SHA256())


def jpki_card(
    signing: SigningCard,
    *,
    password: str = PASSWORD,
    token: bytes = b"JPKIAPICCTOKEN2",
    quirks: Quirks | None = None,
) -> VirtualCard:
    """A card that has the JPKI application only; `add_jpki` puts it on a whole My Number card."""
    card = VirtualCard({}, quirks or Quirks())
    add_jpki(card, signing, password=password, token=token)
    return card


def add_jpki(
    card: VirtualCard, signing: SigningCard, *, password: str = PASSWORD, token: bytes = b"JPKIAPICCTOKEN2"
) -> None:
    """Put the JPKI application on a card."""
    opened = frozenset({PASSWORD_FILE})
    files = {
        TOKEN: File(token.ljust(32)),
        CERTIFICATE: File(signing.certificate.public_bytes(Encoding.DER) + bytes(_FILLER_BYTES), opened),
        AUTHORITY: File(signing.authority.public_bytes(Encoding.DER) + bytes(_FILLER_BYTES)),
    }
    pins = {PASSWORD_FILE: PinObject(password.encode("ascii"), PASSWORD_LIMIT)}
    card.applications[AID] = Application(AID, files, pins, key_files={KEY: KeyFile(signing.key, opened)})


def _era(person: Person) -> str:
    starts = {"5": "2019-05-01", "4": "1989-01-08", "3": "1926-12-25", "2": "1912-07-30"}
    born = person.birth_date.isoformat()
    return next((era for era, first in starts.items() if first <= born), "1")


def _name(common_name: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "JP"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "JPKI 見本"),
            x509.NameAttribute(NameOID.COMMON_NAME, common_name),
        ]
    )


def _certificate(
    subject: x509.Name,
    issuer: x509.Name,
    key: RSAPrivateKey,
    issuer_key: RSAPrivateKey,
    *,
    is_ca: bool,
    until: datetime = VALID_UNTIL,
) -> x509.CertificateBuilder:
    return certificate_of(
        key,
        subject=subject,
        issuer=issuer,
        issuer_key=issuer_key,
        valid=(VALID_FROM, until),
        is_ca=is_ca,
        commits=not is_ca,
    )
