"""How often documents are read right, wrong or not at all from three frames, and how long that takes.

Draws specimens from a seed, photographs each three times and reads them as the engine does.

mynumber   照合番号B of My Number cards in six sets: easy, medium, hard, extreme (meant to be withheld),
           correlated (three frames of one unsteady video at level hard: shared light spots, motion and
           focus) and heldout (other type faces, which are fetched, layout, paper, desk and camera)
documents  licences, residence cards and passports at three levels
speed      against bare RapidOCR on the same frames in the same process; it wants an idle machine

One card takes about two seconds of CPU time. With --results a run that was stopped goes on where it was. A
fresh --seed makes fresh cards; the seed is reported.

Examples: python -m scripts.bench.ocr --quick
          python -m scripts.bench.ocr --part mynumber --level hard --cards 50
          python -m scripts.bench.ocr --part mynumber --seed 20261122 --results ocr.jsonl
          python -m scripts.bench.ocr --part speed --json
"""

from __future__ import annotations

import json
import secrets
import sys
from argparse import Namespace
from collections.abc import Sequence
from pathlib import Path

from scripts.bench._ocr_cards import SETS, Job, Record, run, start_worker
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
    found: Found = []
    if "mynumber" in given.part:
        found += _mynumber(given, seed)
    if "documents" in given.part:
        found += attempt("ocr documents", lambda: _documents(given, seed))
    if "speed" in given.part:
        found += attempt("ocr speed", lambda: speed(measure_speed(given.timing_cards, seed)))
    return publish(f"OCR, seed {seed}", found, as_json=given.json)


def _arguments() -> Namespace:
    parser = Arguments(__doc__)
    parser.add_argument("--part", choices=PARTS, action="append", help="only this part; may be repeated")
    parser.add_size("--cards", "My Number cards of each set", full=200, quick=4)
    parser.add_size("--documents", "other documents of each kind and level", full=50, quick=1)
    parser.add_size("--timing-cards", "cards that are timed", full=9, quick=3)
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


def _mynumber(given: Namespace, seed: int) -> Found:
    missing: Found = []
    sets = given.level or SETS
    if "heldout" in sets:
        try:
            fetch_fonts(say=lambda _: None)
        except Unavailable as error:
            missing.append(NotPerformed("ocr heldout", f"{error} {error.hint}"))
            sets = tuple(name for name in sets if name != "heldout")
    # All sets in turn, so that a run that is stopped says something of each.
    jobs = [Job(name, seed, index) for index in range(given.cards) for name in sets]
    return [*accuracy(_read(jobs, given.results, given.processes)), *missing]


def _documents(given: Namespace, seed: int) -> list[Metric]:
    return measure_documents(given.documents, seed, results=given.results, processes=given.processes)


def _read(jobs: Sequence[Job], results: Path | None, processes: int) -> list[Record]:
    """Records of all jobs, the known ones from the results file."""
    wanted = {(job.set_name, job.seed, job.index) for job in jobs}
    known = [record for record in _known(results) if record.key in wanted]
    done = {record.key for record in known}
    left = [job for job in jobs if (job.set_name, job.seed, job.index) not in done]
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
    records = [Record(**json.loads(line)) for line in results.read_text().splitlines()]
    say(f"ocr: {len(records)} cards known from {results}")
    return list({record.key: record for record in records}.values())


if __name__ == "__main__":
    sys.exit(main())
