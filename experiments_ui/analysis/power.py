"""How many examples a comparison needs, and what one of a given size can show."""

import math

import numpy as np

from experiments_ui.analysis.distributions import (
    normal_cdf,
    normal_quantile,
    two_sided_z,
)
from experiments_ui.analysis.student import t_quantile

_NODES = 200


def reach(*, power: float = 0.8, level: float = 0.05) -> float:
    """Return how many standard errors an effect must measure to be found so often."""
    return two_sided_z(1 - level) + normal_quantile(power)


def detectable_effect(
    stdev: float, n: int, *, power: float = 0.8, level: float = 0.05
) -> float:
    """Return the smallest mean change that n changes of this deviation would show."""
    return reach(power=power, level=level) * stdev / math.sqrt(n)


def rows_needed(
    effect: float, stdev: float, *, power: float = 0.8, level: float = 0.05
) -> int:
    """Return how many examples show a mean change of this size.

    Miller 2024, arXiv 2411.00640, equation 9, where the variance of the change is what
    one example adds, repetitions included.

    Raises:
        ValueError: The effect is not above 0.
    """
    _check(effect)
    return _whole((reach(power=power, level=level) * stdev / effect) ** 2)


def change_variance(
    between: float,
    *,
    base: float = 0.0,
    base_repetitions: int = 1,
    candidate: float = 0.0,
    candidate_repetitions: int = 1,
) -> float:
    """Return the variance of an example's change (Miller 2024, equation 9).

    Args:
        between: Variance of the expected change between examples.
        base: Variance of the baseline's score within an example.
        base_repetitions: Runs of each example whose mean is the baseline's score.
        candidate: As `base`, of the candidate.
        candidate_repetitions: As `base_repetitions`, of the candidate.
    """
    return between + base / base_repetitions + candidate / candidate_repetitions


def rows_needed_mcnemar(
    effect: float, changed: float, *, power: float = 0.8, level: float = 0.05
) -> int:
    """Return how many examples show that two shares differ by so much (Connor 1987).

    Args:
        effect: Difference of the shares, above 0.
        changed: Share of examples on which the two sides differ.
        power: How often the effect is found.
        level: How often one is found where there is none.

    Raises:
        ValueError: The effect is not above 0, or is larger than the changed share.
    """
    _check(effect)
    if changed < effect:
        raise ValueError(f"a change of {effect} needs as many changed examples")
    null = two_sided_z(1 - level) * math.sqrt(changed)
    other = normal_quantile(power) * math.sqrt(changed - effect * effect)
    return _whole(((null + other) / effect) ** 2)


def rows_needed_shares(
    first: float, second: float, *, power: float = 0.8, level: float = 0.05
) -> int:
    """Return how many examples a side show that two shares of different ones differ.

    Raises:
        ValueError: The shares are equal.
    """
    _check(abs(first - second))
    middle = (first + second) / 2
    null = two_sided_z(1 - level) * math.sqrt(2 * middle * (1 - middle))
    other = normal_quantile(power) * math.sqrt(
        first * (1 - first) + second * (1 - second)
    )
    return _whole(((null + other) / (first - second)) ** 2)


def t_test_power(
    effect: float, n: int, *, sides: int = 1, level: float = 0.05
) -> float:
    """Return how often Student's t finds a mean change, measured in deviations.

    Args:
        effect: The change over its standard deviation.
        n: Pairs, or examples a side; 2 or more.
        sides: 1 for changes of pairs, 2 for two sides of different examples.
        level: How often one is found where there is none.
    """
    degrees = sides * (n - 1)
    apart = abs(effect) * math.sqrt(n / sides)
    critical = t_quantile(1 - level / 2, degrees)
    # The sample's deviation over the true one, s, has the density of a chi variable.
    reach_of_s = 12 / math.sqrt(2 * degrees)
    low, high = max(0.0, 1 - reach_of_s), 1 + reach_of_s
    nodes, weights = np.polynomial.legendre.leggauss(_NODES)
    s = low + (high - low) * (nodes + 1) / 2
    half = degrees / 2
    log = math.log(2) + half * math.log(half) - math.lgamma(half)
    density = np.exp(log + (degrees - 1) * np.log(s) - half * s * s)
    found = [normal_cdf(apart - critical * value) for value in s.tolist()]
    return float((density * weights) @ np.array(found)) * (high - low) / 2


def rule_of_three(n: int, *, level: float = 0.05) -> float:
    """Return the largest share that n examples without a single case leave plausible.

    Exact and one-sided: 1 - level**(1 / n), near 3 / n.
    """
    return -math.expm1(math.log(level) / n)


def rows_for_rule_of_three(share: float, *, level: float = 0.05) -> int:
    """Return how many examples without a case make a larger share implausible."""
    if share >= 1:
        return 1
    return _whole(math.log(level) / math.log1p(-share))


def _check(effect: float) -> None:
    if not effect > 0:
        raise ValueError(f"an effect of {effect} needs no examples: it must be above 0")


def _whole(rows: float) -> int:
    # A sum that is whole on paper must not become one more by rounding.
    return max(1, math.ceil(rows * (1 - 1e-12)))
