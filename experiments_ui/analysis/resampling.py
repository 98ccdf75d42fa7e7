"""The bootstrap of a mean change, seeded and in little memory."""

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np

from experiments_ui.analysis.changes import Floats, present
from experiments_ui.analysis.distributions import normal_cdf, normal_quantile

# Values drawn at once: with their places and themselves, 24 MB.
CHUNK_VALUES = 1_500_000
# Up to so many distinct values their counts are drawn instead of rows.
_FEW_VALUES = 64


@dataclass(frozen=True, slots=True)
class Bootstrap:
    """A mean change with its bootstrap limits."""

    n: int
    mean: float
    low: float
    high: float
    method: Literal["percentile", "bca"]


def bootstrap_mean(
    changes: Floats,
    *,
    method: Literal["percentile", "bca"] = "bca",
    confidence: float = 0.95,
    resamples: int = 10_000,
    seed: int = 0,
) -> Bootstrap | None:
    """Bound the mean change; None with fewer than two changes.

    Costs resamples * n draws, or almost nothing where few distinct changes occur.
    """
    known, sign = orient(present(changes))
    if len(known) < 2:
        return None
    means = resampled_means(known, resamples, np.random.default_rng(seed))
    mean = float(known.mean())
    skewness = _skewness(known - mean) if method == "bca" else None
    low, high = limits(means, mean, skewness, confidence=confidence)
    if sign < 0:
        low, high = -high, -low
    return Bootstrap(len(known), sign * mean, low, high, method)


def limits(
    replicates: Floats,
    estimate: float,
    acceleration: float | None,
    *,
    confidence: float = 0.95,
) -> tuple[float, float]:
    """Return percentile limits, or BCa limits where there is an acceleration.

    Efron and Tibshirani 1993, chapter 14. Replicates equal to the estimate count half.
    """
    tail = (1 - confidence) / 2
    shares = [tail, 1 - tail]
    if acceleration is not None:
        equal = float(np.mean(replicates == estimate))
        below = float(np.mean(replicates < estimate)) + equal / 2
        if 0 < below < 1:
            bias = normal_quantile(below)
            shares = [_corrected(share, bias, acceleration) for share in shares]
    low, high = np.quantile(replicates, shares)
    return float(low), float(high)


def _corrected(share: float, bias: float, acceleration: float) -> float:
    moved = bias + normal_quantile(share)
    return normal_cdf(bias + moved / (1 - acceleration * moved))


def _skewness(away: Floats) -> float:
    """Return the acceleration of a mean, from distances to it."""
    squares = float(away @ away)
    if not squares:
        return 0.0
    return float((away**3).sum()) / (6 * math.pow(squares, 1.5))


def resampled_means(
    known: Floats, resamples: int, random: np.random.Generator
) -> Floats:
    """Return the means of resamples with replacement."""
    n = len(known)
    distinct, counts = np.unique(known, return_counts=True)
    if len(distinct) <= _FEW_VALUES:
        drawn = random.multinomial(n, counts / n, size=resamples)
        return np.asarray(drawn @ distinct / n, dtype=np.float64)
    rows = max(1, CHUNK_VALUES // n)
    means = []
    for start in range(0, resamples, rows):
        places = random.integers(0, n, size=(min(rows, resamples - start), n))
        means.append(known[places].mean(axis=1))
    return np.concatenate(means)


def orient(values: Floats) -> tuple[Floats, int]:
    """Return values in order, all negated if that makes their mean positive.

    So what is drawn from them depends neither on the order of rows nor on which side
    is the baseline; the second result is the sign to give back.
    """
    ordered = np.sort(values)
    scale = float(np.abs(ordered).max()) if len(ordered) else 0.0
    total = math.fsum(ordered / scale) if scale else 0.0
    if total > 0 or (total == 0 and _is_first(ordered)):
        return ordered, 1
    return np.sort(-ordered), -1


def _is_first(ordered: Floats) -> bool:
    """Decide between values and their opposites where both have the mean 0."""
    apart = ordered + ordered[::-1]
    different = apart[apart != 0]
    return not len(different) or bool(different[0] > 0)
