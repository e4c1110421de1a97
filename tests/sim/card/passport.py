"""A virtual passport: basic access control, secure messaging, its files, and a generated issuer.

    issuer = PassportIssuer.generate()
    chip = passport_chip(issuer.personalise(SPECIMEN_ZONE, portrait_jpeg))
    read_passport(InProcessTransport(chip), mrz=..., trust=issuer.trust_store(), today=...)

Faithful to ICAO Doc 9303 part 11: nothing is readable before the authentication, an unprotected command ends
the session, and the send sequence counter runs. Keys exist for one run. The zone is the specimen of ICAO Doc
9303 part 4 (Utopia) or invented; 見本.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import new as new_digest
from hashlib import sha256
from typing import Any, Self

from asn1crypto import algos, cms, core
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import NameOID

from tests.sim.card import encode
from tests.sim.card.authority import generate_key
from tests.sim.card.command import Command, MalformedCommandError
from tests.sim.card.iso7816 import Answer, Application, File, VirtualCard
from tests.sim.card.pace_chip import PaceSide, PaceTerms
from verifier.card import des
from verifier.card.passport.ciphers import SessionCipher, TripleDesCipher
from verifier.card.passport.mrz import check_digit
from verifier.card.trust import CSCA, TrustStore

SigningKey = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey

AID = bytes.fromhex("A0000002471001")
COM, SOD, DG1, DG2 = 0x011E, 0x011D, 0x0101, 0x0102
CARD_ACCESS, GROUPS = 0x011C, 0x0100
"""Files; that of data group n is GROUPS + n."""

OPENED = 0x100
"""Stands for the authentication among the files' access rights; no PIN file has this identifier."""

SECURITY_OBJECT = "2.23.136.1.1.1"
VALID_FROM = datetime(2020, 1, 1, tzinfo=UTC)
VALID_UNTIL = datetime(2040, 1, 1, tzinfo=UTC)

NOT_ALLOWED = 0x6982
CONDITIONS_NOT_SATISFIED = 0x6985
WRONG_DATA = 0x6A80
SECURITY_OBJECTS_INCORRECT = 0x6988
CONDITIONS = 0x6300
"""A wrong cryptogram in MUTUAL AUTHENTICATE."""


def zone(
    *,
    number: str = "TR1234567",
    surname: str = "MIHON",
    given_names: str = "HANAKO",
    birth: str = "800217",
    sex: str = "F",
    expiry: str = "350216",
    state: str = "UTO",
) -> str:
    """Two lines of a TD3 zone with right check digits; dates as YYMMDD."""
    first = f"P<{state}{surname}<<{given_names.replace(' ', '<')}".ljust(44, "<")[:44]
    number = number.ljust(9, "<")
    fields = [text + check_digit(text) for text in (number, birth, expiry, "<" * 14)]
    line = f"{fields[0]}{state}{fields[1]}{sex}{fields[2]}{fields[3]}"
    return first + line + check_digit("".join(fields))


def face_template(image: bytes, *, feature_points: int = 1) -> bytes:
    """DG2 with one facial record of ISO/IEC 19794-5:2005."""
    data_type = b"\x00" if image.startswith(b"\xff\xd8") else b"\x01"
    points = bytes.fromhex("0100000000000000")[:8] * feature_points
    face = feature_points.to_bytes(2, "big") + bytes(14) + points
    face += b"\x01" + data_type + bytes(10) + image
    face = (len(face) + 4).to_bytes(4, "big") + face
    record = b"FAC\x00010\x00" + (len(face) + 14).to_bytes(4, "big") + b"\x00\x01" + face
    header = encode.tlv(0xA1, encode.tlv(0x81, b"\x02") + encode.tlv(0x88, b"\x00\x08"))
    template = encode.tlv(0x7F60, header + encode.tlv(0x5F2E, record))
    return encode.tlv(0x75, encode.tlv(0x7F61, encode.tlv(0x02, b"\x01") + template))


@dataclass(frozen=True, slots=True)
class PassportFiles:
    """What is written to a chip.

    Attributes:
        zone: 88 characters; opens the chip.
        groups: encoded data groups by number.
        com, sod: encoded files.
    """

    zone: str
    groups: dict[int, bytes]
    com: bytes
    sod: bytes


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
        groups = {1: encode.tlv(0x61, encode.tlv(0x5F1F, text.encode("ascii"))), 2: face_template(portrait)}
        groups |= extra or {}
        return PassportFiles(text, groups, _com(groups), self.sign(groups))

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


@dataclass(slots=True)
class PassportChip(VirtualCard):
    """A chip that opens by basic access control, by PACE, or by either.

    Attributes:
        pace: what it offers; None on a chip that has basic access control only.
        key_information: from the zone, for PACE.
        active_key: of active authentication; None on a chip without, and on a copy of one.
        active_digest: that it signs with: "sha1" (implicit trailer with RSA), "sha256", ...
        access_encryption, access_authentication: keys derived from the zone.
        randomness: n -> n bytes; constant ones let a recorded conversation be replayed.
    """

    pace: PaceTerms | None = None
    key_information: str = ""
    active_key: SigningKey | None = None
    active_digest: str = "sha256"
    access_encryption: bytes = b""
    access_authentication: bytes = b""
    randomness: Callable[[int], bytes] = os.urandom
    _nonce: bytes = b""
    _session: SessionCipher | None = None
    _pace: PaceSide | None = None
    _counter: int = 0

    def reset(self) -> None:
        """Power-up: no session."""
        VirtualCard.reset(self)
        self._nonce = b""
        self._session = self._pace = None
        self._application = self.master

    def process(self, raw: bytes) -> bytes:
        """Answer one command APDU, protected or not."""
        if self._session is None or raw[:1] != b"\x0c":
            if self._session is not None:
                self._end_session()
            return VirtualCard.process(self, raw)
        self.log.append(raw)
        try:
            plain = self._reveal(raw)
        except (MalformedCommandError, ValueError):
            self._end_session()
            return SECURITY_OBJECTS_INCORRECT.to_bytes(2, "big")
        data, sw = VirtualCard._dispatch(self, plain)
        return self._protect(data, sw) + sw.to_bytes(2, "big")

    def _handlers(self) -> dict[tuple[int, int], Callable[[Command], Answer]]:
        return VirtualCard._handlers(self) | {
            (0x00, 0x88): self._sign_challenge,
            (0x00, 0x22): self._begin_pace,
            (0x10, 0x86): self._run_pace,
            (0x00, 0x86): self._run_pace,
        }

    def _begin_pace(self, command: Command) -> Answer:
        wanted = self.pace and encode.tlv(0x80, self.pace.protocol) + bytes.fromhex("830101")
        if self.pace is None or (command.p1, command.p2, command.body) != (0xC1, 0xA4, wanted):
            return b"", WRONG_DATA
        self._pace = PaceSide(self.pace, self.key_information, self.randomness)
        return b"", 0x9000

    def _run_pace(self, command: Command) -> Answer:
        if self._pace is None:
            return b"", CONDITIONS_NOT_SATISFIED
        answer = self._pace.answer(command)
        if self._pace.cipher is not None:
            self._session, self._counter = self._pace.cipher, 0
        return answer

    def _select_application(self, aid: bytes) -> int:
        sw = VirtualCard._select_application(self, aid)
        if self._pace is not None and self._pace.cipher is not None:
            self._verified.add(OPENED)
        return sw

    def _sign_challenge(self, command: Command) -> Answer:
        if OPENED not in self._verified:
            return b"", NOT_ALLOWED
        if self.active_key is None:
            return b"", CONDITIONS_NOT_SATISFIED
        return sign_challenge(self.active_key, command.body, self.active_digest), 0x9000

    def _dispatch(self, command: Command) -> Answer:
        if (command.cla, command.ins) == (0x00, 0x84) and (self.pace is None or self.pace.access_control_too):
            self._nonce = self.randomness(8)
            return self._nonce, 0x9000
        if (command.cla, command.ins) == (0x00, 0x82):
            return self._authenticate(command.body)
        return VirtualCard._dispatch(self, command)

    def _authenticate(self, body: bytes) -> Answer:
        token, mac, nonce = body[:32], body[32:], self._nonce
        self._nonce = b""
        if not nonce or not des.is_mac(self.access_authentication, token, mac):
            return b"", CONDITIONS
        plain = des.decrypt(self.access_encryption, token)
        if plain[8:16] != nonce:
            return b"", CONDITIONS
        secret = self.randomness(16)
        seed = bytes(a ^ b for a, b in zip(plain[16:], secret, strict=True))
        self._session = TripleDesCipher(
            des.derive_key(seed, des.ENCRYPTION), des.derive_key(seed, des.AUTHENTICATION)
        )
        self._counter = int.from_bytes(nonce[4:] + plain[4:8], "big")
        self._verified.add(OPENED)
        answer = des.encrypt(self.access_encryption, nonce + plain[:8] + secret)
        return answer + des.retail_mac(self.access_authentication, answer), 0x9000

    def _end_session(self) -> None:
        self._session = self._pace = None
        self._verified.discard(OPENED)

    def _next_counter(self) -> bytes:
        assert self._session is not None
        self._counter += 1
        return self._counter.to_bytes(self._session.block_bytes, "big")

    def _reveal(self, raw: bytes) -> Command:
        assert self._session is not None
        outer, counter = Command.parse(raw), self._next_counter()
        objects, mac = outer.body[:-10], outer.body[-10:]
        header = raw[:4] + b"\x80" + bytes(self._session.block_bytes - 5)
        if mac[:2] != b"\x8e\x08" or self._session.mac(counter + header + objects) != mac[2:]:
            raise ValueError("not authenticated")
        body, expected = b"", None
        if objects[:1] == b"\x87":
            size = objects[1]
            body, objects = objects[3 : 2 + size], objects[2 + size :]
            body = self._session.decrypt(body, counter)
        if objects[:2] == b"\x97\x01":
            expected = objects[2] or 256
        if objects[:2] == b"\x97\x02":
            expected = int.from_bytes(objects[2:4], "big") or 0x10000
        return Command(0x00, outer.ins, outer.p1, outer.p2, body, expected)

    def _protect(self, data: bytes, sw: int) -> bytes:
        assert self._session is not None
        counter, objects = self._next_counter(), b""
        if data:
            objects = encode.tlv(0x87, b"\x01" + self._session.encrypt(data, counter))
        objects += encode.tlv(0x99, sw.to_bytes(2, "big"))
        return objects + encode.tlv(0x8E, self._session.mac(counter + objects))


def active_groups(key: SigningKey) -> dict[int, bytes]:
    """DG15 with the public half of a key for active authentication; for ECDSA also DG14, naming SHA-256."""
    spki = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    groups = {15: encode.tlv(0x6F, spki)}
    if isinstance(key, ec.EllipticCurvePrivateKey):
        protocol, algorithm = bytes.fromhex("678108010105"), bytes.fromhex("04007F00070101040103")
        info = encode.tlv(0x06, protocol) + bytes.fromhex("020101") + encode.tlv(0x06, algorithm)
        groups[14] = encode.tlv(0x6E, encode.tlv(0x31, encode.tlv(0x30, info)))
    return groups


def sign_challenge(key: SigningKey, challenge: bytes, digest: str) -> bytes:
    """Active authentication, the chip's side: plain ECDSA, or RSA as ISO/IEC 9796-2 scheme 1."""
    if isinstance(key, ec.EllipticCurvePrivateKey):
        half = (key.key_size + 7) // 8
        r, s = decode_dss_signature(key.sign(challenge, ec.ECDSA(hashes.SHA256())))
        return r.to_bytes(half, "big") + s.to_bytes(half, "big")
    trailer = b"\xbc" if digest == "sha1" else {"sha256": b"\x34\xcc", "sha512": b"\x35\xcc"}[digest]
    size = key.key_size // 8
    own = os.urandom(size - 1 - new_digest(digest).digest_size - len(trailer))
    opened = b"\x6a" + own + new_digest(digest, own + challenge).digest() + trailer
    numbers, value = key.private_numbers(), int.from_bytes(opened, "big")
    by_p, by_q = pow(value, numbers.dmp1, numbers.p), pow(value, numbers.dmq1, numbers.q)
    signed = by_q + numbers.q * ((by_p - by_q) * numbers.iqmp % numbers.p)  # RFC 8017, 5.2.1
    return min(signed, numbers.public_numbers.n - signed).to_bytes(size, "big")


def passport_chip(
    files: PassportFiles,
    *,
    active_key: SigningKey | None = None,
    active_digest: str = "sha256",
    pace: PaceTerms | None = None,
) -> PassportChip:
    """Put files on a chip, a key for active authentication if it has one, and PACE if it offers that."""
    rights = frozenset({OPENED})
    contents = {COM: files.com, SOD: files.sod}
    contents |= {GROUPS | number: content for number, content in files.groups.items()}
    application = Application(AID, {fid: File(content, rights) for fid, content in contents.items()}, {})
    line = files.zone[44:]
    information = line[:10] + line[13:20] + line[21:28]
    seed = _access_seed(information)
    return PassportChip(
        {AID: application},
        master=Application(b"", {CARD_ACCESS: File(pace.card_access())}, {}) if pace else None,
        pace=pace,
        key_information=information,
        active_key=active_key,
        active_digest=active_digest,
        access_encryption=des.derive_key(seed, des.ENCRYPTION),
        access_authentication=des.derive_key(seed, des.AUTHENTICATION),
    )


def _access_seed(information: str) -> bytes:
    digest = hashes.Hash(hashes.SHA1())  # noqa: S303  as ICAO specifies
    digest.update(information.encode("ascii"))
    return digest.finalize()[:16]


def _com(groups: dict[int, bytes]) -> bytes:
    tags = bytes(content[0] for _, content in sorted(groups.items()))
    versions = encode.tlv(0x5F01, b"0107") + encode.tlv(0x5F36, b"040000")
    return encode.tlv(0x60, versions + encode.tlv(0x5C, tags))


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
    named = (claimed or signing_key).public_key()
    usage = dict.fromkeys(
        (
            "content_commitment",
            "key_encipherment",
            "data_encipherment",
            "key_agreement",
            "encipher_only",
            "decipher_only",
        ),
        False,
    )
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(VALID_FROM)
        .not_valid_after(until)
        .add_extension(x509.BasicConstraints(ca=is_ca, path_length=0 if is_ca else None), critical=True)
        .add_extension(
            x509.KeyUsage(digital_signature=not is_ca, key_cert_sign=is_ca, crl_sign=is_ca, **usage),
            critical=True,
        )
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(named), critical=False)
        .sign(signing_key, hashes.SHA256())
    )
