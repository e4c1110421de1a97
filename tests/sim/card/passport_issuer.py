"""A generated country that issues virtual passports: its certificates, and its signature over the files.

    issuer = PassportIssuer.generate()
    files = issuer.personalise(zone(), portrait_jpeg)

EF.SOD as in ICAO Doc 9303 part 10, 4.6.2; part 12 for the certificates. Keys exist for one run; 見本.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, Self

from asn1crypto import algos, cms, core
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from tests.sim.card import encode
from tests.sim.card.authority import generate_key
from tests.sim.card.certificate import SigningKey, certificate_of
from tests.sim.card.passport_files import PassportFiles, com, data_groups
from verifier.card.trust import CSCA, TrustStore

SECURITY_OBJECT = "2.23.136.1.1.1"
VALID_FROM = datetime(2020, 1, 1, tzinfo=UTC)
VALID_UNTIL = datetime(2040, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class PassportIssuer:
    """A country: its signing CA and one document signer.

    Attributes:
        authority, authority_key: the country signing CA.
        signer, signer_key: the document signer's certificate and the key that signs.
        scheme: how: "sha256_ecdsa", "sha256_rsa", "rsassa_pkcs1v15" (digest not named) or "rsassa_pss".
    """

    authority: x509.Certificate
    authority_key: ec.EllipticCurvePrivateKey
    signer: x509.Certificate
    signer_key: SigningKey
    scheme: str = "sha256_ecdsa"

    @classmethod
    def generate(cls, *, country: str = "UT", scheme: str = "sha256_ecdsa") -> Self:
        """Fresh keys: a few milliseconds with ECDSA, some hundred with RSA."""
        authority_key = ec.generate_private_key(ec.SECP256R1())
        signer_key = ec.generate_private_key(ec.SECP256R1()) if "ecdsa" in scheme else generate_key()
        name = _name(country, "Utopia CSCA 見本")
        authority = certificate(name, name, authority_key, authority_key, until=VALID_UNTIL, is_ca=True)
        subject = _name(country, "Utopia Document Signer 見本")
        signer = certificate(subject, name, signer_key, authority_key, until=VALID_UNTIL, is_ca=False)
        return cls(authority, authority_key, signer, signer_key, scheme)

    def trust_store(self) -> TrustStore:
        """What a verifier that believes this country holds."""
        return TrustStore(holds_test_keys=True, certificates={CSCA: (self.authority,)})

    def trust_entry(self) -> dict[str, str]:
        """The CA as an entry of a trust store file's "certificates"."""
        return {"purpose": CSCA, "pem": self.authority.public_bytes(Encoding.PEM).decode("ascii")}

    def personalise(
        self, text: str, portrait: bytes, *, extra: dict[int, bytes] | None = None
    ) -> PassportFiles:
        """Write a passport: zone and encoded photograph; `extra` data groups are listed and signed too."""
        groups = data_groups(text, portrait) | (extra or {})
        return PassportFiles(text, groups, com(groups), self.sign(groups))

    def sign(self, groups: dict[int, bytes]) -> bytes:
        """EF.SOD over the groups' SHA-256 digests."""
        digests = {number: sha256(content).digest() for number, content in groups.items()}
        content = _security_object(digests)
        attributes = cms.CMSAttributes(
            [
                cms.CMSAttribute({"type": "content_type", "values": [SECURITY_OBJECT]}),
                cms.CMSAttribute({"type": "message_digest", "values": [sha256(content).digest()]}),
            ]
        )
        return encode.tlv(0x77, self._signed_data(content, attributes, self._signature(attributes.dump())))

    def _signature(self, data: bytes) -> bytes:
        if isinstance(self.signer_key, ec.EllipticCurvePrivateKey):
            return self.signer_key.sign(data, ec.ECDSA(hashes.SHA256()))
        pss = padding.PSS(padding.MGF1(hashes.SHA256()), 32)
        scheme = pss if self.scheme == "rsassa_pss" else padding.PKCS1v15()
        return self.signer_key.sign(data, scheme, hashes.SHA256())

    def _algorithm(self) -> algos.SignedDigestAlgorithm:
        if self.scheme != "rsassa_pss":
            return algos.SignedDigestAlgorithm({"algorithm": self.scheme})
        sha = {"algorithm": "sha256"}
        mask = {"algorithm": "mgf1", "parameters": sha}
        parameters = {"hash_algorithm": sha, "mask_gen_algorithm": mask, "salt_length": 32}
        return algos.SignedDigestAlgorithm({"algorithm": "rsassa_pss", "parameters": parameters})

    def _signed_data(self, content: bytes, attributes: Any, signature: bytes) -> bytes:
        own = asn1_x509.Certificate.load(self.signer.public_bytes(Encoding.DER))
        sha = algos.DigestAlgorithm({"algorithm": "sha256"})
        signer = cms.SignerInfo(
            {
                "version": "v1",
                "sid": cms.SignerIdentifier(
                    name="issuer_and_serial_number",
                    value={"issuer": own.issuer, "serial_number": own.serial_number},
                ),
                "digest_algorithm": sha,
                "signed_attrs": attributes,
                "signature_algorithm": self._algorithm(),
                "signature": signature,
            }
        )
        signed = cms.SignedData(
            {
                "version": "v3",
                "digest_algorithms": [sha],
                "encap_content_info": {
                    "content_type": SECURITY_OBJECT,
                    "content": core.ParsableOctetString(content),
                },
                "certificates": [own],
                "signer_infos": [signer],
            }
        )
        return bytes(cms.ContentInfo({"content_type": "signed_data", "content": signed}).dump())


def certificate(
    subject: x509.Name,
    issuer: x509.Name,
    key: SigningKey,
    signing_key: ec.EllipticCurvePrivateKey,
    *,
    until: datetime,
    is_ca: bool,
    claimed: ec.EllipticCurvePrivateKey | None = None,
) -> x509.Certificate:
    """A certificate; `claimed` is the key that its authority key identifier names instead of the signer's."""
    unsigned = certificate_of(
        key,
        subject=subject,
        issuer=issuer,
        issuer_key=claimed or signing_key,
        valid=(VALID_FROM, until),
        is_ca=is_ca,
    )
    return unsigned.sign(signing_key, hashes.SHA256())


def _security_object(digests: dict[int, bytes]) -> bytes:
    listed = b"".join(
        encode.tlv(0x30, encode.tlv(0x02, bytes((number,))) + encode.tlv(0x04, digest))
        for number, digest in sorted(digests.items())
    )
    algorithm = bytes.fromhex("300B0609608648016503040201")
    return encode.tlv(0x30, bytes.fromhex("020100") + algorithm + encode.tlv(0x30, listed))


def _name(country: str, common_name: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, country),
            x509.NameAttribute(NameOID.COMMON_NAME, common_name),
        ]
    )
