"""How often licences, residence cards and passports are read right, wrong or not at all from three frames.

Part of `scripts.bench.ocr` (`--part documents`). Draws specimens from a seed at three levels, in layouts seen
and unseen, reads them as the engine does and compares every field on which the frames agreed with what was
printed. Four kinds more are drawn to be refused by name (_ocr_specimens.py).
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from scripts.bench._ocr_document_figures import figures
from scripts.bench._ocr_specimens import KINDS, TODAY, TRAILERS, VIEWS, Truth, View, draw, layout
from scripts.bench._report import Metric
from scripts.bench._workers import spread
from tests.sim.specimen import Level
from tests.sim.specimen.handling import photographs
from verifier.ocr.documents import chip_access, read_surface
from verifier.ocr.rapid import RapidTextReader
from verifier.ocr.spelling import Likeness, compare

LEVELS: Final[tuple[Level, ...]] = ("easy", "medium", "hard")
FRAMES = 3
SEPARATORS: Final = str.maketrans("", "", " \u3000・、,;/\n")
"""A reader may set its own between a licence's conditions."""


@dataclass(frozen=True, slots=True)
class Job:
    """Which specimen."""

    kind: str
    view: View
    level: Level
    seed: int
    index: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one specimen.

    Attributes:
        job: which.
        layout: its name.
        right, wrong, withheld: names of fields.
        access: "right", "wrong", "withheld" for what opens the chip, "none" where the print opens none.
        codes: reason codes of the checks that did not pass.
        fields: how many fields were given at all.
    """

    job: Job
    layout: str
    right: list[str]
    wrong: list[str]
    withheld: list[str]
    access: str
    codes: list[str]
    fields: int


_reader: list[RapidTextReader] = []


def _start() -> None:
    _reader.append(RapidTextReader(threads=1))


def run(job: Job) -> Outcome:
    """Draw, photograph and read one specimen in a worker process."""
    kind = KINDS[job.kind]
    places = [list(KINDS).index(job.kind), VIEWS.index(job.view), LEVELS.index(job.level)]
    rng = np.random.default_rng([job.seed, *places, job.index])
    flat, printed = draw(job.kind, job.view, job.index, rng)
    frames = photographs(flat, job.level, rng, count=FRAMES)
    reading = read_surface(kind.offered_as, frames, reader=_reader[0], today=TODAY)
    read = {name: field.value for name, field in reading.fields.items()}
    verdicts = judged(kind.truth(printed), read)
    return Outcome(
        job=job,
        layout=layout(job.kind, job.view, job.index).name,
        **{verdict: [name for name, each in verdicts.items() if each == verdict] for verdict in VERDICTS},
        access=_access(chip_access(reading), kind.access(printed)),
        codes=[check.code for check in reading.checks[:-1] if check.code],
        fields=len(read),
    )


VERDICTS: Final = ("right", "wrong", "withheld")


def judged(truth: Truth, read: Mapping[str, str]) -> dict[str, str]:
    """Right, wrong or withheld, by field; a field that is not printed is right where nothing is read."""
    return {
        name: ("withheld" if printed else "right")
        if name not in read
        else ("right" if printed and is_same(name, printed, read[name]) else "wrong")
        for name, printed in truth.items()
    }


def is_same(field: str, printed: str, read: str) -> bool:
    """Names and addresses as they are compared with the chip's: other forms of one kanji are the same."""
    if field in {"name", "address"}:
        return compare(printed, read).likeness in {Likeness.SAME, Likeness.VARIANT}
    if field == "classes":
        return _classes(printed) == _classes(read)
    return _bare(printed) == _bare(read)


def _bare(text: str) -> str:
    return unicodedata.normalize("NFKC", text).translate(SEPARATORS)


def _classes(text: str) -> set[str]:
    return {word for each in text.split("・") for word in TRAILERS.get(each, (each,))}


def _access(read: str | None, printed: str | None) -> str:
    if read is None:
        return "none" if printed is None else "withheld"
    return "right" if read == printed else "wrong"


def measure(cards: int, seed: int, *, results: Path | None = None, processes: int = 1) -> list[Metric]:
    """Read `cards` specimens of each kind, view and level; known ones are taken from the results file."""
    jobs = [
        Job(kind, view, level, seed, index)
        for index in range(cards)
        for kind in KINDS
        for view in VIEWS
        for level in LEVELS
    ]
    known = {outcome.job: outcome for outcome in _known(results)}
    left = [job for job in jobs if job not in known]
    for outcome in spread(run, left, processes=processes, what="ocr: other documents", prepare=_start):
        known[outcome.job] = outcome
        if results:
            with results.open("a") as file:
                file.write(json.dumps(asdict(outcome)) + "\n")
    return figures([known[job] for job in jobs])


def _known(results: Path | None) -> Iterator[Outcome]:
    """Outcomes of specimens that are still drawn in the same layout."""
    if results is None or not results.exists():
        return
    for line in results.read_text().splitlines():
        entry: dict[str, Any] = json.loads(line)
        job = Job(**entry["job"])
        if layout(job.kind, job.view, job.index).name == entry["layout"]:
            yield Outcome(**{**entry, "job": job})
