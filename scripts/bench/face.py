"""Measure the face engine: how well it separates people, what attacks it stops, and what a clip costs.

Three parts, one report:
- match: registry photographs and chip portraits made from them (equal error rate, false non-matches at one
  false match in a thousand);
- liveness: synthetic genuine clips and attacks of people and seeds that no limit was chosen on (APCER by
  kind, BPCER). Accepted means PASS; what goes to a reviewer or is asked again is not;
- cost: processor time of a six-second clip against its networks alone in the same run.

Everything is synthetic or photographs of few people, no certified test: ISO/IEC 30107-3 names the test that
would speak for real attacks. What the figures do not show stands in docs/measured/face.md.

The liveness part takes about a minute of processor time a scene; `--rows FILE` keeps what was judged, so that
a run can be stopped and continued.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Final

from scripts.bench import _face_liveness, _face_match, _face_timing
from scripts.bench._face_scenes import Half
from scripts.bench._report import Metric, arguments, publish
from verifier.face.models import load_face_models

SCENES: Final = 20
"""Each gives one clip of every attack kind and two genuine ones."""
PARTS: Final = ("match", "liveness", "cost")


def main() -> int:
    """Run the parts and report; exit status 1 if a target was missed."""
    parser = arguments(__doc__)
    parser.add_argument("--part", choices=PARTS, action="append", help="only this part; may be repeated")
    parser.add_argument("--scenes", type=int, default=SCENES, help="liveness scenes; each two genuine clips")
    parser.add_argument("--processes", type=int, default=1, help="for the liveness part")
    parser.add_argument("--rows", type=Path, help="keep judged clips here, and continue from it")
    given = parser.parse_args()
    parts = given.part or PARTS
    found: list[Metric] = []
    if "match" in parts:
        found += _face_match.metrics()
    if "liveness" in parts:
        rows = _face_liveness.measure(
            Half.EVALUATION, given.scenes, processes=given.processes, rows=given.rows
        )
        found += _face_liveness.metrics(rows)
    if "cost" in parts:
        found += _face_timing.metrics(load_face_models())
    return publish("face", found, as_json=given.json)


if __name__ == "__main__":
    sys.exit(main())
