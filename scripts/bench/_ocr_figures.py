"""What the records of the OCR benchmark's My Number cards, and its timing, amount to."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from scripts.bench._ocr_cards import FIELDS, Record
from scripts.bench._ocr_timing import Timing
from scripts.bench._report import Metric

RIGHT_TARGETS = {
    "seen_easy": ">= 0.99",
    "seen_medium": ">= 0.98",
    "seen_hard": ">= 0.93",
    "unseen_easy": ">= 0.98",
    "unseen_medium": ">= 0.97",
    "unseen_hard": ">= 0.92",
}
CORRELATED = "correlated"
"""The set whose frames are not independent photographs."""
MAX_WRONG_CORRELATED = 0.005
MAX_OVERHEAD = 1.2
MAX_THREE_FRAMES_S = 2


def accuracy(records: Sequence[Record]) -> list[Metric]:
    """Figures of the cards that were read: in all, by set, by layout."""
    figures = list(_in_all(records))
    for name, cards in _grouped(records, lambda record: record.set_name):
        figures += _of_set(name, cards)
    for name, cards in _grouped(records, lambda record: record.layout):
        figures += _of_layout(name, [card for card in cards if card.set_name in RIGHT_TARGETS])
    return figures


def _grouped(
    records: Sequence[Record], name: Callable[[Record], str]
) -> Iterator[tuple[str, Sequence[Record]]]:
    for each in dict.fromkeys(map(name, records)):
        yield each, [record for record in records if name(record) == each]


def _in_all(records: Sequence[Record]) -> Iterator[Metric]:
    """Wrong codes over all sets of independent photographs, and over the unseen ones alone."""
    independent = [record for record in records if record.set_name != CORRELATED]
    for name, cards in (
        ("ocr.b_wrong_total", independent),
        ("ocr.b_wrong_unseen_total", [one for one in independent if one.set_name.startswith("unseen")]),
    ):
        if cards:
            wrong = sum(card.outcome == "wrong" for card in cards)
            yield Metric(name, wrong, "cards", "== 0", f"{len(cards)} cards")


def _of_set(name: str, cards: Sequence[Record]) -> list[Metric]:
    seeds = ", ".join(sorted({str(card.seed) for card in cards}))
    basis = f"{len(cards)} cards of three frames, seed {seeds}"
    wrong_target = f"<= {MAX_WRONG_CORRELATED}" if name == CORRELATED else None
    figures = [
        Metric(f"ocr.b_right_{name}", _share(cards, "right"), "share", RIGHT_TARGETS.get(name), basis),
        Metric(f"ocr.b_wrong_{name}", _share(cards, "wrong"), "share", wrong_target),
        Metric(f"ocr.b_withheld_{name}", _share(cards, "withheld"), "share"),
    ]
    for field in FIELDS:
        exact, wrong = (
            sum(field in fields for fields in each)
            for each in ([card.exact for card in cards], [card.wrong for card in cards])
        )
        figures.append(Metric(f"ocr.exact_{field}_{name}", exact / len(cards), "share"))
        figures.append(Metric(f"ocr.inexact_{field}_{name}", wrong, "cards"))
    return figures


def _of_layout(name: str, cards: Sequence[Record]) -> Iterator[Metric]:
    """Over the three levels."""
    if cards:
        basis = f"{len(cards)} cards of all levels"
        yield Metric(f"ocr.b_right_of_{name}", _share(cards, "right"), "share", None, basis)


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
