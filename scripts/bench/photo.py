"""How well the photo method's signals tell a card from what is no card, on films drawn from a seed.

Draws films of a My Number card specimen that is tilted as a random challenge asks, and of what stands in for
one: a thinner card, a paper copy, a grey copy, a screen, another card put in its place midway, a film without
any tilt. Each is examined as the engine does. AUC: the chance that a signal ranks a card before the other
kind (0.5 = tells nothing). One film takes about ten seconds of CPU, most of it drawing. With --results a run
that was stopped goes on where it was. No other program measures these signals on such films, so the figures
stand alone.

Examples: python -m scripts.bench.photo --films 12 --results /tmp/photo.jsonl
          python -m scripts.bench.photo --films 3 --json
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Final

import numpy as np

from scripts.bench._report import Metric, arguments, publish
from tests.sim.specimen import drawn_portrait, random_person, render_mynumber
from tests.sim.specimen.tilt import Kind, film, kinds
from verifier.document.challenge import issue_tilt
from verifier.document.examine import REPORT_FILE, examine
from verifier.image import decode_image

FILMS = 12
TODAY = date(2026, 11, 22)
GENUINE: Final = "card"
FLAGS: Final = {
    "tilt": ("flat_film", "document.tilt_missing"),
    "same_card": ("swapped", "document.card_changed"),
    "colour": ("grey_paper", "document.grey_copy"),
    "screen": ("screen", "document.screen_pattern"),
}
"""Signal -> the kind that it is there for, and its code."""

Row = dict[str, Any]


def main() -> int:
    """Measure."""
    given = _arguments()
    rows = list(_rows(given.films, given.seed, given.results))
    return publish(
        f"Photo method, {given.films} films per kind, seed {given.seed}", figures(rows), as_json=given.json
    )


def _arguments() -> argparse.Namespace:
    parser = arguments(__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("--films", type=int, default=FILMS, help=f"films of each kind (default {FILMS})")
    parser.add_argument("--seed", type=int, default=7, help="which films (default 7)")
    parser.add_argument("--results", type=Path, help="file of one JSON line per film, continued if it exists")
    return parser.parse_args()


def _rows(films: int, seed: int, results: Path | None) -> Iterator[Row]:
    lines = results.read_text().splitlines() if results and results.exists() else []
    known = {(row["seed"], row["kind"]): row for row in map(json.loads, lines)}
    for index in range(films):
        for kind in kinds():
            row = known.get((index, kind))
            if row is None:
                row = _examined(kind, index, seed)
                if results:
                    with results.open("a") as file:
                        file.write(json.dumps(row) + "\n")
            yield row


def _examined(kind: Kind, index: int, seed: int) -> Row:
    """Draw one film and examine it."""
    asked = issue_tilt(randomness=random.Random(index), now=datetime.now(UTC))
    rng = np.random.default_rng([seed, index])
    flat, other = (
        render_mynumber(random_person(rng, today=TODAY), drawn_portrait(), rng=rng) for _ in range(2)
    )
    drawn = np.random.default_rng([seed + 1, index, list(kinds()).index(kind)])
    frames, times = film(flat, kind, asked, drawn, other=other)
    began = time.process_time()
    decoded = ((moment, decode_image(frame)) for moment, frame in zip(times, frames, strict=True))
    found = examine(decoded, asked)
    report = json.loads(found.evidence[REPORT_FILE])
    checks = {check.check.partition(".")[2]: [check.code, check.score] for check in found.checks}
    spent = round(time.process_time() - began, 2)
    return {
        "seed": index,
        "kind": kind,
        "s": spent,
        "frames": len(frames),
        "edges": report["edges"],
        **checks,
    }


def figures(rows: Sequence[Row]) -> list[Metric]:
    """What the films amount to."""
    cards = [row for row in rows if row["kind"] == GENUINE]
    found = [_auc(signal, kind, rows) for signal, (kind, _) in FLAGS.items()]
    for signal, (kind, code) in FLAGS.items():
        flagged = [row[signal][0] == code for row in rows if row["kind"] == kind]
        found.append(_share(f"photo.{kind}_flagged", flagged))
        found.append(_share(f"photo.card_flagged_{signal}", [row[signal][0] is not None for row in cards]))
    found += [_auc("edge", kind, rows) for kind in ("thin_card", "paper", "screen")]
    found += [_thickness(kind, rows) for kind in ("card", "thin_card", "paper", "screen")]
    found.append(Metric("photo.examine_cpu_s", float(np.median([row["s"] for row in rows])), "s"))
    return found


def _share(name: str, flagged: Sequence[bool]) -> Metric:
    return Metric(name, float(np.mean(flagged)), "share", None, f"{len(flagged)} films")


def _auc(signal: str, kind: str, rows: Sequence[Row]) -> Metric:
    value: Callable[[Row], float] = _edge if signal == "edge" else lambda row: float(row[signal][1] or 0.0)
    ours, theirs = ([value(row) for row in rows if row["kind"] == one] for one in (GENUINE, kind))
    pairs = [(a > b) + (a == b) / 2 for a in ours for b in theirs]
    share = float(np.mean(pairs)) if pairs else float("nan")
    better = 1 - share if signal == "screen" else share
    return Metric(f"photo.auc_{signal}_{kind}", better, "AUC", None, f"{len(ours)} x {len(theirs)} films")


def _edge(row: Row) -> float:
    """Thickness that the reviewer is shown first, mm: the most certain edge; 0 without a strip."""
    return float(row["thickness"][1] or 0.0)


def _thickness(kind: str, rows: Sequence[Row]) -> Metric:
    values = [_edge(row) for row in rows if row["kind"] == kind]
    low, high = np.quantile(values, (0.1, 0.9))
    spread = f"10th to 90th percentile {low:.2f} to {high:.2f}"
    return Metric(f"photo.edge_mm_{kind}", float(np.median(values)), "mm", None, spread)


if __name__ == "__main__":
    sys.exit(main())
