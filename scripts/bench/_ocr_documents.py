"""How often licences, residence cards and passports are read right, wrong or not at all from three frames.

Part of `scripts.bench.ocr` (`--part documents`). Draws specimens from a seed at three levels, reads them as
the engine does and compares every field on which the frames agreed with what was printed. Two kinds more are
drawn to be refused: newer residence cards, and My Number cards offered as licences.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

import numpy as np

from scripts.bench._report import Metric
from scripts.bench._workers import spread
from tests.sim.specimen import Level, capture_frames, drawn_portrait, random_person, render_mynumber
from tests.sim.specimen.licence import random_licence, render_licence
from tests.sim.specimen.passport import random_passport, render_passport
from tests.sim.specimen.residence import random_residence_card, render_residence_card
from verifier.ocr.documents import LICENCE, PASSPORT, RESIDENCE, Document, chip_access, read_surface
from verifier.ocr.rapid import RapidTextReader
from verifier.ocr.spelling import compare
from verifier.types import Image

LEVELS: Final[tuple[Level, ...]] = ("easy", "medium", "hard")
FRAMES = 3
TODAY = date(2026, 11, 22)
"""The specimens' today, fixed so that one seed gives one card on any day."""

Truth = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Job:
    """Which specimen, offered as which document."""

    kind: str
    level: Level
    seed: int
    index: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one specimen.

    Attributes:
        job: which.
        right, wrong, withheld: names of fields.
        access: "right", "wrong", "withheld" for what opens the chip, "none" where the print opens none.
        codes: reason codes of the checks that did not pass.
        likeness: of name and address, where the frames agreed on them.
    """

    job: Job
    right: list[str]
    wrong: list[str]
    withheld: list[str]
    access: str
    codes: list[str]
    likeness: dict[str, str]


def _licence(rng: np.random.Generator) -> tuple[Image, Truth, str | None]:
    licence = random_licence(rng, today=TODAY)
    truth = {
        "name": licence.person.name,
        "birth_date": licence.person.birth_date.isoformat(),
        "address": licence.person.address,
        "issued_on": licence.issued_on.isoformat(),
        "expires_on": licence.expires_on.isoformat(),
        "number": licence.number,
    }
    return render_licence(licence, drawn_portrait(), rng=rng), truth, None


def _residence(rng: np.random.Generator, *, newer: bool = False) -> tuple[Image, Truth, str | None]:
    card = random_residence_card(rng, today=TODAY)
    truth = {
        "name": card.name,
        "birth_date": card.birth_date.isoformat(),
        "sex": card.sex,
        "nationality": card.nationality,
        "address": card.address,
        "status": card.status,
        "expires_on": card.expires_on.isoformat(),
        "number": card.number,
    }
    form = "newer" if newer else "2012"
    return render_residence_card(card, drawn_portrait(), rng=rng, form=form), truth, card.number


def _passport(rng: np.random.Generator) -> tuple[Image, Truth, str | None]:
    passport = random_passport(rng, today=TODAY)
    second = passport.lines[1]
    truth = {
        "name": f"{passport.surname} {passport.given_names}",
        "birth_date": passport.birth_date.isoformat(),
        "expires_on": passport.expires_on.isoformat(),
        "sex": passport.sex,
        "number": passport.number,
    }
    access = second[:10] + second[13:20] + second[21:28]
    return render_passport(passport, drawn_portrait(), rng=rng), truth, access


def _other(rng: np.random.Generator) -> tuple[Image, Truth, str | None]:
    return render_mynumber(random_person(rng, today=TODAY), drawn_portrait(), rng=rng), {}, None


Draw = Callable[[np.random.Generator], tuple[Image, Truth, str | None]]
KINDS: Final[Mapping[str, tuple[Document, Draw]]] = {
    "licence": (LICENCE, _licence),
    "residence": (RESIDENCE, _residence),
    "passport": (PASSPORT, _passport),
    "newer": (RESIDENCE, lambda rng: _residence(rng, newer=True)),
    "other": (LICENCE, _other),
}
REFUSED: Final = {"newer": "ocr.residence_card_newer", "other": "ocr.other_document"}

_reader: list[RapidTextReader] = []


def _start() -> None:
    _reader.append(RapidTextReader(threads=1))


def run(job: Job) -> Outcome:
    """Draw, photograph and read one specimen in a worker process."""
    document, draw = KINDS[job.kind]
    rng = np.random.default_rng([job.seed, list(KINDS).index(job.kind), LEVELS.index(job.level), job.index])
    flat, truth, access = draw(rng)
    frames = capture_frames(flat, job.level, rng, count=FRAMES)
    reading = read_surface(document, frames, reader=_reader[0], today=TODAY)
    read = {name: field.value for name, field in reading.fields.items()}
    bare = {name: text.replace("\u3000", "") for name, text in truth.items()}
    if job.kind == "residence":
        bare["address"] = bare["address"].replace(" ", "")
    opens = chip_access(reading)
    return Outcome(
        job=job,
        right=[name for name in bare if read.get(name) == bare[name]],
        wrong=[name for name in bare if name in read and read[name] != bare[name]],
        withheld=[name for name in bare if name not in read],
        access=_access(opens, access),
        codes=[check.code for check in reading.checks[:-1] if check.code],
        likeness={
            name: compare(bare[name], read[name]).likeness.value
            for name in ("name", "address")
            if name in bare and name in read
        },
    )


def _access(read: str | None, printed: str | None) -> str:
    if read is None:
        return "none" if printed is None else "withheld"
    return "right" if read == printed else "wrong"


def measure(cards: int, seed: int, *, results: Path | None = None, processes: int = 1) -> list[Metric]:
    """Read `cards` specimens of each kind and level; known ones are taken from the results file."""
    jobs = [Job(kind, level, seed, index) for index in range(cards) for kind in KINDS for level in LEVELS]
    known = {outcome.job: outcome for outcome in _known(results)}
    left = [job for job in jobs if job not in known]
    for outcome in spread(run, left, processes=processes, what="ocr: other documents", prepare=_start):
        known[outcome.job] = outcome
        if results:
            with results.open("a") as file:
                file.write(json.dumps(asdict(outcome)) + "\n")
    return figures([known[job] for job in jobs])


def figures(outcomes: Sequence[Outcome]) -> list[Metric]:
    """What the outcomes amount to."""
    return [metric for kind in KINDS for level in LEVELS for metric in _of(kind, level, outcomes)]


def _of(kind: str, level: Level, outcomes: Sequence[Outcome]) -> Iterator[Metric]:
    here = [one for one in outcomes if (one.job.kind, one.job.level) == (kind, level)]
    if not here:
        return
    basis = f"{len(here)} specimens of three frames, seed {here[0].job.seed}"
    if kind in REFUSED:
        refused = sum(REFUSED[kind] in one.codes for one in here) / len(here)
        yield Metric(f"ocr.{kind}_refused_by_name_{level}", refused, "share", None, basis)
        yield Metric(f"ocr.{kind}_read_{level}", sum(bool(one.right) for one in here), "cards", "== 0")
        return
    for field in {name: None for one in here for name in (*one.right, *one.wrong, *one.withheld)}:
        right = sum(field in one.right for one in here) / len(here)
        yield Metric(f"ocr.{kind}_{field}_right_{level}", right, "share", None, basis)
        yield Metric(f"ocr.{kind}_{field}_wrong_{level}", sum(field in one.wrong for one in here), "cards")
    for outcome, target in (("right", None), ("wrong", "== 0")):
        if kind != "licence":
            count = sum(one.access == outcome for one in here) / len(here)
            yield Metric(f"ocr.{kind}_chip_access_{outcome}_{level}", count, "share", target, basis)
    misnamed = sum(set(REFUSED.values()) & set(one.codes) != set() for one in here)
    yield Metric(f"ocr.{kind}_refused_as_another_{level}", misnamed, "cards")
    for name in ("name", "address"):
        different = sum(one.likeness.get(name) == "different" for one in here)
        yield Metric(f"ocr.{kind}_{name}_different_{level}", different, "cards")


def _known(results: Path | None) -> Iterator[Outcome]:
    if results is None or not results.exists():
        return
    for line in results.read_text().splitlines():
        entry: dict[str, Any] = json.loads(line)
        yield Outcome(**{**entry, "job": Job(**entry["job"])})
