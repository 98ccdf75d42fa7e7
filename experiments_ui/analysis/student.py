"""Quantiles of Student's t distribution, to about twelve digits."""

import math
from functools import lru_cache

from experiments_ui.analysis.distributions import MANY_DEGREES, normal_quantile, t_tail


@lru_cache(maxsize=4_096)
def t_quantile(probability: float, degrees: float) -> float:
    """Return the value that a t variable stays below with this probability.

    Raises:
        ValueError: The probability is not between 0 and 1, or there are no degrees.
    """
    if not 0 < probability < 1 or not degrees > 0:
        raise ValueError(f"no t quantile at {probability} with {degrees} degrees")
    if probability < 0.5:
        return -t_quantile(1 - probability, degrees)
    if probability == 0.5:
        return 0.0
    if degrees >= MANY_DEGREES:
        return _series(probability, degrees)
    return _search(1 - probability, degrees)


def _series(probability: float, degrees: float) -> float:
    """Expand about the normal quantile (Cornish and Fisher)."""
    normal = normal_quantile(probability)
    square = normal * normal
    terms = (
        1.0,
        (square + 1) / 4,
        ((5 * square + 16) * square + 3) / 96,
        (((3 * square + 19) * square + 17) * square - 15) / 384,
        ((((79 * square + 776) * square + 1482) * square - 1920) * square - 945)
        / 92_160,
    )
    return normal * sum(term / degrees**power for power, term in enumerate(terms))


def _search(tail: float, degrees: float) -> float:
    """Solve tail probability = tail by Newton's steps, kept inside a bracket."""
    low, high = 0.0, 1.0
    while upper_tail(high, degrees) > tail:
        low, high = high, high * 4
    value = (low + high) / 2
    for _ in range(200):
        excess = upper_tail(value, degrees) - tail
        low, high = (value, high) if excess > 0 else (low, value)
        following = value + excess / _density(value, degrees)
        if not low < following < high:
            following = (low + high) / 2
        if abs(following - value) <= 1e-15 * value:
            break
        value = following
    return value


def _density(value: float, degrees: float) -> float:
    scale = math.lgamma((degrees + 1) / 2) - math.lgamma(degrees / 2)
    power = (degrees + 1) / 2 * math.log1p(value * value / degrees)
    return math.exp(scale - power) / math.sqrt(degrees * math.pi)


def upper_tail(value: float, degrees: float) -> float:
    """Return the probability that a t variable exceeds a value of 0 or more."""
    return t_tail(value, degrees)
