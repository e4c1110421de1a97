"""How much reading a card costs beyond sending its commands.

Per kind of card, over the real pcscd and a virtual card: our reading, signatures and all, and the floor: the
very same command APDUs sent through pyscard in the same run, alternating with the readings. Session keys and
challenges are the same in both, so the bytes are the same too; what the card computes is in both.

The card answers no sooner than the fastest radio link of ISO/IEC 14443 (848 kbit/s) could carry its bytes: a
chip's own time, which is longer, is left out, so real cards give a lower ratio. "instant" figures are those
of a card without a radio, which answers as fast as the simulator runs: they show our own time best, and no
card behaves so.

Examples: python -m scripts.bench.cards --quick
          python -m scripts.bench.cards --json
"""

from __future__ import annotations

import multiprocessing
import os
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from multiprocessing.synchronize import Event

from smartcard import scard

from scripts.bench._progress import watched
from scripts.bench._report import Arguments, Metric, attempt, publish
from tests.sim.card import VirtualPcscd, VpcdCard, mynumber_card
from tests.sim.card.iso7816 import VirtualCard
from tests.sim.card.jpki import PASSWORD, jpki_card
from tests.sim.card.licence import licence_card
from tests.sim.card.passport import passport_chip
from tests.sim.card.passport_negative import active_files
from tests.sim.card.pcscd import READER
from tests.sim.card.residence import NUMBER, residence_card
from tests.sim.card.samples import TODAY, blank, jpki_blank, licence_blank, passport_blank, residence_blank
from tests.sim.card.vpcd import FASTEST_BITS_PER_S
from verifier.card import pcsc
from verifier.card.jpki import sign_with_card
from verifier.card.licence import read_licence
from verifier.card.mynumber import read_mynumber_card
from verifier.card.passport import parse_td3, read_passport
from verifier.card.residence import read_residence_card
from verifier.card.transport import Transport

NOON = datetime(2026, 11, 22, 3, tzinfo=UTC)
"""In Japan, on the samples' day."""

RADIO_SHARE = 6
"""Of so many rounds one is repeated at radio speed: radio time hides the small disturbances that the others
are repeated for."""

WAIT_S = 5.0

MAX_OVERHEAD = 1.25
"""A reading may take a quarter longer than its bare commands."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of card.

    Attributes:
        name: as in the metrics.
        card: a genuine one; with the same random numbers every time, so that its commands can be sent again.
        read: our reading of it.
        max_apdus: what the layout needs: cards.md's own sequence, files in 256-byte reads.
    """

    name: str
    card: Callable[[], VirtualCard]
    read: Callable[[Transport], object]
    max_apdus: int


def _fixed(size: int) -> bytes:
    return bytes(range(size))


def _residence_card() -> VirtualCard:
    card = residence_card(residence_blank().files())
    card.randomness = _fixed
    return card


def _passport() -> VirtualCard:
    chip = passport_chip(active_files(passport_blank()), active_key=passport_blank().chip_key)
    chip.randomness = _fixed
    return chip


def kinds() -> tuple[Kind, ...]:
    """Every kind that can be read."""
    mynumber_trust, immigration = blank().ca.trust_store(), residence_blank().issuer.trust_store()
    country, jpki = passport_blank().issuer.trust_store(), jpki_blank().authority.trust_store()
    mrz = parse_td3(passport_blank().zone, today=TODAY)
    return (
        Kind(
            "mynumber",
            lambda: mynumber_card(blank().files()),
            lambda card: read_mynumber_card(
                card, pin_b="55021720352285", trust=mynumber_trust, today=TODAY, challenge=bytes(32)
            ),
            39,
        ),
        Kind(
            "licence",
            lambda: licence_card(licence_blank().files()),
            lambda card: read_licence(card, pin1="1234", pin2="5678", today=TODAY),
            29,
        ),
        Kind(
            "residence",
            _residence_card,
            lambda card: read_residence_card(
                card, card_number=NUMBER, trust=immigration, today=TODAY, randomness=_fixed
            ),
            22,
        ),
        Kind(
            "passport",
            _passport,
            lambda card: read_passport(card, mrz=mrz, trust=country, today=TODAY, randomness=_fixed),
            113,
        ),
        Kind(
            "jpki",
            lambda: jpki_card(jpki_blank().issue()),
            lambda card: sign_with_card(
                card, sign_password=PASSWORD, data=bytes(32), trust=jpki, at=NOON, tries_floor=2
            ),
            14,
        ),
    )


class _Recorder:
    """Notes commands and counts bytes."""

    def __init__(self, inner: Transport) -> None:
        self.inner, self.commands, self.size_bytes = inner, list[bytes](), 0

    def transmit(self, command: bytes) -> tuple[bytes, int]:
        data, sw = self.inner.transmit(command)
        self.commands.append(command)
        self.size_bytes += len(command) + len(data) + 2
        return data, sw


@dataclass(frozen=True, slots=True)
class Timed:
    """Readings of one card and their floor.

    Attributes:
        reading_ms: our reading, median.
        floor_ms: its bare commands, median.
        own_ms: what our reading takes beyond its commands, both undisturbed; see `_undisturbed`.
        overhead: reading over bare commands, both undisturbed.
    """

    reading_ms: float
    floor_ms: float
    own_ms: float
    overhead: float


@dataclass(frozen=True, slots=True)
class Measured:
    """One kind's figures.

    Attributes:
        apdus: commands of one reading.
        size_bytes: commands and responses together.
        radio, instant: with a card at radio speed, and without one.
    """

    apdus: int
    size_bytes: int
    radio: Timed
    instant: Timed


def measure(kind: Kind, port: int, rounds: int) -> Measured:
    """One kind, with and without a radio."""
    with _inserted(kind, port):
        recorded = _record(kind)
        commands = [list(command) for command in recorded.commands]
        instant = _timed(kind, commands, rounds)
    with _inserted(kind, port, FASTEST_BITS_PER_S):
        radio = _timed(kind, commands, max(2, rounds // RADIO_SHARE))
    return Measured(len(commands), recorded.size_bytes, radio, instant)


def _record(kind: Kind) -> _Recorder:
    with pcsc.open_card(READER, wait_s=WAIT_S) as card:
        recorded = _Recorder(card)
        kind.read(recorded)
    return recorded


def _timed(kind: Kind, commands: list[list[int]], rounds: int) -> Timed:
    """Alternate readings and bare commands on the card in the reader."""
    pairs = [(_reading_steps(kind), _floor_steps(commands)) for _ in range(rounds)]
    readings, floors = zip(*pairs, strict=True)
    reading, floor = _undisturbed(readings), _undisturbed(floors)
    return Timed(
        reading_ms=statistics.median(map(sum, readings)),
        floor_ms=statistics.median(map(sum, floors)),
        own_ms=reading - floor,
        overhead=reading / floor,
    )


@contextmanager
def _inserted(kind: Kind, port: int, bits_per_s: int | None = None) -> Iterator[None]:
    """A card in the reader, in a process of its own: in ours both would compete for the GIL."""
    forks = multiprocessing.get_context("fork")
    inserted, done = forks.Event(), forks.Event()
    process = forks.Process(target=_hold, args=(kind.card(), port, bits_per_s, inserted, done))
    process.start()
    try:
        assert inserted.wait(WAIT_S), "the card was not noticed"
        yield
    finally:
        done.set()
        process.join()


def _hold(card: VirtualCard, port: int, bits_per_s: int | None, inserted: Event, done: Event) -> None:
    with VpcdCard(card, port, bits_per_s=bits_per_s):
        inserted.set()
        done.wait()


def _undisturbed(runs: Sequence[Sequence[float]]) -> float:
    """Length of a run that nothing interrupts: the sum of every step's shortest time.

    A step ends with a response. Whatever else the machine does only ever lengthens a step, and steps are so
    short that some round has each of them undisturbed; whole runs are not, on a busy machine.
    """
    return sum(map(min, zip(*runs, strict=True)))


class _Stopwatch:
    """Notes when each response came."""

    def __init__(self, inner: Transport) -> None:
        self.inner, self.moments = inner, [time.perf_counter()]

    def transmit(self, command: bytes) -> tuple[bytes, int]:
        answer = self.inner.transmit(command)
        self.moments.append(time.perf_counter())
        return answer


def _steps(moments: Sequence[float]) -> list[float]:
    """Milliseconds between moments."""
    return [(after - before) * 1000 for before, after in pairwise(moments)]


def _reading_steps(kind: Kind) -> list[float]:
    """Our reading, what follows the last response included."""
    with pcsc.open_card(READER, wait_s=WAIT_S) as card:
        watched = _Stopwatch(card)
        kind.read(watched)
        return _steps([*watched.moments, time.perf_counter()])


def _floor_steps(commands: list[list[int]]) -> list[float]:
    """The same commands, sent by the least code that pyscard allows."""
    _, context = scard.SCardEstablishContext(scard.SCARD_SCOPE_SYSTEM)
    status, handle, protocol = scard.SCardConnect(
        context, READER, scard.SCARD_SHARE_EXCLUSIVE, scard.SCARD_PROTOCOL_T0 | scard.SCARD_PROTOCOL_T1
    )
    assert status == scard.SCARD_S_SUCCESS, scard.SCardGetErrorMessage(status)
    pci = scard.SCARD_PCI_T0 if protocol == scard.SCARD_PROTOCOL_T0 else scard.SCARD_PCI_T1
    moments = [time.perf_counter()]
    for command in commands:
        scard.SCardTransmit(handle, pci, command)
        moments.append(time.perf_counter())
    scard.SCardDisconnect(handle, scard.SCARD_UNPOWER_CARD)
    scard.SCardReleaseContext(context)
    return _steps(moments)


def metrics(kind: Kind, found: Measured) -> list[Metric]:
    """One kind's figures as metrics."""
    floor = f"the same {found.apdus} commands sent through pyscard"
    at_radio = f"{floor}: {found.radio.floor_ms:.1f} ms"
    instant = f"{floor} to a card without a radio: {found.instant.floor_ms:.2f} ms"
    return [
        Metric(
            f"cards.overhead_ratio_{kind.name}", found.radio.overhead, "ratio", f"<= {MAX_OVERHEAD}", at_radio
        ),
        Metric(f"cards.apdus_{kind.name}", found.apdus, "APDUs", f"<= {kind.max_apdus}"),
        Metric(f"cards.bytes_{kind.name}", found.size_bytes, "bytes"),
        Metric(f"cards.ms_{kind.name}", found.radio.reading_ms, "ms", None, at_radio),
        Metric(f"cards.own_ms_{kind.name}", found.instant.own_ms, "ms", None, instant),
        Metric(f"cards.overhead_ratio_instant_{kind.name}", found.instant.overhead, "ratio", None, instant),
    ]


def measured(rounds: int) -> list[Metric]:
    """Every kind, and the worst ratio first."""
    found: list[Metric] = []
    ratios: list[float] = []
    with VirtualPcscd() as pcscd:
        os.environ.update(pcscd.environment)
        every = kinds()
        for kind in watched(every, len(every), "cards: kinds of card"):
            one = measure(kind, pcscd.port, rounds)
            ratios.append(one.radio.overhead)
            found += metrics(kind, one)
    worst = Metric("cards.overhead_ratio", max(ratios), "ratio", f"<= {MAX_OVERHEAD}", "the worst kind")
    return [worst, *found]


def main() -> int:
    """Measure every kind."""
    parser = Arguments(__doc__)
    parser.add_size("--rounds", "readings per kind of a card without a radio", full=60, quick=18)
    given = parser.given()
    return publish("Cards over PC/SC", attempt("cards", lambda: measured(given.rounds)), as_json=given.json)


if __name__ == "__main__":
    sys.exit(main())
