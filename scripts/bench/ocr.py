"""How often 照合番号B is read right, wrong or not at all from three frames, and how long that takes.

Draws My Number card specimens from a seed, photographs each three times and reads them as the engine does.
Sets: easy, medium, hard, extreme (meant to be withheld), correlated (three frames of one unsteady video at
level hard: shared light spots, motion and focus) and heldout (other type faces, layout, paper, desk and
camera; needs the Debian packages fonts-ipaexfont and fonts-morisawa-bizud-gothic, -mincho). One card takes
about two seconds of CPU. With --results a run that was stopped goes on where it was; a fresh --seed makes
fresh cards. Timing compares with bare RapidOCR on the same frames in the same process; it wants an idle
machine.

Examples: python -m scripts.bench.ocr --level hard --cards 50
          python -m scripts.bench.ocr --seed 20261122 --results /tmp/ocr.jsonl --timing-cards 0
          python -m scripts.bench.ocr --cards 0 --json       (timing alone)
          python -m scripts.bench.ocr --part documents --cards 50 --seed 20261122
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import secrets
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from scripts.bench._ocr_cards import SETS, Job, Record, run, start_worker
from scripts.bench._ocr_documents import measure as measure_documents
from scripts.bench._ocr_figures import accuracy, speed
from scripts.bench._ocr_timing import measure
from scripts.bench._report import arguments, publish
from tests.sim.specimen.fonts import FontMissingError, japanese_font
from tests.sim.specimen.held_out import FACES as HELD_OUT_FACES

CARDS = 200
TIMING_CARDS = 9
PROCESSES = 2
REPORT_EVERY = 20


def main() -> int:
    """Measure."""
    given = _arguments()
    seed = secrets.randbelow(2**31) if given.seed is None else given.seed
    if given.part == "documents":
        found = measure_documents(given.cards, seed, results=given.results, processes=given.processes)
        return publish(f"OCR of other documents, seed {seed}", found, as_json=given.json)
    # All sets in turn, so that a run that is stopped says something of each.
    jobs = [Job(name, seed, index) for index in range(given.cards) for name in given.level or _drawable()]
    records = _read(jobs, given.results, given.processes)
    metrics = accuracy(records)
    if given.timing_cards:
        _say(f"timing {given.timing_cards} cards")
        metrics += speed(measure(given.timing_cards, seed))
    return publish(f"OCR of My Number cards, seed {seed}", metrics, as_json=given.json)


def _drawable() -> tuple[str, ...]:
    """All sets that this machine has the type faces for; says which it has not."""
    try:
        for face in HELD_OUT_FACES:
            japanese_font(face, 20)
    except FontMissingError as error:
        _say(f"the set heldout is left out: {error}")
        return tuple(name for name in SETS if name != "heldout")
    return SETS


def _arguments() -> argparse.Namespace:
    parser = arguments(__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument(
        "--cards", type=int, default=CARDS, help=f"cards per set (default {CARDS}); 0: timing alone"
    )
    parser.add_argument(
        "--part",
        choices=("mynumber", "documents"),
        default="mynumber",
        help="documents: licences, residence cards, passports at three levels instead (default mynumber)",
    )
    parser.add_argument("--level", action="append", choices=SETS, help="only this set; may be repeated")
    parser.add_argument("--seed", type=int, help="which cards (default: fresh ones, the seed is reported)")
    parser.add_argument("--results", type=Path, help="file of one JSON line per card, continued if it exists")
    parser.add_argument("--processes", type=int, default=PROCESSES, help=f"default {PROCESSES}")
    parser.add_argument(
        "--timing-cards", type=int, default=TIMING_CARDS, help=f"default {TIMING_CARDS}; 0: none"
    )
    return parser.parse_args()


def _read(jobs: Sequence[Job], results: Path | None, processes: int) -> list[Record]:
    """Records of all jobs, the known ones from the results file."""
    wanted = {(job.set_name, job.seed, job.index) for job in jobs}
    known = [record for record in _known(results) if record.key in wanted]
    done = {record.key for record in known}
    left = [job for job in jobs if (job.set_name, job.seed, job.index) not in done]
    fresh = []
    for count, record in enumerate(_in_processes(left, processes), start=1):
        fresh.append(record)
        if results:
            with results.open("a") as file:
                file.write(json.dumps(record.as_json()) + "\n")
        if count % REPORT_EVERY == 0:
            _say(f"{record.set_name}: {count} of {len(left)} cards")
    return known + fresh


def _known(results: Path | None) -> list[Record]:
    if results is None or not results.exists():
        return []
    records = (Record(**json.loads(line)) for line in results.read_text().splitlines())
    return list({record.key: record for record in records}.values())


def _in_processes(jobs: Sequence[Job], processes: int) -> Iterator[Record]:
    if not jobs:
        return
    # Spawned, not forked: the text reader's threads do not survive a fork.
    with multiprocessing.get_context("spawn").Pool(processes, start_worker) as pool:
        yield from pool.imap_unordered(run, jobs)


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
