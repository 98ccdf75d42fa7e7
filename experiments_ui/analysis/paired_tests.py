"""Tests of the changes of one score, each being candidate less baseline of an example.

Changes that are NaN or infinite are left out. No test depends on the order of rows,
and exchanging the two sides only flips signs and limits.
"""

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from experiments_ui.analysis.changes import Floats, present
from experiments_ui.analysis.distributions import normal_cdf, t_p_value
from experiments_ui.analysis.proportions import mcnemar
from experiments_ui.analysis.ranks import ranks_of
from experiments_ui.analysis.student import t_quantile

# As many ranks as SciPy still counts out.
_EXACT_RANKS = 50
# Beyond this many changes the averages of all pairs are not written out.
_FEW = 1_000


@dataclass(frozen=True, slots=True)
class PairedT:
    """The test of Student for pairs; infinite where all changes are one number."""

    n: int
    mean: float
    low: float
    high: float
    statistic: float
    p_value: float


@dataclass(frozen=True, slots=True)
class Wilcoxon:
    """The signed-rank test; changes of 0 are left out of n and of the ranks."""

    n: int
    positive: float
    negative: float
    p_value: float
    method: Literal["exact", "normal"]


def paired_t(changes: Floats, *, confidence: float = 0.95) -> PairedT | None:
    """Test whether the mean change is 0; None with fewer than two changes."""
    known = present(changes)
    if len(known) < 2:
        return None
    stdev = float(known.std(ddof=1))
    return paired_t_of(len(known), float(known.mean()), stdev, confidence=confidence)


def paired_t_of(
    n: int, mean: float, stdev: float, *, confidence: float = 0.95
) -> PairedT:
    """Test by what is known of the changes; n is 2 or more."""
    error = stdev / math.sqrt(n)
    half = t_quantile((1 + confidence) / 2, n - 1) * error
    if error:
        statistic = mean / error
    else:
        statistic = math.copysign(math.inf, mean) if mean else 0.0
    p_value = t_p_value(statistic, n - 1)
    return PairedT(n, mean, mean - half, mean + half, statistic, p_value)


def clustered_error(
    changes: Floats, clusters: npt.NDArray[np.int64], *, is_corrected: bool = True
) -> float | None:
    """Return the standard error of the mean change where changes come in clusters.

    Miller 2024, arXiv 2411.00640 (CR0), times G / (G - 1) for G clusters if corrected.
    None with fewer than two clusters.
    """
    known = np.isfinite(changes)
    values = changes[known]
    _, places = np.unique(clusters[known], return_inverse=True)
    count = int(places.max()) + 1 if len(values) else 0
    if count < 2:
        return None
    sums = np.bincount(places, weights=values - values.mean())
    correction = count / (count - 1) if is_corrected else 1.0
    return math.sqrt(float(sums @ sums) * correction) / len(values)


def sign_test(wins: int, losses: int) -> float:
    """Return the exact two-sided p value of wins against losses; ties say nothing."""
    return mcnemar(wins, losses).exact


def wilcoxon(changes: Floats) -> Wilcoxon | None:
    """Test whether changes lie evenly about 0; None where nothing changed.

    Exact up to 50 changes without a tie, otherwise normal with the variance corrected
    for ties and no correction for continuity.
    """
    known = present(changes)
    ranked = known[known != 0]
    n = len(ranked)
    if not n:
        return None
    ranks, ties = ranks_of(np.abs(ranked))
    positive = float(ranks[ranked > 0].sum())
    negative = n * (n + 1) / 2 - positive
    if n <= _EXACT_RANKS and n == len(known) and not ties:
        p_value = _exact_ranks(n, int(min(positive, negative)))
        return Wilcoxon(n, positive, negative, p_value, "exact")
    variance = n * (n + 1) * (2 * n + 1) / 24 - ties / 48
    z = abs(positive - negative) / 2 / math.sqrt(variance)
    return Wilcoxon(n, positive, negative, 2 * normal_cdf(-z), "normal")


def _exact_ranks(n: int, smaller: int) -> float:
    """Return the two-sided p value of the smaller sum of ranks 1 to n."""
    ways = np.zeros(n * (n + 1) // 2 + 1)
    ways[0] = 1
    for rank in range(1, n + 1):
        ways[rank:] += ways[:-rank].copy()
    return min(1.0, 2 * float(ways[: smaller + 1].sum()) / 2.0**n)


def hodges_lehmann(changes: Floats) -> float | None:
    """Return the median of the averages of all pairs of changes, each with itself too.

    Takes n log n steps some sixty times; None without changes.
    """
    known = np.sort(present(changes))
    if not len(known):
        return None
    if len(known) <= _FEW:
        first, second = np.triu_indices(len(known))
        return float(np.median(known[first] / 2 + known[second] / 2))
    pairs = len(known) * (len(known) + 1) // 2
    low, high = (_average(known, place) for place in ((pairs + 1) // 2, pairs // 2 + 1))
    return low / 2 + high / 2


def _average(ordered: Floats, place: int) -> float:
    """Return the average of a pair that is the place-th smallest, from 1."""
    low, high = float(ordered[0]), float(ordered[-1])
    while low < (middle := low / 2 + high / 2) < high:
        twice = np.searchsorted(ordered, 2 * middle - ordered, side="right").sum()
        itself = np.searchsorted(ordered, middle, side="right")
        is_enough = int(twice + itself) // 2 >= place
        low, high = (low, middle) if is_enough else (middle, high)
    return high
