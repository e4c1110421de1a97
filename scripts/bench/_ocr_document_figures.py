"""What the outcomes of the OCR benchmark's other documents amount to: seen and unseen layouts apart."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

from scripts.bench._ocr_specimens import KINDS, VIEWS
from scripts.bench._report import Metric

if TYPE_CHECKING:
    from scripts.bench._ocr_documents import Outcome

MAX_GAP: Final = 0.05
"""Right on seen less right on unseen layouts, share of a field's specimens."""
MAX_WRONG: Final = 0.01
"""Of a field's specimens."""


def figures(outcomes: Sequence[Outcome]) -> list[Metric]:
    """All figures."""
    return [
        metric for kind in KINDS for metric in _of_kind(kind, [o for o in outcomes if o.job.kind == kind])
    ]


def _of_kind(kind: str, outcomes: Sequence[Outcome]) -> Iterator[Metric]:
    if not outcomes:
        return
    if KINDS[kind].refused_as:
        yield from _refused(kind, outcomes)
        return
    for name in dict.fromkeys(name for one in outcomes for name in (*one.right, *one.wrong, *one.withheld)):
        yield from _of_field(kind, name, outcomes)
    for view in VIEWS:
        of_view = [one for one in outcomes if one.job.view == view]
        yield from _of_view(f"{kind}_{{}}_{view}", of_view)
        for level in dict.fromkeys(one.job.level for one in of_view):
            here = [one for one in of_view if one.job.level == level]
            fields = sum(len(one.right) + len(one.wrong) + len(one.withheld) for one in here)
            right = sum(len(one.right) for one in here) / fields
            yield Metric(f"ocr.{kind}_fields_right_{view}_{level}", right, "share", None, _basis(here))


def _of_field(kind: str, name: str, outcomes: Sequence[Outcome]) -> Iterator[Metric]:
    rights = {}
    for view in VIEWS:
        here = [one for one in outcomes if one.job.view == view]
        rights[view] = _share(sum(name in one.right for one in here), here)
        wrong = _share(sum(name in one.wrong for one in here), here)
        yield Metric(f"ocr.{kind}_{name}_right_{view}", rights[view], "share", None, _basis(here))
        yield Metric(f"ocr.{kind}_{name}_wrong_{view}", wrong, "share", f"<= {MAX_WRONG}", _basis(here))
    gap = rights["seen"] - rights["unseen"]
    yield Metric(f"ocr.{kind}_{name}_gap", gap, "share", f"<= {MAX_GAP}", "right on seen less unseen")


def _of_view(name: str, outcomes: Sequence[Outcome]) -> Iterator[Metric]:
    if any(one.access != "none" for one in outcomes):
        right = _share(sum(one.access == "right" for one in outcomes), outcomes)
        yield Metric(f"ocr.{name.format('chip_access_right')}", right, "share", None, _basis(outcomes))
    wrong = sum(one.access == "wrong" for one in outcomes)
    yield Metric(f"ocr.{name.format('chip_access_wrong')}", wrong, "specimens", "== 0", _basis(outcomes))
    names = {code for kind in KINDS.values() for code in kind.refused_as}
    misnamed = sum(bool(names & set(one.codes)) for one in outcomes)
    yield Metric(f"ocr.{name.format('refused_as_another')}", misnamed, "specimens", None, _basis(outcomes))


def _refused(kind: str, outcomes: Sequence[Outcome]) -> Iterator[Metric]:
    for view in VIEWS:
        here = [one for one in outcomes if one.job.view == view]
        named = _share(sum(bool(set(KINDS[kind].refused_as) & set(one.codes)) for one in here), here)
        read = sum(one.fields > 0 or one.access != "none" for one in here)
        yield Metric(f"ocr.{kind}_refused_by_name_{view}", named, "share", None, _basis(here))
        yield Metric(f"ocr.{kind}_read_{view}", read, "specimens", "== 0", _basis(here))


def _share(count: int, outcomes: Sequence[Outcome]) -> float:
    return count / max(1, len(outcomes))


def _basis(outcomes: Sequence[Outcome]) -> str:
    seeds = ", ".join(sorted({str(one.job.seed) for one in outcomes}))
    return f"{len(outcomes)} specimens of three frames, seed {seeds}"
