"""Error rates of a score that should tell one person's pairs from strangers' pairs, with their uncertainty.

Pure. People, not pairs, are drawn anew for every interval: the pairs of one person are not independent
(bootstrap by subject: J. R. Beveridge et al.; ISO/IEC 19795-1, 8.4 names the dependence). Above the 99th
percentile of the strangers' scores an exponential tail is fitted, because no pair was seen there often enough
to be counted; a cosine's tail falls faster, so the fit errs upwards.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

TAIL_SHARE: Final = 0.01
DRAWS: Final = 400
SEED: Final = 20261122
RULE_OF_THREE: Final = 3.0
"""No event in N independent trials leaves rates up to 3/N at 95 %."""

Floats = NDArray[np.float64]
Indices = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Pairs:
    """Scored pairs.

    Attributes:
        scores: (N,) higher is more alike.
        first: (N,) number of the person on the one picture, from 0.
        second: (N,) of the other's.
    """

    scores: Floats
    first: Indices
    second: Indices

    @property
    def people(self) -> int:
        """How many different people there are."""
        return int(np.unique(np.concatenate([self.first, self.second])).size)

    @property
    def same(self) -> NDArray[np.bool_]:
        """(N,) true where both pictures show one person."""
        return self.first == self.second


@dataclass(frozen=True, slots=True)
class Rate:
    """A share with its 95 % interval over redrawn people."""

    value: float
    low: float
    high: float


def joined(*parts: Pairs) -> Pairs:
    """Pairs of several collections, whose people are different ones."""
    shifted, offset = [], 0
    for part in parts:
        shifted.append((part.first + offset, part.second + offset))
        offset += int(max(part.first.max(), part.second.max())) + 1
    return Pairs(
        np.concatenate([part.scores for part in parts]),
        np.concatenate([first for first, _ in shifted]),
        np.concatenate([second for _, second in shifted]),
    )


def equal_error_rate(pairs: Pairs) -> Rate:
    """The rate at which as many of one person's pairs are refused as strangers' are accepted."""
    return _interval(pairs, _eer)


def false_non_match_rate(pairs: Pairs, false_match_rate: float) -> Rate:
    """Share of one person's pairs refused at the score that this share of strangers reaches."""
    return _interval(pairs, lambda genuine, strangers: _fnmr_at(genuine, strangers, false_match_rate))


def tail_bounds(pairs: Pairs, grid: Floats) -> tuple[Floats, float]:
    """How many strangers reach a score, at most.

    Returns:
        (len(grid),) one-sided 95 % bounds of the rate, and the floor below which nothing may be claimed:
        three over the effective number of pairs, that many independent ones would scatter as the draws do.
    """
    strangers = ~pairs.same
    scores = pairs.scores[strangers]
    start = float(np.quantile(scores, 1 - TAIL_SHARE))
    draws = [_tail(scores, weights[strangers], start, grid) for weights in _weights(pairs)]
    in_tail = np.array([rate for _, rate in draws])
    effective = TAIL_SHARE * (1 - TAIL_SHARE) / float(in_tail.var())
    return np.quantile(np.array([rates for rates, _ in draws]), 0.95, axis=0), RULE_OF_THREE / effective


def _tail(scores: Floats, weights: Floats, start: float, grid: Floats) -> tuple[Floats, float]:
    """Rates at the grid (counted up to `start`, fitted beyond) and the share beyond `start`."""
    total, beyond = float(weights.sum()), scores > start
    counted = np.array([float(weights[scores >= score].sum()) / total for score in grid])
    share = float(weights[beyond].sum()) / total
    if share == 0:  # drew only people whose scores end before
        return counted, share
    mean_excess = float((weights[beyond] * (scores[beyond] - start)).sum() / weights[beyond].sum())
    fitted = share * np.exp(-(grid - start) / mean_excess)
    return np.where(grid > start, fitted, counted), share


def _weights(pairs: Pairs) -> list[Floats]:
    """How often each pair occurs in each redrawn set of people."""
    rng = np.random.default_rng(SEED)
    size = int(max(pairs.first.max(), pairs.second.max())) + 1
    drawn = [np.bincount(rng.integers(0, size, size), minlength=size) for _ in range(DRAWS)]
    return [
        np.where(pairs.same, times[pairs.first], times[pairs.first] * times[pairs.second]).astype(float)
        for times in drawn
    ]


def _interval(pairs: Pairs, rate: Callable[[Floats, Floats], float]) -> Rate:
    order = np.argsort(pairs.scores)
    ranked = Pairs(pairs.scores[order], pairs.first[order], pairs.second[order])
    values = [rate(*_cumulated(ranked, weights)) for weights in _weights(ranked)]
    low, high = np.quantile(values, [0.025, 0.975])
    return Rate(rate(*_cumulated(ranked, np.ones(len(order)))), float(low), float(high))


def _cumulated(ranked: Pairs, weights: Floats) -> tuple[Floats, Floats]:
    """By ascending score: share of one person's pairs below, share of strangers' pairs at or above."""
    same = ranked.same
    genuine, strangers = np.where(same, weights, 0), np.where(same, 0, weights)
    below = (genuine.cumsum() - genuine) / genuine.sum()
    return below, 1 - (strangers.cumsum() - strangers) / strangers.sum()


def _eer(below: Floats, above: Floats) -> float:
    at = int(np.argmin(np.abs(below - above)))
    return float(below[at] + above[at]) / 2


def _fnmr_at(below: Floats, above: Floats, false_match_rate: float) -> float:
    return float(below[int(np.argmax(above <= false_match_rate))])
