"""Draws, photographs and reads one My Number card of the OCR benchmark; the outcome as a plain record."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from time import process_time
from typing import Any, Final

import numpy as np

from scripts.bench._ocr_documents import is_same
from tests.sim.specimen import (
    Level,
    SpecimenPerson,
    capture_burst,
    drawn_portrait,
    random_holder,
    seen,
    unseen,
)
from tests.sim.specimen.handling import photographs
from tests.sim.specimen.layout import Layout
from tests.sim.specimen.wear import worn
from verifier.ocr.rapid import RapidTextReader
from verifier.ocr.surface import read_mynumber_surface
from verifier.types import Image, SurfaceReading

LEVELS: Final[tuple[Level, ...]] = ("easy", "medium", "hard")
SETS: Final = (
    "seen_easy",
    "seen_medium",
    "seen_hard",
    "unseen_easy",
    "unseen_medium",
    "unseen_hard",
    "extreme",
    "correlated",
    "unseen_traps",
)
"""Kinds of specimens; the place in this tuple is part of the seed."""
LEVEL: Final[Mapping[str, Level]] = {
    **{f"{view}_{level}": level for view in ("seen", "unseen") for level in LEVELS},
    "extreme": "extreme",
    "correlated": "hard",
    "unseen_traps": "easy",
}
FRAMES = 3
TODAY = date(2026, 11, 22)
"""The specimens' today, fixed so that one seed gives one card on any day."""
FIELDS = ("name", "address", "birth_date", "sex", "expires_on", "security_code")


@dataclass(frozen=True, slots=True)
class Job:
    """Which card."""

    set_name: str
    seed: int
    index: int

    @property
    def layout(self) -> Layout[SpecimenPerson]:
        """Each of the set's in turn."""
        layouts = _layouts(self.set_name)
        return layouts[self.index % len(layouts)]


def _layouts(set_name: str) -> Sequence[Layout[SpecimenPerson]]:
    """Sets that are neither seen nor unseen show the published layout."""
    if set_name == "unseen_traps":
        return unseen.MYNUMBER_TRAPS
    view = set_name.partition("_")[0]
    return {"seen": seen.MYNUMBER, "unseen": unseen.MYNUMBER}.get(view, seen.MYNUMBER[:1])


@dataclass(frozen=True, slots=True)
class Record:
    """What came of one card.

    Attributes:
        set_name: one of `SETS`.
        layout: its name.
        seed: of the run.
        index: of the card.
        outcome: "right", "wrong" or "withheld": of 照合番号B.
        codes: why it was withheld.
        exact: fields on which the frames agreed and which are as printed (`_ocr_documents.is_same`).
        wrong: fields on which they agreed and which are not.
        frames_used: frames that took part in the vote.
        cpu_s: CPU time of reading.
    """

    set_name: str
    layout: str
    seed: int
    index: int
    outcome: str
    codes: list[str]
    exact: list[str]
    wrong: list[str]
    frames_used: int
    cpu_s: float

    @property
    def key(self) -> tuple[str, str, int, int]:
        """Identifies the card: with its layout, so that a file from before a layout changed is not used."""
        return self.set_name, self.layout, self.seed, self.index

    def as_json(self) -> dict[str, Any]:
        """One line of a results file."""
        return asdict(self)


def key(job: Job) -> tuple[str, str, int, int]:
    """The key of a job's record."""
    return job.set_name, job.layout.name, job.seed, job.index


def draw(job: Job) -> tuple[SpecimenPerson, tuple[Image, ...]]:
    """One card's holder and its photographs."""
    rng = np.random.default_rng([job.seed, SETS.index(job.set_name), job.index])
    person = random_holder(rng, today=TODAY)
    card = job.layout.draw(person, drawn_portrait(), rng=rng)
    level = LEVEL[job.set_name]
    if job.set_name == "correlated":
        return person, capture_burst(worn(card, level, rng), level, rng, count=FRAMES)
    return person, photographs(card, level, rng, count=FRAMES)


def read(frames: Sequence[Image], reader: RapidTextReader) -> SurfaceReading:
    """Read as the engine does, without a typed birth date: the harder case."""
    return read_mynumber_surface(frames, reader=reader, today=TODAY)


_reader: list[RapidTextReader] = []


def start_worker() -> None:
    """Load the models once per process, single-threaded: the processes are the parallelism."""
    _reader.append(RapidTextReader(threads=1))


def run(job: Job) -> Record:
    """Read one card in a worker process."""
    person, frames = draw(job)
    started = process_time()
    reading = read(frames, _reader[0])
    return judged(job, person, reading, cpu_s=process_time() - started)


def judged(job: Job, person: SpecimenPerson, reading: SurfaceReading, *, cpu_s: float) -> Record:
    """Compare a reading with what was printed."""
    truth = {
        "name": person.name.replace("\u3000", ""),
        "address": person.address.replace("\u3000", ""),
        "birth_date": person.birth_date.isoformat(),
        "sex": person.sex,
        "expires_on": person.expires_on.isoformat(),
        "security_code": person.security_code,
    }
    agreed = {name: field.value for name, field in reading.fields.items()}
    outcome = "withheld" if reading.pin_b is None else "right" if reading.pin_b == person.pin_b else "wrong"
    return Record(
        **asdict(job),
        layout=job.layout.name,
        outcome=outcome,
        codes=[check.code for check in reading.checks[:-1] if check.code],
        exact=[name for name in FIELDS if name in agreed and is_same(name, truth[name], agreed[name])],
        wrong=[name for name in FIELDS if name in agreed and not is_same(name, truth[name], agreed[name])],
        frames_used=reading.frames_used,
        cpu_s=round(cpu_s, 3),
    )
