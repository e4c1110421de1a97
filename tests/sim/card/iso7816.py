"""A virtual smart card: applications, files, PIN objects, and the ISO/IEC 7816-4 commands that cards use.

Knows no kind of card; `mynumber` fills it. PIN counters live in the card and survive a reset, the security
status does not. Behaviour follows what public sources report of physical cards; where cards differ there is a
`Quirks` field.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives.asymmetric import utils
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15

from tests.sim.card.command import Command, MalformedCommandError

if TYPE_CHECKING:
    from collections.abc import Callable

    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

OK = 0x9000
END_OF_FILE = 0x6282
COUNTER = 0x63C0
WRONG_LENGTH = 0x6700
NOT_ALLOWED = 0x6982
BLOCKED = 0x6984
CONDITIONS = 0x6985
NO_CURRENT_EF = 0x6986
NOT_FOUND = 0x6A82
WRONG_P1P2 = 0x6A86
REFERENCE_NOT_FOUND = 0x6A88
PAST_END = 0x6B00
WRONG_LE = 0x6C00
MORE_DATA = 0x6100
UNKNOWN_INS = 0x6D00
UNKNOWN_CLA = 0x6E00
HARDWARE_FAULT = 0x6F00

MASTER_FILE = (b"", b"\x3f\x00")

Answer = tuple[bytes, int]


@dataclass(slots=True)
class PinObject:
    """A PIN with its counter.

    Attributes:
        code: the right value.
        limit: tries after a success.
        left: tries left now; 0 is blocked for good.
    """

    code: bytes
    limit: int
    left: int = -1

    def __post_init__(self) -> None:
        if self.left < 0:
            self.left = self.limit

    def present(self, code: bytes) -> int:
        """Compare, count, and give the status word."""
        if self.left == 0:
            return BLOCKED
        if code == self.code:
            self.left = self.limit
            return OK
        self.left -= 1
        return COUNTER | self.left


@dataclass(slots=True)
class File:
    """A transparent elementary file.

    Attributes:
        content: physical bytes, filler included.
        opened_by: PIN files of which one must have been verified; empty means free.
        opened_by_all: PIN files of the master file that must all have been verified.
    """

    content: bytes
    opened_by: frozenset[int] = frozenset()
    opened_by_all: frozenset[int] = frozenset()


@dataclass(slots=True)
class KeyFile:
    """A private key that is a file of its own.

    Attributes:
        key: signs a DigestInfo.
        opened_by: PIN files of which one must have been verified.
    """

    key: RSAPrivateKey
    opened_by: frozenset[int]


@dataclass(slots=True)
class Application:
    """One application (DF).

    Attributes:
        aid: application identifier.
        files: by file identifier.
        pins: PIN files by file identifier.
        key: signs for `802A00 00`; None on a clone, which has only files.
        key_files: sign for `802A00 80` when selected; by file identifier.
    """

    aid: bytes
    files: dict[int, File]
    pins: dict[int, PinObject]
    key: RSAPrivateKey | None = None
    key_files: dict[int, KeyFile] = field(default_factory=dict)


@dataclass(slots=True)
class Quirks:
    """Where cards and readers differ.

    Attributes:
        max_read: most bytes one READ BINARY gives, however many are asked for.
        exact_le: answer 6Cxx instead of a short answer when Le exceeds what is left.
        chain_answers: hand answers over 128 bytes out by GET RESPONSE (61xx).
        fail_from: from this command on (counted from power-up) every answer is 6F00.
    """

    max_read: int = 65536
    exact_le: bool = False
    chain_answers: bool = False
    fail_from: int | None = None


@dataclass(slots=True)
class VirtualCard:
    """The card itself: give it command APDUs, get response APDUs.

    Attributes:
        applications: by AID.
        quirks: see Quirks.
        master: the master file, where it has files or PINs of its own; its security status is the whole
            card's. Without one, SELECT of the master file misleads as on My Number cards.
        log: every command processed, for tests that prove what was never sent.
    """

    applications: dict[bytes, Application]
    quirks: Quirks = field(default_factory=Quirks)
    master: Application | None = None
    log: list[bytes] = field(default_factory=list)
    _application: Application | None = None
    _file_id: int | None = None
    _verified: set[int] = field(default_factory=set)
    _verified_in_master: set[int] = field(default_factory=set)
    _pending: bytes = b""
    _since_reset: int = 0

    def reset(self) -> None:
        """Power-up or reset: forgets selection and security status, never counters."""
        self._application, self._file_id, self._pending, self._since_reset = None, None, b"", 0
        self._verified.clear()
        self._verified_in_master.clear()

    def process(self, raw: bytes) -> bytes:
        """Answer one command APDU: data and status word."""
        self.log.append(raw)
        self._since_reset += 1
        if self.quirks.fail_from is not None and self._since_reset > self.quirks.fail_from:
            return HARDWARE_FAULT.to_bytes(2, "big")
        try:
            data, sw = self._dispatch(Command.parse(raw))
        except MalformedCommandError:
            data, sw = b"", WRONG_LENGTH
        return data + sw.to_bytes(2, "big")

    def _dispatch(self, command: Command) -> Answer:
        handler = self._handlers().get((command.cla, command.ins))
        if handler is None:
            return b"", UNKNOWN_INS if command.cla in (0x00, 0x80) else UNKNOWN_CLA
        return handler(command)

    def _handlers(self) -> dict[tuple[int, int], Callable[[Command], Answer]]:
        """Commands by class and instruction; kinds of card add their own."""
        return {
            (0x00, 0xA4): self._select,
            (0x00, 0x20): self._verify,
            (0x00, 0xB0): self._read_binary,
            (0x00, 0xC0): self._get_response,
            (0x00, 0x84): lambda c: (os.urandom(c.expected or 0), OK),
            (0x80, 0x2A): self._sign,
        }

    def _select(self, command: Command) -> Answer:
        if command.p1 == 0x04:
            return b"", self._select_application(command.body)
        if command.p1 == 0x00 and command.body in MASTER_FILE and self.master is not None:
            self._application, self._file_id = self.master, None
            self._verified.clear()
            return b"", OK
        if command.p1 == 0x00 and command.body in MASTER_FILE:
            # reported of physical cards: refused after reset, inside an application a success without effect
            return b"", WRONG_P1P2 if self._application is None else OK
        if command.p1 == 0x02 and len(command.body) == 2:
            return b"", self._select_file(int.from_bytes(command.body, "big"))
        return b"", WRONG_P1P2

    def _select_application(self, aid: bytes) -> int:
        chosen = self.applications.get(aid)
        if chosen is None:
            return NOT_FOUND
        if chosen is not self._application:
            self._verified.clear()
        self._application, self._file_id = chosen, None
        return OK

    def _select_file(self, file_id: int) -> int:
        application = self._application
        if application is None:
            return NOT_FOUND
        if file_id not in {*application.files, *application.pins, *application.key_files}:
            return NOT_FOUND
        self._file_id = file_id
        return OK

    def _verify(self, command: Command) -> Answer:
        file_id = self._file_id if command.p2 == 0x80 else command.p2 & 0x1F
        pin = self._application.pins.get(file_id) if self._application and file_id is not None else None
        if pin is None or file_id is None or command.p1 or not command.p2 & 0x80:
            return b"", REFERENCE_NOT_FOUND
        if not command.body:
            return b"", COUNTER | pin.left
        sw = pin.present(command.body)
        verified = self._verified_in_master if self._application is self.master else self._verified
        (verified.add if sw == OK else verified.discard)(file_id)
        return b"", sw

    def _read_binary(self, command: Command) -> Answer:
        offset = command.p1 << 8 | command.p2
        if command.p1 & 0x80:
            self._file_id, offset = command.p1 & 0x1F, command.p2
        if self._application is None or self._file_id is None:
            return b"", NO_CURRENT_EF
        file = self._application.files.get(self._file_id)
        if file is None:
            return b"", NOT_FOUND
        if not self._is_open(file):
            return b"", NOT_ALLOWED
        return self._slice(file.content, offset, command.expected)

    def _is_open(self, file: File) -> bool:
        by_one = not file.opened_by or bool(file.opened_by & self._verified)
        return by_one and file.opened_by_all <= self._verified_in_master

    def _slice(self, content: bytes, offset: int, expected: int | None) -> Answer:
        if expected is None:
            return b"", WRONG_LENGTH
        if offset >= len(content):
            return b"", PAST_END
        left = len(content) - offset
        if expected > left and self.quirks.exact_le and left < 256:
            return b"", WRONG_LE | left
        chunk = content[offset : offset + min(expected, self.quirks.max_read)]
        return chunk, END_OF_FILE if expected > left else OK

    def _sign(self, command: Command) -> Answer:
        if self._application is None or command.p1 or command.p2 not in (0x00, 0x80):
            return b"", CONDITIONS
        key = self._application.key
        if command.p2 == 0x80:
            file = self._application.key_files.get(self._file_id or 0)
            if file is not None and not file.opened_by & self._verified:
                return b"", NOT_ALLOWED
            key = file.key if file else None
        if key is None:
            return b"", REFERENCE_NOT_FOUND
        signature = key.sign(command.body, PKCS1v15(), utils.NoDigestInfo())
        return self._chained(signature) if self.quirks.chain_answers else (signature, OK)

    def _chained(self, data: bytes) -> Answer:
        self._pending = data
        return b"", MORE_DATA | min(len(data), 0x80)

    def _get_response(self, command: Command) -> Answer:
        if not self._pending:
            return b"", CONDITIONS
        expected = command.expected or 0
        data, self._pending = self._pending[:expected], self._pending[expected:]
        return data, MORE_DATA | min(len(self._pending), 0x80) if self._pending else OK
