"""What the records of the OCR benchmark amount to."""

from __future__ import annotations

from collections.abc import Sequence

from scripts.bench._ocr_cards import FIELDS, Record
from scripts.bench._ocr_timing import Timing
from scripts.bench._report import Metric

RIGHT_TARGETS = {"easy": ">= 0.99", "medium": ">= 0.98", "hard": ">= 0.93"}
INDEPENDENT = ("easy", "medium", "hard", "extreme", "heldout")
"""Sets whose frames are independent photographs."""
MAX_WRONG_CORRELATED = 0.005
MAX_HELDOUT_GAP = 0.05
MAX_OVERHEAD = 1.2
MAX_THREE_FRAMES_S = 2


def accuracy(records: Sequence[Record]) -> list[Metric]:
    """Figures of the cards that were read."""
    by_set: dict[str, list[Record]] = {}
    for record in records:
        by_set.setdefault(record.set_name, []).append(record)
    figures = [figure for name, cards in by_set.items() for figure in _of_set(name, cards)]
    independent = [record for name in INDEPENDENT for record in by_set.get(name, ())]
    if independent:
        wrong = sum(record.outcome == "wrong" for record in independent)
        figures.insert(0, Metric("ocr.b_wrong_total", wrong, "cards", "== 0", f"{len(independent)} cards"))
    if "heldout" in by_set and "medium" in by_set:
        gap = _share(by_set["medium"], "right") - _share(by_set["heldout"], "right")
        figures.append(
            Metric("ocr.heldout_gap", gap, "share", f"<= {MAX_HELDOUT_GAP}", "right on medium, same run")
        )
    return figures


def _of_set(name: str, cards: Sequence[Record]) -> list[Metric]:
    seeds = ", ".join(sorted({str(card.seed) for card in cards}))
    basis = f"{len(cards)} cards of three frames, seed {seeds}"
    wrong_target = f"<= {MAX_WRONG_CORRELATED}" if name == "correlated" else None
    figures = [
        Metric(f"ocr.b_right_{name}", _share(cards, "right"), "share", RIGHT_TARGETS.get(name), basis),
        Metric(f"ocr.b_wrong_{name}", _share(cards, "wrong"), "share", wrong_target),
        Metric(f"ocr.b_withheld_{name}", _share(cards, "withheld"), "share"),
    ]
    for field in FIELDS:
        exact = sum(field in card.exact for card in cards) / len(cards)
        figures.append(Metric(f"ocr.exact_{field}_{name}", exact, "share"))
    return figures


def _share(cards: Sequence[Record], outcome: str) -> float:
    return sum(card.outcome == outcome for card in cards) / len(cards)


def speed(timing: Timing) -> list[Metric]:
    """Figures of the timed cards."""
    bare = f"bare rapidocr on the same {timing.cards} x 3 frames: {timing.bare_s * 1000:.0f} ms per card"
    cpu = f"bare rapidocr: {timing.bare_cpu_s * 1000:.0f} ms of CPU per card"
    return [
        Metric("ocr.three_frames_s", timing.ours_s, "s", f"<= {MAX_THREE_FRAMES_S}", bare),
        Metric("ocr.overhead_ratio", timing.ours_s / timing.bare_s, "ratio", f"<= {MAX_OVERHEAD}", bare),
        Metric("ocr.ms_per_card", timing.ours_s * 1000, "ms", None, bare),
        Metric("ocr.cpu_ms_per_card", timing.ours_cpu_s * 1000, "ms", None, cpu),
        Metric("ocr.overhead_cpu_ratio", timing.ours_cpu_s / timing.bare_cpu_s, "ratio", None, cpu),
    ]
