"""Changes of latency, tokens and cost: of a quantile, and of the mean as a ratio."""

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np

from experiments_ui.analysis.changes import Floats
from experiments_ui.analysis.distributions import two_sided_z
from experiments_ui.analysis.resampling import CHUNK_VALUES, limits
from experiments_ui.analysis.student import t_quantile

# Up to so many pairs the bootstrap is quick.
_BOOTSTRAP_UP_TO = 2_000
_RESAMPLES = 2_000


# math.exp knows no larger power, and the bounds multiply by it.
_LARGEST_EXPONENT = 300.0


@dataclass(frozen=True, slots=True)
class QuantileChange:
    """One quantile of either column over the pairs, and how it changed."""

    n: int
    base: float
    candidate: float
    delta: float
    low: float
    high: float
    method: Literal["bootstrap", "normal"]


@dataclass(frozen=True, slots=True)
class Ratio:
    """The candidate's mean over the baseline's; 1 is no change."""

    n: int
    ratio: float
    low: float
    high: float


def quantile_change(
    base: Floats,
    candidate: Floats,
    probability: float,
    *,
    confidence: float = 0.95,
    seed: int = 0,
) -> QuantileChange | None:
    """Bound the change of a quantile over paired rows; None with fewer than two.

    Up to 2,000 pairs by the percentile bootstrap of pairs, in under a second. Beyond by
    the joint normal distribution of two sample quantiles, in O(n): their errors from
    the order statistics between which each quantile lies, their correlation from the
    share of rows below both.
    """
    one, two = _pairs(base, candidate)
    n = len(one)
    if n < 2:
        return None
    if n <= _BOOTSTRAP_UP_TO:
        before, after = (float(np.quantile(v, probability)) for v in (one, two))
        replicates = _resampled(one, two, probability, np.random.default_rng(seed))
        low, high = limits(replicates, after - before, None, confidence=confidence)
        return QuantileChange(n, before, after, after - before, low, high, "bootstrap")
    (before, first), (after, second) = (
        quantile_with_error(values, probability) for values in (one, two)
    )
    together = float(np.mean((one <= before) & (two <= after)))
    half = two_sided_z(confidence) * change_error(first, second, together, probability)
    delta = after - before
    return QuantileChange(n, before, after, delta, delta - half, delta + half, "normal")


def _pairs(base: Floats, candidate: Floats) -> tuple[Floats, Floats]:
    both = np.isfinite(base) & np.isfinite(candidate)
    return base[both], candidate[both]


def _resampled(
    one: Floats, two: Floats, probability: float, random: np.random.Generator
) -> Floats:
    n = len(one)
    # In order, so that the draws do not depend on the order of rows, nor, but for
    # pairs that mirror each other, on which side comes first.
    order = np.lexsort((one, np.maximum(one, two), np.minimum(one, two)))
    one, two = one[order], two[order]
    rows = max(1, CHUNK_VALUES // (4 * n))
    changes = []
    for start in range(0, _RESAMPLES, rows):
        places = random.integers(0, n, size=(min(rows, _RESAMPLES - start), n))
        before = np.quantile(one[places], probability, axis=1)
        changes.append(np.quantile(two[places], probability, axis=1) - before)
    return np.concatenate(changes)


def change_error(
    first: float, second: float, together: float, probability: float
) -> float:
    """Return the standard error of the change of a quantile over pairs.

    Args:
        first: The error of the quantile on one side.
        second: That of the other side.
        together: The share of pairs that lie at or below the quantile on both sides.
        probability: Of the quantile.
    """
    spread = probability * (1 - probability)
    correlation = (together - probability * probability) / spread
    # Ties at a quantile put more than its share below it.
    correlation = max(-1.0, min(1.0, correlation))
    variance = first * first + second * second - 2 * correlation * first * second
    return math.sqrt(max(0.0, variance))


def quantile_with_error(values: Floats, probability: float) -> tuple[float, float]:
    """Return a quantile, and its standard error from the spacing of order statistics.

    The two that bound the quantile with 95 % lie 2 z standard errors apart, after
    McKean and Schrader 1984. O(n).
    """
    n, z = len(values), two_sided_z(0.95)
    reach = z * math.sqrt(n * probability * (1 - probability))
    low = max(0, math.floor(n * probability - reach))
    high = min(n - 1, math.ceil(n * probability + reach))
    place = (n - 1) * probability
    below, above = math.floor(place), math.ceil(place)
    ordered = np.partition(values, sorted({low, below, above, high}))
    share = place - below
    quantile = ordered[below] * (1 - share) + ordered[above] * share
    return float(quantile), float(ordered[high] - ordered[low]) / (2 * z)


def mean_ratio(
    base: Floats, candidate: Floats, *, confidence: float = 0.95
) -> Ratio | None:
    """Bound the ratio of two means over paired rows, on the scale of logarithms.

    None with fewer than two pairs, unless both means are above 0, or where one is so
    near to 0 that the bounds are beyond what a float holds.
    """
    one, two = _pairs(base, candidate)
    n = len(one)
    if n < 2 or not (one.mean() > 0 and two.mean() > 0):
        return None
    before, after = float(one.mean()), float(two.mean())
    # The error of log(after / before) is that of the mean of these differences.
    away = (two - after) / after - (one - before) / before
    error = math.sqrt(float(away @ away) / (n - 1) / n)
    ratio = after / before
    exponent = t_quantile((1 + confidence) / 2, n - 1) * error
    if not (math.isfinite(ratio) and exponent < _LARGEST_EXPONENT):
        return None
    reach = math.exp(exponent)
    return Ratio(n, ratio, ratio / reach, ratio * reach)
