"""A virtual passport: basic access control, secure messaging and PACE in front of its files.

    chip = passport_chip(PassportIssuer.generate().personalise(zone(), portrait_jpeg))
    read_passport(InProcessTransport(chip), mrz=..., trust=issuer.trust_store(), today=...)

Faithful to ICAO Doc 9303 part 11: nothing is readable before the authentication, an unprotected command ends
the session, and the send sequence counter runs.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass

from cryptography.hazmat.primitives import hashes

from tests.sim.card import encode
from tests.sim.card.active_authentication import sign_challenge
from tests.sim.card.certificate import SigningKey
from tests.sim.card.command import Command, MalformedCommandError
from tests.sim.card.iso7816 import Answer, Application, File, VirtualCard
from tests.sim.card.pace_chip import PaceSide, PaceTerms
from tests.sim.card.passport_files import PassportFiles
from verifier.card import des
from verifier.card.passport.ciphers import SessionCipher, TripleDesCipher

AID = bytes.fromhex("A0000002471001")
COM, SOD, DG1, DG2 = 0x011E, 0x011D, 0x0101, 0x0102
CARD_ACCESS, GROUPS = 0x011C, 0x0100
"""Files; that of data group n is GROUPS + n."""

OPENED = 0x100
"""Stands for the authentication among the files' access rights; no PIN file has this identifier."""

NOT_ALLOWED = 0x6982
CONDITIONS_NOT_SATISFIED = 0x6985
WRONG_DATA = 0x6A80
SECURITY_OBJECTS_INCORRECT = 0x6988
CONDITIONS = 0x6300
"""A wrong cryptogram in MUTUAL AUTHENTICATE."""


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
