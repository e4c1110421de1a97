"""Measure the face engine: how well it separates people, what attacks it stops, and what a clip costs.

Three parts, one report:
- match: registry photographs and chip portraits made from them (equal error rate, false non-matches at one
  false match in a thousand);
- liveness: synthetic genuine clips and attacks of people and seeds that no limit was chosen on (APCER by
  kind, BPCER). Accepted means PASS; what goes to a reviewer or is asked again is not;
- cost: processor time of a six-second clip against its networks alone in the same run.

Everything is synthetic or photographs of few people, no certified test: ISO/IEC 30107-3 names the test that
would speak for real attacks. What the figures do not show stands in docs/measured/face.md.

The photographs are fetched. A liveness scene takes about a minute of processor time; `--results FILE` keeps
what was judged, so that a run can be stopped and continued.

Examples: python -m scripts.bench.face --quick
          python -m scripts.bench.face --part liveness --scenes 20 --results liveness.jsonl
          python -m scripts.bench.face --part cost --json
"""

from __future__ import annotations

import sys
from argparse import Namespace
from pathlib import Path
from typing import Final

from scripts.bench import _face_liveness, _face_match, _face_timing
from scripts.bench._face_scenes import Half
from scripts.bench._report import Arguments, Found, Metric, attempt, publish
from scripts.bench._workers import PROCESSES
from scripts.fetch_models import fetch_models
from verifier.face.models import load_face_models

PARTS: Final = ("match", "liveness", "cost")


def main() -> int:
    """Run the parts and report; exit status 1 if a target was missed."""
    given = _arguments()
    found: Found = []
    if "match" in given.part:
        found += attempt("face match", lambda: _face_match.metrics(people=given.people))
    if "liveness" in given.part:
        found += attempt("face liveness", lambda: _liveness(given))
    if "cost" in given.part:
        found += attempt("face cost", lambda: _cost(given))
    return publish("face", found, as_json=given.json)


def _arguments() -> Namespace:
    parser = Arguments(__doc__)
    parser.add_argument("--part", choices=PARTS, action="append", help="only this part; may be repeated")
    parser.add_size("--people", "people of the yearbook in the match part", full=30, quick=10)
    parser.add_size("--scenes", "liveness scenes, each two genuine clips and every attack", full=20, quick=1)
    parser.add_argument(
        "--kind", choices=_face_liveness.KINDS, action="append", help="only this attack; may be repeated"
    )
    parser.add_size("--clips", "people whose clips are timed in the cost part, 3 at most", full=3, quick=1)
    parser.add_size("--rounds", "times that each is timed", full=3, quick=2)
    parser.add_argument("--processes", type=int, default=PROCESSES, help=f"for liveness; default {PROCESSES}")
    parser.add_argument("--results", type=Path, help="keep judged clips here, and continue from it")
    given = parser.given()
    given.part = given.part or PARTS
    return given


def _liveness(given: Namespace) -> list[Metric]:
    fetch_models(say=lambda _: None)
    rows = _face_liveness.measure(
        Half.EVALUATION,
        given.scenes,
        kinds=tuple(given.kind or _face_liveness.KINDS),
        processes=given.processes,
        results=given.results,
    )
    return _face_liveness.metrics(rows)


def _cost(given: Namespace) -> list[Metric]:
    fetch_models(say=lambda _: None)
    return _face_timing.metrics(load_face_models(), clips=given.clips, rounds=given.rounds)


if __name__ == "__main__":
    sys.exit(main())
