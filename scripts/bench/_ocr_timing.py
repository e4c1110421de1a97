"""Times reading three frames against bare RapidOCR on the same frames, turn and turn about."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from time import perf_counter, process_time

from rapidocr import RapidOCR

from scripts.bench._ocr_cards import Job, draw, read
from scripts.bench._progress import watched
from verifier.ocr.rapid import RapidTextReader
from verifier.types import Image

TIMED_SETS = ("seen_easy", "seen_medium", "seen_hard")


@dataclass(frozen=True, slots=True)
class Timing:
    """Median seconds per card of three frames.

    Attributes:
        ours_s: wall time: outline, rectification, quality, reading, parsing, voting.
        bare_s: wall time of bare RapidOCR on the same three photographs.
        ours_cpu_s: CPU time of the same.
        bare_cpu_s: CPU time of the same.
        cards: how many.
    """

    ours_s: float
    bare_s: float
    ours_cpu_s: float
    bare_cpu_s: float
    cards: int


def measure(cards: int, seed: int) -> Timing:
    """Time `cards` cards, spread over the levels.

    Bare RapidOCR is its facade with the shipped defaults (all cores, direction classifier) and
    per-character results; both have their models loaded and have read one card before.
    """
    reader = RapidTextReader()
    bare = RapidOCR(params={"Global.log_level": "critical"})
    jobs = [Job(TIMED_SETS[i % len(TIMED_SETS)], seed, 1_000_000 + i) for i in range(cards)]
    drawn = [draw(job)[1] for job in jobs]
    read(drawn[0], reader)
    _read_bare(bare, drawn[0])
    pairs = [
        (
            _timed(lambda frames=frames: read(frames, reader)),
            _timed(lambda frames=frames: _read_bare(bare, frames)),
        )
        for frames in watched(drawn, len(drawn), "ocr: cards timed")
    ]
    ours, plain = zip(*pairs, strict=True)
    return Timing(
        ours_s=statistics.median(wall for wall, _ in ours),
        bare_s=statistics.median(wall for wall, _ in plain),
        ours_cpu_s=statistics.median(cpu for _, cpu in ours),
        bare_cpu_s=statistics.median(cpu for _, cpu in plain),
        cards=cards,
    )


def _read_bare(engine: RapidOCR, frames: Sequence[Image]) -> None:
    for frame in frames:
        engine(frame, return_word_box=True, return_single_char_box=True)


def _timed(action: Callable[[], object]) -> tuple[float, float]:
    """Wall and CPU seconds."""
    wall, cpu = perf_counter(), process_time()
    action()
    return perf_counter() - wall, process_time() - cpu
