"""What holds for every kind of card: number of commands, faults at any command, what is never read."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Iterator
from functools import cache

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from tests.sim.card import (
    InProcessTransport,
    jpki_negative,
    licence_negative,
    negative,
    passport_negative,
    residence_negative,
)
from tests.sim.card.iso7816 import File, VirtualCard
from tests.sim.card.mynumber import TEXT_AID, VISUAL_AID
from tests.sim.card.samples import blank, jpki_blank, licence_blank, passport_blank, residence_blank
from tests.unit.verifier.card.every_kind import KINDS, Kind
from verifier.card import tlv
from verifier.card.apdu import MAX_READ
from verifier.card.jpki import JpkiSignature
from verifier.card.passport.ciphers import TripleDesCipher
from verifier.card.passport.reading import HEADER_BYTES
from verifier.card.transport import Transport
from verifier.errors import InvalidInput, Unavailable
from verifier.types import ChipReading, Outcome

pytestmark = pytest.mark.unit

every_kind = pytest.mark.parametrize("kind", KINDS.values(), ids=list(KINDS))


@cache
def commands(name: str) -> tuple[bytes, ...]:
    """What our reading sends to a genuine card of a kind."""
    card = KINDS[name].card()
    KINDS[name].read(InProcessTransport(card))
    return tuple(card.log)


def reads(size: int, *, first: int = MAX_READ, chunk: int = MAX_READ) -> int:
    """READ BINARY commands that a file of so many bytes needs."""
    return 1 + math.ceil(max(0, size - first) / chunk)


def needed_by_mynumber() -> int:
    """Per application SELECT, PIN file, counter, VERIFY; SELECT and reads of each file; one signature."""
    card = KINDS["mynumber"].card()
    visual, text = card.applications[VISUAL_AID], card.applications[TEXT_AID]
    files = [(visual, 4), (visual, 2), (text, 4), (text, 2), (text, 3)]
    sizes = [tlv.parse_header(app.files[number].content).total for app, number in files]
    return 2 * 4 + sum(1 + reads(size) for size in sizes) + 1


def needed_by_licence() -> int:
    """MF, 2F01, 000A with a read each, two counters, two VERIFY, DF1 with 0001 and 0004, DF2 with 0001."""
    return 1 + 2 + 2 + 2 + 2 + (1 + 1 + reads(880) + 1 + reads(640)) + (1 + 1 + reads(2005))


def needed_by_residence() -> int:
    """MF, two free files; challenge, authentication, number; DF1, two images whole; DF3; DF2, four files."""
    return 3 + 3 + (1 + 2) + (1 + reads(1464)) + (1 + reads(342) + 2 * reads(122) + reads(3))


def needed_by_passport() -> int:
    """EF.CardAccess asked for, application, BAC; SELECT, header and rest of each file; one signature."""
    book = passport_negative.active_files(passport_blank())
    sizes = [len(one) for one in (book.com, book.sod, book.groups[1], book.groups[2], book.groups[15])]
    files = sum(1 + reads(size, first=HEADER_BYTES, chunk=TripleDesCipher.chunk_bytes) for size in sizes)
    return 1 + 1 + 2 + files + 1


def needed_by_jpki() -> int:
    """Application; token; PIN file, counter, VERIFY; certificate; key, signature."""
    certificate = jpki_blank().issue().certificate.public_bytes(Encoding.DER)
    return 1 + 2 + 3 + (1 + reads(len(certificate))) + 2


NEEDED: dict[str, Callable[[], int]] = {
    "mynumber": needed_by_mynumber,
    "licence": needed_by_licence,
    "residence": needed_by_residence,
    "passport": needed_by_passport,
    "jpki": needed_by_jpki,
}
"""Commands that the published layout of a kind needs with short reads; see each function for the sequence."""


@pytest.mark.parametrize("name", KINDS)
def test_no_command_more_is_sent_than_the_layout_needs(name: str):
    assert len(commands(name)) == NEEDED[name]()


ASK_FOR_PACE = bytes.fromhex("00A4020C02011C")
"""A passport without this file opens by basic access control, so its failing is no loss."""


class Faulty:
    """A card on which something goes wrong at one command."""

    def __init__(self, card: VirtualCard, at: int, answer: Callable[[bytes], tuple[bytes, int]]) -> None:
        self.inner, self.left, self.answer = InProcessTransport(card), at, answer

    def transmit(self, command: bytes) -> tuple[bytes, int]:
        self.left -= 1
        return self.answer(command) if self.left == -1 else self.inner.transmit(command)


def refused_or_open(kind: Kind, transport: Transport) -> str:
    """The reading ends in a value or in an error with a code; never in a pass it should not have."""
    try:
        codes = {check.code for check in kind.checks(transport)}
    except (InvalidInput, Unavailable) as error:
        return error.code
    left_open = codes - {None} - kind.open_codes
    return ",".join(sorted(left_open)) or "passed"


def is_usable(kind: Kind, card: VirtualCard) -> bool:
    """Whether the next customer's reading works."""
    return refused_or_open(kind, InProcessTransport(card)) == "passed"


@pytest.mark.parametrize("name", KINDS)
def test_a_card_pulled_out_at_any_command_costs_nothing(name: str):
    kind, card = KINDS[name], KINDS[name].card()
    full = kind.counters(card)
    for after in range(len(commands(name))):
        transport = InProcessTransport(card, pulled_after=after)
        assert refused_or_open(kind, transport) == "card.removed", after
        assert kind.counters(card) == full, after
    assert is_usable(kind, card)


GARBAGE = {
    "nothing": lambda _source: b"",
    "noise": lambda source: source.randbytes(source.randrange(1, 40)),
    "much": lambda source: source.randbytes(256),
    "lies": lambda _source: bytes.fromhex("FF2082FFFF") + bytes(20),
}


@pytest.mark.parametrize("name", KINDS)
@pytest.mark.parametrize("garbage", GARBAGE)
def test_garbage_at_any_command_is_never_believed_and_costs_nothing(name: str, garbage: str):
    kind, card, source = KINDS[name], KINDS[name].card(), random.Random(name)
    full, genuine = kind.counters(card), believed(kind.read(InProcessTransport(card)))
    for at in range(len(commands(name))):
        transport = Faulty(card, at, lambda _: (GARBAGE[garbage](source), 0x9000))
        try:
            given = believed(kind.read(transport))
            assert all(ours in (None, theirs) for ours, theirs in zip(given, genuine, strict=True)), at
        except InvalidInput as refusal:
            assert refusal.code.startswith("card."), at  # noqa: PT017  either way of refusing is right
        assert kind.counters(card) == full, at
    assert is_usable(kind, card)


def believed(reading: ChipReading | JpkiSignature) -> tuple[object, ...]:
    """What a reading hands out as signed by the card's issuer, None for what it does not."""
    if isinstance(reading, JpkiSignature):
        return (reading.holder,)
    person = None if reading.kind == "drivers_licence" else reading.person  # nobody can judge its signature
    return (person, reading.portrait, reading.front)


@pytest.mark.parametrize("name", KINDS)
def test_a_failing_card_at_any_command_never_passes(name: str):
    kind, card = KINDS[name], KINDS[name].card()
    full = kind.counters(card)
    for at in range(len(commands(name))):
        outcome = refused_or_open(kind, Faulty(card, at, lambda _: (b"", 0x6F00)))
        assert outcome != "passed" or commands(name)[at] == ASK_FOR_PACE, at
        assert kind.counters(card) == full, at
    assert is_usable(kind, card)


@every_kind
def test_a_slow_card_is_read_like_any_other(kind: Kind):
    assert refused_or_open(kind, InProcessTransport(kind.card(), delay_s=0.001)) == "passed"


def all_cards() -> Iterator[tuple[Kind, VirtualCard]]:
    """Genuine and refused cards of every kind."""
    blanks = {
        "mynumber": (negative, blank()),
        "licence": (licence_negative, licence_blank()),
        "residence": (residence_negative, residence_blank()),
        "passport": (passport_negative, passport_blank()),
        "jpki": (jpki_negative, jpki_blank()),
    }
    for name, (module, made) in blanks.items():
        yield KINDS[name], KINDS[name].card()
        for make in (*module.REFUSED, *getattr(module, "UNREADABLE", ())):
            yield KINDS[name], make(made)


MY_NUMBER_APPLICATIONS = {VISUAL_AID, TEXT_AID, bytes.fromhex("D3921000310001010401")}
"""券面事項確認, 券面事項入力補助, 住基."""

FORBIDDEN_FILES = {VISUAL_AID: {0x0001, 0x0005, 0x0011, 0x0013}, TEXT_AID: {0x0001, 0x0011, 0x0014}}
"""Files that hold the My Number, 照合番号A or the 4-digit PIN, and the text that only they open."""


def test_no_command_sequence_of_any_kind_can_read_the_my_number():
    for kind, card in all_cards():
        refused_or_open(kind, InProcessTransport(card))
        for application, file_id in selections(card.log):
            assert application not in MY_NUMBER_APPLICATIONS or kind is KINDS["mynumber"]
            assert file_id not in FORBIDDEN_FILES.get(application, set())


def selections(log: list[bytes]) -> Iterator[tuple[bytes, int]]:
    """Every file that is selected, by SELECT or by a short identifier, with its application."""
    application = b""
    for command in log:
        if command[1] == 0xA4 and command[2] == 0x04:
            application = command[5 : 5 + command[4]]
            yield application, 0
        elif command[1] == 0xA4 and command[2] == 0x02:
            yield application, int.from_bytes(command[5:7], "big")
        elif command[1] == 0xB0 and command[2] & 0x80:
            yield application, command[2] & 0x1F


@every_kind
def test_a_my_number_laid_on_the_reader_for_another_kind_is_not_read(kind: Kind):
    """A My Number card whose every file is open, in the place of the card that was asked for."""
    card = KINDS["mynumber"].card()
    for application in card.applications.values():
        for file in application.files.values():
            file.opened_by = frozenset()
    secret = b"123456789018"
    card.applications[TEXT_AID].files[0x0001] = File(secret)
    if kind is KINDS["mynumber"]:
        return
    answered: list[bytes] = []
    inner = InProcessTransport(card)

    class Watching:
        def transmit(self, command: bytes) -> tuple[bytes, int]:
            data, sw = inner.transmit(command)
            answered.append(data)
            return data, sw

    assert refused_or_open(kind, Watching()).startswith("card.")
    assert not any(secret in data for data in answered)


def test_what_a_genuine_card_leaves_open_is_never_a_failure():
    for kind in KINDS.values():
        for check in kind.checks(InProcessTransport(kind.card())):
            assert check.outcome is not Outcome.FAILED, check
