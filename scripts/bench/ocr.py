"""How often documents are read right, wrong or not at all from three frames, and how long that takes.

Draws specimens from a seed, wears them, photographs each three times and reads them as the engine does.
Layouts are kept apart: rules were thought out on *seen* ones, *unseen* ones only this benchmark draws
(tests/sim/specimen/SOURCES.md). Some type faces are fetched.

mynumber   照合番号B of My Number cards in nine sets: seen and unseen layouts at levels easy, medium and
           hard, extreme (meant to be withheld), correlated (three frames of one unsteady video at level
           hard: shared light spots, motion and focus), and traps (fours of digits that are no code)
documents  licences, residence cards and passports, seen and unseen, at three levels; and what resembles
           them and is to be refused by name: newer residence cards, 特別永住者証明書, 運転経歴証明書
speed      against bare RapidOCR on the same frames in the same process; it wants an idle machine

One card takes about two seconds of CPU time. With --results a run that was stopped goes on where it was. A
fresh --seed makes fresh cards; the seed is reported.

Examples: python -m scripts.bench.ocr --quick
          python -m scripts.bench.ocr --part mynumber --level unseen_hard --cards 50
          python -m scripts.bench.ocr --part mynumber --seed 20261122 --results ocr.jsonl
          python -m scripts.bench.ocr --part documents --seed 20261122 --results documents.jsonl
          python -m scripts.bench.ocr --part speed --json
"""

from __future__ import annotations

import json
import secrets
import sys
from argparse import Namespace
from collections.abc import Callable, Sequence
from pathlib import Path

from scripts.bench._ocr_cards import SETS, Job, Record, key, run, start_worker
from scripts.bench._ocr_documents import measure as measure_documents
from scripts.bench._ocr_figures import accuracy, speed
from scripts.bench._ocr_timing import measure as measure_speed
from scripts.bench._progress import say
from scripts.bench._report import Arguments, Found, Metric, NotPerformed, attempt, publish
from scripts.bench._workers import PROCESSES, spread
from scripts.fetch_fonts import fetch_fonts
from verifier.errors import Unavailable

PARTS = ("mynumber", "documents", "speed")


def main() -> int:
    """Measure."""
    given = _arguments()
    seed = secrets.randbelow(2**31) if given.seed is None else given.seed
    return publish(f"OCR, seed {seed}", _measured(given, seed), as_json=given.json)


def _measured(given: Namespace, seed: int) -> Found:
    try:
        fetch_fonts(say=lambda _: None)
    except Unavailable as error:
        return [NotPerformed("ocr", f"{error} {error.hint}")]
    parts: dict[str, Callable[[], Sequence[Metric]]] = {
        "mynumber": lambda: _mynumber(given, seed),
        "documents": lambda: _documents(given, seed),
        "speed": lambda: speed(measure_speed(given.timing_cards, seed)),
    }
    return [one for name in parts if name in given.part for one in attempt(f"ocr {name}", parts[name])]


def _arguments() -> Namespace:
    parser = Arguments(__doc__)
    parser.add_argument("--part", choices=PARTS, action="append", help="only this part; may be repeated")
    parser.add_size("--cards", "My Number cards of each set", full=200, quick=2)
    parser.add_size("--documents", "other documents of each kind, view and level", full=100, quick=1)
    parser.add_size("--timing-cards", "cards that are timed", full=9, quick=2)
    parser.add_argument("--level", action="append", choices=SETS, help="only this set; may be repeated")
    parser.add_argument("--seed", type=int, help="which specimens (default: fresh ones)")
    parser.add_argument(
        "--results", type=Path, help="one JSON line per specimen of one part, continued if it exists"
    )
    parser.add_argument("--processes", type=int, default=PROCESSES, help=f"default {PROCESSES}")
    given = parser.given()
    given.part = given.part or PARTS
    if given.results and len(given.part) > 1:
        parser.error("--results keeps one part: name it with --part")
    return given


def _mynumber(given: Namespace, seed: int) -> list[Metric]:
    # All sets in turn, so that a run that is stopped says something of each.
    sets = given.level or SETS
    jobs = [Job(name, seed, index) for index in range(given.cards) for name in sets]
    return accuracy(_read(jobs, given.results, given.processes))


def _documents(given: Namespace, seed: int) -> list[Metric]:
    return measure_documents(given.documents, seed, results=given.results, processes=given.processes)


def _read(jobs: Sequence[Job], results: Path | None, processes: int) -> list[Record]:
    """Records of all jobs, the known ones from the results file."""
    wanted = {key(job) for job in jobs}
    known = [record for record in _known(results) if record.key in wanted]
    done = {record.key for record in known}
    left = [job for job in jobs if key(job) not in done]
    fresh = []
    for record in spread(run, left, processes=processes, what="ocr: My Number cards", prepare=start_worker):
        fresh.append(record)
        if results:
            with results.open("a") as file:
                file.write(json.dumps(record.as_json()) + "\n")
    return known + fresh


def _known(results: Path | None) -> list[Record]:
    if results is None or not results.exists():
        return []
    lines = map(json.loads, results.read_text().splitlines())
    records = [Record(**line) for line in lines if "layout" in line]
    say(f"ocr: {len(records)} cards known from {results}")
    return list({record.key: record for record in records}.values())


if __name__ == "__main__":
    sys.exit(main())
