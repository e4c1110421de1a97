"""Virtual residence cards of the first generation: the card's side of authentication, its files, its issuer.

    issuer = ImmigrationIssuer.generate()
    card = residence_card(issuer.personalise(ResidenceHolder(), portrait))
    read_residence_card(InProcessTransport(card), card_number=NUMBER, trust=issuer.trust_store(), ...)

Layout and commands as public readers implement 在留カード等仕様書 1.5; how a real card refuses a wrong number
is unverified (6300 here). Keys exist for one run. `residence_negative` makes the cards that must be refused.
"""

from __future__ import annotations

import io
import json
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from hashlib import sha1
from pathlib import Path
from typing import Self

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID
from PIL import Image as PilImage
from PIL import ImageDraw

from tests.sim.card import encode
from tests.sim.card.authority import generate_key
from tests.sim.card.certificate import certificate_of
from tests.sim.card.command import Command
from tests.sim.card.iso7816 import (
    CONDITIONS,
    NOT_ALLOWED,
    OK,
    WRONG_LENGTH,
    Answer,
    Application,
    File,
    Quirks,
    VirtualCard,
)
from tests.sim.specimen.fonts import japanese_font
from verifier.card import des
from verifier.card.trust import IMMIGRATION, TrustStore

DF1_AID = bytes.fromhex("D392F0004F0200000000000000000000")
DF2_AID = bytes.fromhex("D392F0004F0300000000000000000000")
DF3_AID = bytes.fromhex("D392F0004F0400000000000000000000")

FRONT_BYTES, PORTRAIT_BYTES = 7000, 3000
ADDRESS_BYTES, PERMISSION_BYTES, CERTIFICATE_BYTES = 320, 120, 1200

NUMBER = "ZZ00000000ZZ"
"""見本: no such series is issued."""

NUMBER_VERIFIED = 0x100
"""Stands for the verified number among the files' access rights; no PIN file has this identifier."""

WRONG_NUMBER = 0x6300
VALID_FROM = datetime(2020, 1, 1, tzinfo=UTC)
VALID_UNTIL = datetime(2040, 1, 1, tzinfo=UTC)

TRUST_FILE = "generated-test-immigration.json"
_FRONT_PX = (700, 440)
_AUTHORITY = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "見本 Immigration CA")])
_SIGNER = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "見本 Check Code")])


@dataclass(frozen=True, slots=True)
class ResidenceHolder:
    """An invented holder and what the card says.

    Attributes:
        kind: "1" residence card, "2" special permanent resident certificate, others for later generations.
        number: printed at the top right.
        lines: printed on the front.
        address: written later by a municipality; empty when nothing was.
    """

    kind: str = "1"
    number: str = NUMBER
    lines: tuple[str, ...] = (
        "見本 SPECIMEN HANAKO",
        "1980年02月17日 女 F.",
        "東京都千代田区見本町1-2-3",
        NUMBER,
    )
    address: str = "大阪府大阪市見本区１－２"
    written_on: date = date(2025, 4, 1)


@dataclass(frozen=True, slots=True)
class ResidenceFiles:
    """What is written to one card: the number that opens it, and file contents by short identifier."""

    number: str = field(repr=False)
    master: Mapping[int, bytes]
    images: Mapping[int, bytes] = field(repr=False)
    texts: Mapping[int, bytes] = field(repr=False)
    signature: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class ImmigrationIssuer:
    """A generated authority and the certificate whose key makes the check codes."""

    authority: x509.Certificate
    authority_key: RSAPrivateKey
    certificate: x509.Certificate
    signer: RSAPrivateKey

    @classmethod
    def generate(cls) -> Self:
        """Fresh keys."""
        authority_key, signer = generate_key(), generate_key()
        authority = _certificate(_AUTHORITY, authority_key, authority_key, VALID_UNTIL, is_ca=True)
        certificate = _certificate(_SIGNER, authority_key, signer, VALID_UNTIL, is_ca=False)
        return cls(authority, authority_key, certificate, signer)

    def renewed(self, *, valid_until: datetime) -> Self:
        """The same issuer with another certificate for its signing key."""
        certificate = _certificate(_SIGNER, self.authority_key, self.signer, valid_until, is_ca=False)
        return replace(self, certificate=certificate)

    def trust_store(self) -> TrustStore:
        """What a verifier that believes this authority holds."""
        return TrustStore({}, holds_test_keys=True, certificates={IMMIGRATION: (self.authority,)})

    def write_trust(self, directory: Path) -> Path:
        """Write the trust store file, environment "test"; the directory is made if needed."""
        directory.mkdir(parents=True, exist_ok=True)
        pem = self.authority.public_bytes(Encoding.PEM).decode("ascii")
        entry = {"purpose": IMMIGRATION, "pem": pem}
        document = {"environment": "test", "source": "generated for virtual cards", "certificates": [entry]}
        path = directory / TRUST_FILE
        path.write_text(json.dumps(document, indent=2), encoding="utf-8")
        return path

    def personalise(self, holder: ResidenceHolder, portrait: bytes) -> ResidenceFiles:
        """Make the files of a card.

        Args:
            holder: invented.
            portrait: JPEG 2000, at most 3,000 bytes; empty for holders under 16.
        """
        front = front_tiff(holder.lines).ljust(FRONT_BYTES, b"\x00")
        face = portrait.ljust(PORTRAIT_BYTES, b"\x00")
        return ResidenceFiles(
            number=holder.number,
            master={0x0B: encode.tlv(0xC0, b"0001"), 0x0A: encode.tlv(0xC1, holder.kind.encode("ascii"))},
            images={0x05: encode.tlv(0xD0, front), 0x06: encode.tlv(0xD1, face)},
            texts=_texts(holder),
            signature=self.signature(front + face),
        )

    def signature(self, signed: bytes) -> bytes:
        """DF3: check code over both padded images, and the certificate."""
        code = self.signer.sign(signed, PKCS1v15(), hashes.SHA256())
        der = self.certificate.public_bytes(Encoding.DER).ljust(CERTIFICATE_BYTES, b"\x00")
        return encode.tlv(0xDA, code) + encode.tlv(0xDB, der)


def residence_card(files: ResidenceFiles, *, quirks: Quirks | None = None) -> ResidenceCard:
    """Put files on a card."""
    verified = frozenset((NUMBER_VERIFIED,))
    applications = {
        DF1_AID: Application(
            DF1_AID, {i: File(c, opened_by_all=verified) for i, c in files.images.items()}, {}
        ),
        DF2_AID: Application(
            DF2_AID, {i: File(c, opened_by_all=verified) for i, c in files.texts.items()}, {}
        ),
        DF3_AID: Application(DF3_AID, {0x02: File(files.signature, opened_by_all=verified)}, {}),
    }
    master = Application(b"", {i: File(content) for i, content in files.master.items()}, {})
    return ResidenceCard(applications, quirks or Quirks(), master=master, number=files.number.encode("ascii"))


@dataclass(slots=True)
class ResidenceCard(VirtualCard):
    """A card that opens by its number.

    Attributes:
        number: 12 ASCII characters.
        randomness: n -> n bytes; constant ones let a recorded conversation be replayed.
    """

    number: bytes = b""
    randomness: Callable[[int], bytes] = os.urandom
    _challenge: bytes = b""
    _session_key: bytes = b""

    def reset(self) -> None:
        """Power-up: also forgets challenge and session."""
        VirtualCard.reset(self)
        self._challenge = self._session_key = b""

    def _handlers(self) -> dict[tuple[int, int], Callable[[Command], Answer]]:
        return VirtualCard._handlers(self) | {
            (0x00, 0x84): self._get_challenge,
            (0x00, 0x82): self._authenticate,
            (0x08, 0x20): self._verify_number,
            (0x08, 0xB0): self._read_secure,
        }

    def _get_challenge(self, command: Command) -> Answer:
        if command.expected != des.BLOCK_BYTES:
            return b"", WRONG_LENGTH
        self._challenge = self.randomness(des.BLOCK_BYTES)
        return self._challenge, OK

    def _authenticate(self, command: Command) -> Answer:
        challenge, self._challenge = self._challenge, b""
        key = sha1(self.number).digest()[:16]  # noqa: S324  as specified
        sealed, mac = command.body[:32], command.body[32:]
        if not challenge or len(command.body) != 40 or command.expected is None:
            return b"", CONDITIONS
        opened = des.decrypt(key, sealed)
        if not des.is_mac(key, sealed, mac) or opened[8:16] != challenge:
            return b"", WRONG_NUMBER
        own = self.randomness(16)
        seed = bytes(a ^ b for a, b in zip(opened[16:], own, strict=True))
        self._session_key = sha1(seed + b"\x00\x00\x00\x01").digest()[:16]  # noqa: S324
        answer = des.encrypt(key, challenge + opened[:8] + own)
        return answer + des.retail_mac(key, answer), OK

    def _verify_number(self, command: Command) -> Answer:
        if not self._session_key or (command.p1, command.p2) != (0x00, 0x86):
            return b"", CONDITIONS
        if command.body[:3] != bytes.fromhex("861101") or len(command.body) != 19:
            return b"", WRONG_LENGTH
        opened = des.decrypt(self._session_key, command.body[3:])
        if opened != self.number + bytes.fromhex("80000000"):
            return b"", WRONG_NUMBER
        self._verified_in_master.add(NUMBER_VERIFIED)
        return b"", OK

    def _read_secure(self, command: Command) -> Answer:
        if not self._session_key or command.body[:2] != bytes.fromhex("9602") or len(command.body) != 4:
            return b"", CONDITIONS
        wanted = int.from_bytes(command.body[2:], "big") or 0x10000
        plain = Command(0x00, 0xB0, command.p1, command.p2, b"", wanted)
        data, sw = VirtualCard._read_binary(self, plain)
        if not data:
            return data, sw
        return encode.tlv(0x86, b"\x01" + des.encrypt(self._session_key, des.pad(data))), OK

    def _read_binary(self, command: Command) -> Answer:
        """Images leave the card encrypted only."""
        if self._application is self.applications[DF1_AID]:
            return b"", NOT_ALLOWED
        return VirtualCard._read_binary(self, command)


def front_tiff(lines: tuple[str, ...]) -> bytes:
    """The front as a TIFF with MMR compression, one bit per pixel."""
    image = PilImage.new("1", _FRONT_PX, 1)
    draw = ImageDraw.Draw(image)
    for row, line in enumerate(("在留カード 見本", *lines)):
        draw.text((30, 25 + 60 * row), line, fill=0, font=japanese_font("serif", 30))
    buffer = io.BytesIO()
    image.save(buffer, "TIFF", compression="group4")
    return buffer.getvalue()


def _texts(holder: ResidenceHolder) -> dict[int, bytes]:
    written = bool(holder.address)
    address = (
        encode.tlv(0xD2, f"{holder.written_on:%Y%m%d}".encode("ascii") if written else bytes(8))
        + encode.tlv(0xD3, b"131318" if written else bytes(6))
        + encode.tlv(0xD4, holder.address.encode("shift_jis_2004").ljust(ADDRESS_BYTES, b"\x00"))
    )
    if holder.kind != "1":
        return {0x01: address}
    return {
        0x01: address,
        0x02: encode.tlv(0xD5, "許可：見本".encode("shift_jis_2004").ljust(PERMISSION_BYTES, b"\x00")),
        0x03: encode.tlv(0xD6, bytes(PERMISSION_BYTES)),
        0x04: encode.tlv(0xD7, b"0"),
    }


def _certificate(
    subject: x509.Name, issuer_key: RSAPrivateKey, key: RSAPrivateKey, valid_until: datetime, *, is_ca: bool
) -> x509.Certificate:
    unsigned = certificate_of(
        key,
        subject=subject,
        issuer=_AUTHORITY,
        issuer_key=issuer_key,
        valid=(VALID_FROM, valid_until),
        is_ca=is_ca,
    )
    return unsigned.sign(issuer_key, hashes.SHA256())
