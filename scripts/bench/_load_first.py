"""First verifications at once, on one node with one card reader and two engines: scripted or real ones."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from scripts.bench._load_attempt import Attempt
from scripts.bench._load_nodes import spent, usage_of
from scripts.bench._load_rows import Row
from scripts.bench._load_verify import Evidence, Visit, prepare, run_all
from tests.integration.issuer import Issuer, RunningIssuer
from tests.sim.card import VpcdCard
from tests.sim.scripted_node import Notes
from verifier.image import encode_jpeg

ENGINES = 2
SELECT, SELECT_BY_NAME, VERIFY = 0xA4, 0x04, 0x20
"""ISO/IEC 7816-4. VERIFY with data carries a code; without it asks how many tries are left."""

HEADER_BYTES = 5
"""Of a command, with the length of what follows."""

CLIP_FRAMES, CLIP_EVERY_MS = 60, 100
PHOTOGRAPHS = 4


@dataclass(frozen=True)
class Engines:
    """Which engines judge.

    Attributes:
        judge_s: how long a scripted judgement takes; None: the real engine.
        read_s: how long a scripted reading of the card's front takes.
    """

    judge_s: float | None = None
    read_s: float = 2.0

    @property
    def name(self) -> str:
        """For the table."""
        return "first, real engine" if self.judge_s is None else f"first, scripted {self.judge_s:g} s"

    def command(self, notes: Notes) -> tuple[str, ...]:
        """What serves the node; nothing for `rireki serve`."""
        if self.judge_s is None:
            return ()
        told = ("--judge-s", str(self.judge_s), "--read-s", str(self.read_s), "--notes", str(notes.file))
        return (sys.executable, "-m", "tests.sim.scripted_node", *told)


def measure_first(database: str, folder: Path, engines: Engines, at_once: int, **settings: Any) -> Row:
    """One round of first verifications.

    Args:
        database: for the table.
        folder: for the node, empty.
        engines: who judges.
        at_once: how many customers.
        settings: further ones of the node, such as `database_url`.
    """
    notes = Notes(folder / "notes")
    command = engines.command(notes)
    with RunningIssuer(folder, command=command, engine_workers=ENGINES, **settings) as issuer:
        with _evidence(issuer, real=not command) as (evidence, codes_sent):
            key = issuer.staff.headers["Authorization"]
            visits = [prepare(issuer.node.url, key, evidence) for _ in range(at_once)]
            before = usage_of(issuer.node.pid)
            attempts, seconds = run_all(visits)
            after = usage_of(issuer.node.pid)
        judged = _judged(notes) if command else codes_sent()
        return Row(
            database,
            engines.name,
            at_once,
            attempts,
            seconds,
            lost=_lost(visits, attempts, judged),
            doubled=judged.total() - len(judged) if command else max(0, judged.total() - at_once),
            cpu_s=spent([before], [after]),
            memory_mb=[after.peak_mb],
        )


def _lost(visits: Sequence[Visit], attempts: Sequence[Attempt], judged: Counter[str]) -> int:
    """Verified as the customer was told, and nobody judged it."""
    told = sum(one.served for one in attempts)
    known = judged.total() if "card" in judged else sum(judged[one.case_id] > 0 for one in visits)
    return max(0, told - known)


def _judged(notes: Notes) -> Counter[str]:
    return Counter(line.split()[1] for line in notes.lines() if line.startswith("judged "))


@contextmanager
def _evidence(issuer: Issuer, *, real: bool) -> Iterator[tuple[Evidence, Any]]:
    """What customers bring, and how to count the codes that reached the card in the reader."""
    with ExitStack() as stack:
        if not real:
            yield noise(), Counter
            return
        holder = issuer.customer(seed=1)
        card = holder.card()
        stack.enter_context(VpcdCard(card, issuer.pcscd.port))
        yield Evidence(holder.surface, holder.clip), lambda: Counter({"card": _sessions(card.log)})


def _sessions(log: Sequence[bytes]) -> int:
    """How often the card was given its holder's code: a judgement gives it once to each application."""
    application, given = b"", Counter[bytes]()
    for raw in log:
        instruction, by_name, has_data = raw[1], raw[2] == SELECT_BY_NAME, len(raw) > HEADER_BYTES
        if instruction == SELECT and by_name:
            application = raw
        if instruction == VERIFY and has_data:
            given[application] += 1
    return max(given.values(), default=0)


def noise() -> Evidence:
    """Pictures of nothing, as large as a camera's."""
    draw = np.random.default_rng(1)

    def picture(height: int, width: int) -> bytes:
        coarse = draw.integers(0, 255, (height // 8, width // 8, 3), np.uint8)
        return encode_jpeg(np.kron(coarse, np.ones((8, 8, 1), np.uint8)))

    photographs = tuple(picture(960, 1280) for _ in range(PHOTOGRAPHS))
    frames = tuple(picture(480, 640) for _ in range(CLIP_FRAMES))
    times = tuple(range(0, CLIP_FRAMES * CLIP_EVERY_MS, CLIP_EVERY_MS))
    return Evidence(photographs, lambda _challenge: (frames, times))
