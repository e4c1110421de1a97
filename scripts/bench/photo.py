"""How well the photo method's signals tell a card from what is no card, on films drawn from a seed.

Two parts. `films`: a My Number card specimen is filmed while it is tilted as a random challenge asks, and so
is what stands in for one: a thinner card, a paper copy, a grey copy, a screen, another card put in its place
midway, a card that is never tilted; each film is examined as the engine does (ten seconds of CPU, most of it
drawing). `stills`: each signal alone on single pictures of the same kinds (one second). AUC: the chance that
a signal ranks a card before the other kind (0.5 = tells nothing). With --results a run that was stopped goes
on where it was. No other program measures these signals on such pictures, so the figures stand alone.

Examples: python -m scripts.bench.photo --quick
          python -m scripts.bench.photo --films 12 --stills 40 --results photo.jsonl
          python -m scripts.bench.photo --films 0 --stills 20 --json
"""

from __future__ import annotations

import json
import random
import sys
import time
from argparse import Namespace
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from scripts.bench._report import Arguments, Metric, publish
from scripts.bench._workers import PROCESSES, spread
from tests.sim.specimen import drawn_portrait, random_person, render_mynumber
from tests.sim.specimen.tilt import SIZE_PX, Kind, film, kinds, random_camera, still
from verifier.document.challenge import Tilt, issue_tilt
from verifier.document.colour import chroma
from verifier.document.edge import measure_edge
from verifier.document.examine import REPORT_FILE, examine
from verifier.document.follow import flat_card
from verifier.document.pose import pose_of
from verifier.document.sameness import likeness
from verifier.document.screen import beat
from verifier.image import decode_image
from verifier.ocr.quad import SEARCH_WIDTH_PX, settle
from verifier.types import Image

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


@dataclass(frozen=True, slots=True)
class Job:
    """Which picture or film: `part` is "stills" or "films"."""

    part: str
    kind: Kind
    index: int
    seed: int


def main() -> int:
    """Measure."""
    given = _arguments()
    return publish(f"Photo method, seed {given.seed}", figures(_rows(given)), as_json=given.json)


def _arguments() -> Namespace:
    parser = Arguments(__doc__)
    parser.add_size("--films", "films of each kind", full=12, quick=1)
    parser.add_size("--stills", "pictures of each kind", full=40, quick=3)
    parser.add_argument(
        "--kind", action="append", choices=list(kinds()), help="only this kind; may be repeated"
    )
    parser.add_argument("--seed", type=int, default=7, help="which films (default 7)")
    parser.add_argument("--results", type=Path, help="file of one JSON line per film, continued if it exists")
    parser.add_argument("--processes", type=int, default=PROCESSES, help=f"default {PROCESSES}")
    return parser.given()


def _rows(given: Namespace) -> list[Row]:
    """What came of every picture and film, the known ones from the results file."""
    results: Path | None = given.results
    lines = results.read_text().splitlines() if results and results.exists() else []
    known = {(row["part"], row["seed"], row["kind"]): row for row in map(json.loads, lines)}
    chosen = given.kind or list(kinds())
    jobs = [
        Job(part, kind, index, given.seed)
        for part, count in (("stills", given.stills), ("films", given.films))
        for index in range(count)
        for kind in chosen
    ]
    left = [job for job in jobs if (job.part, job.index, job.kind) not in known]
    rows = [known[key] for job in jobs if (key := (job.part, job.index, job.kind)) in known]
    for row in spread(_measured, left, processes=given.processes, what="photo: pictures and films"):
        rows.append(row)
        if results:
            with results.open("a") as file:
                file.write(json.dumps(row) + "\n")
    return rows


def _measured(job: Job) -> Row:
    measure = _pictured if job.part == "stills" else _examined
    return measure(job.kind, job.index, job.seed)


def _pictured(kind: Kind, index: int, seed: int) -> Row:
    """Draw two flat pictures and two tilted ones, and take each signal by itself."""
    rng = np.random.default_rng([seed, index])
    flat, other = _two_cards(rng)
    drawn = np.random.default_rng([seed + 2, index, list(kinds()).index(kind)])
    camera = random_camera(drawn)
    second = other if kind == "swapped" else flat
    fronts = [still(face, kind, tuple(drawn.normal(0, 3, 2)), camera, drawn) for face in (flat, second)]
    cards = [flat_card(frame, settled(frame, corners)) for frame, corners in fronts]
    strips = []
    for tilt, angles in ((Tilt.TOP_AWAY, (45.0, 0.0)), (Tilt.LEFT_AWAY, (0.0, -45.0))):
        turned = (angles[0] * camera.reach, angles[1] * camera.reach)
        frame, corners = still(flat, kind, turned, camera, drawn)
        outline = settled(frame, corners)
        strips.append(measure_edge(frame, outline, pose_of(outline, SIZE_PX, focal=camera.focal), tilt))
    best = min(strips, key=lambda strip: strip.uncertainty_mm)
    return {
        "part": "stills",
        "seed": index,
        "kind": kind,
        "same_card": likeness(*cards),
        "colour": chroma(cards[0]),
        "screen": beat(*fronts[0]),
        "edge": best.thickness_mm,
    }


def settled(frame: Image, corners: NDArray[np.float32]) -> NDArray[np.float32]:
    """The drawn outline moved onto the edges of the picture, as following a film does."""
    scale = SEARCH_WIDTH_PX / frame.shape[1]
    small = cv2.resize(frame, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    lab = np.asarray(cv2.cvtColor(cv2.GaussianBlur(small, (5, 5), 0), cv2.COLOR_BGR2LAB), np.float32)
    found = settle(corners * np.float32(scale), lab)
    return corners if found is None else np.asarray(found.corners / scale, np.float32)


def _two_cards(rng: np.random.Generator) -> tuple[Image, Image]:
    one, other = (
        render_mynumber(random_person(rng, today=TODAY), drawn_portrait(), rng=rng) for _ in range(2)
    )
    return one, other


def _examined(kind: Kind, index: int, seed: int) -> Row:
    """Draw one film and examine it."""
    asked = issue_tilt(randomness=random.Random(index), now=datetime.now(UTC))
    rng = np.random.default_rng([seed, index])
    flat, other = _two_cards(rng)
    drawn = np.random.default_rng([seed + 1, index, list(kinds()).index(kind)])
    frames, times = film(flat, kind, asked, drawn, other=other)
    began = time.process_time()
    decoded = ((moment, decode_image(frame)) for moment, frame in zip(times, frames, strict=True))
    found = examine(decoded, asked)
    report = json.loads(found.evidence[REPORT_FILE])
    checks = {check.check.partition(".")[2]: [check.code, check.score] for check in found.checks}
    spent = round(time.process_time() - began, 2)
    return {
        "part": "films",
        "seed": index,
        "kind": kind,
        "s": spent,
        "frames": len(frames),
        "edges": report["edges"],
        **checks,
    }


def figures(rows: Sequence[Row]) -> list[Metric]:
    """What the films and pictures amount to."""
    films = [row for row in rows if row["part"] == "films"]
    stills = [row for row in rows if row["part"] == "stills"]
    return [*_of_films(films), *_of_stills(stills)]


def _of_films(films: Sequence[Row]) -> Iterator[Metric]:
    if not films:
        return
    cards = [row for row in films if row["kind"] == GENUINE]
    for signal, (kind, code) in FLAGS.items():
        flagged = [row[signal][0] == code for row in films if row["kind"] == kind]
        if not flagged or not cards:  # left out by --kind
            continue
        yield _share(f"photo.{kind}_flagged", flagged)
        yield _share(f"photo.card_flagged_{signal}", [row[signal][0] is not None for row in cards])
    yield Metric("photo.examine_cpu_s", float(np.median([row["s"] for row in films])), "s")


def _of_stills(stills: Sequence[Row]) -> Iterator[Metric]:
    if not stills:
        return
    seen = {row["kind"] for row in stills}
    pairs = (("same_card", "swapped"), ("colour", "grey_paper"), ("screen", "screen"), ("screen", "paper"))
    for signal, kind in (*pairs, ("edge", "thin_card"), ("edge", "paper"), ("edge", "screen")):
        if {GENUINE, kind} <= seen:
            yield _auc(signal, kind, stills)
    for signal in ("same_card", "colour", "screen"):
        for kind in {"same_card": "swapped", "colour": "grey_paper", "screen": "screen"}[signal], GENUINE:
            if kind in seen:
                values = [row[signal] for row in stills if row["kind"] == kind]
                yield _spread(f"photo.{signal}_{kind}", values, "")
    for kind in ("card", "thin_card", "paper", "screen"):
        if kind in seen:
            yield _spread(
                f"photo.edge_mm_{kind}", [row["edge"] for row in stills if row["kind"] == kind], "mm"
            )


def _share(name: str, flagged: Sequence[bool]) -> Metric:
    return Metric(name, float(np.mean(flagged)), "share", None, f"{len(flagged)} films")


def _auc(signal: str, kind: str, rows: Sequence[Row]) -> Metric:
    ours, theirs = ([float(row[signal]) for row in rows if row["kind"] == one] for one in (GENUINE, kind))
    share = float(np.mean([(a > b) + (a == b) / 2 for a in ours for b in theirs]))
    better = 1 - share if signal == "screen" else share
    return Metric(f"photo.auc_{signal}_{kind}", better, "AUC", None, f"{len(ours)} x {len(theirs)} pictures")


def _spread(name: str, values: Sequence[float], unit: str) -> Metric:
    low, middle, high = np.quantile(values, (0.0, 0.5, 1.0))
    return Metric(name, float(middle), unit, None, f"{len(values)} pictures, {low:.2f} to {high:.2f}")


if __name__ == "__main__":
    sys.exit(main())
