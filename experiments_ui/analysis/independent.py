"""Tests of two sides without common examples."""

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np

from experiments_ui.analysis.changes import Floats, present
from experiments_ui.analysis.distributions import normal_cdf, t_p_value
from experiments_ui.analysis.ranks import ranks_of
from experiments_ui.analysis.student import t_quantile

# As many examples of the smaller side as SciPy still counts out.
_EXACT_UP_TO = 8
_EXACT_LARGER = 200


@dataclass(frozen=True, slots=True)
class Welch:
    """Second side's mean less the first's, with unequal variances."""

    delta: float
    low: float
    high: float
    statistic: float
    degrees: float
    p_value: float


@dataclass(frozen=True, slots=True)
class MannWhitney:
    """Pairs in which the second side is higher, ties counting half."""

    higher: float
    p_value: float
    method: Literal["exact", "normal"]


def welch(first: Floats, second: Floats, *, confidence: float = 0.95) -> Welch | None:
    """Test whether two means differ (Welch 1947).

    None with fewer than two values on a side, or where neither side varies.
    """
    sides = [present(first), present(second)]
    if min(map(len, sides)) < 2:
        return None
    one, two = (float(side.var(ddof=1)) / len(side) for side in sides)
    if not one + two:
        return None
    delta, error = float(sides[1].mean() - sides[0].mean()), math.sqrt(one + two)
    degrees = (one + two) ** 2 / (
        one * one / (len(sides[0]) - 1) + two * two / (len(sides[1]) - 1)
    )
    half = t_quantile((1 + confidence) / 2, degrees) * error
    p_value = t_p_value(delta / error, degrees)
    return Welch(delta, delta - half, delta + half, delta / error, degrees, p_value)


def mann_whitney(first: Floats, second: Floats) -> MannWhitney | None:
    """Test whether one side tends to be higher; None where a side is empty.

    Exact where the smaller side has up to 8 values and there is no tie, otherwise
    normal with corrections for ties and continuity.
    """
    one, two = present(first), present(second)
    if not len(one) or not len(two):
        return None
    ranks, ties = ranks_of(np.concatenate((one, two)))
    n, pairs = len(one) + len(two), len(one) * len(two)
    higher = float(ranks[len(one) :].sum()) - len(two) * (len(two) + 1) / 2
    fewer = min(higher, pairs - higher)
    small, large = sorted((len(one), len(two)))
    if not ties and small <= _EXACT_UP_TO and large <= _EXACT_LARGER:
        ways = _ways(small, large)
        tail = float(ways[: int(fewer) + 1].sum() / ways.sum())
        return MannWhitney(higher, min(1.0, 2 * tail), "exact")
    variance = pairs / 12 * (n + 1 - ties / (n * (n - 1)))
    apart = max(0.0, pairs / 2 - fewer - 0.5)
    z = apart / math.sqrt(variance) if variance > 0 else 0.0
    return MannWhitney(higher, 2 * normal_cdf(-z), "normal")


def _ways(small: int, large: int) -> Floats:
    """Count orders of two sides by the pairs in which the first is higher.

    The generating function is a Gaussian binomial coefficient: a product of
    1 - x**(large + k) over 1 - x**k, for k up to the smaller side.
    """
    ways = np.zeros(small * large + 1)
    ways[0] = 1
    for step in range(1, small + 1):
        factor = large + step
        ways[factor:] -= ways[:-factor].copy() if factor < len(ways) else 0
        for start in range(step, len(ways)):
            ways[start] += ways[start - step]
    return ways
