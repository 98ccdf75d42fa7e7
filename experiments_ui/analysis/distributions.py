"""Probabilities of the normal, beta, binomial, chi-square and t distributions."""

import math
from functools import lru_cache
from statistics import NormalDist

_NORMAL = NormalDist()
_SMALLEST = 1e-300
_HALF_LOG_TAU = math.log(2 * math.pi) / 2
# Above this the series in 1 / n is exact; below it lgamma is.
_STIRLING_FROM = 16
# From here on Hill's normal deviate is exact to the last digits, and quicker.
MANY_DEGREES = 2_000


def normal_cdf(value: float) -> float:
    """Return the probability that a standard normal variable is at most a value."""
    return 0.5 * math.erfc(-value / math.sqrt(2))


@lru_cache(maxsize=256)
def normal_quantile(probability: float) -> float:
    """Return the value that a standard normal variable stays below.

    Raises:
        ValueError: The probability is not between 0 and 1.
    """
    if not 0 < probability < 1:
        raise ValueError(f"no normal quantile at {probability}")
    return _NORMAL.inv_cdf(probability)


def two_sided_z(confidence: float) -> float:
    """Return how many standard errors an interval reaches to either side."""
    return normal_quantile((1 + confidence) / 2)


def beta_cdf(
    place: float, first: float, second: float, *, rest: float | None = None
) -> float:
    """Return the regularised incomplete beta function.

    Args:
        place: From 0 to 1.
        first: The first parameter, above 0.
        second: The second parameter, above 0.
        rest: 1 - place where the caller knows it without rounding.
    """
    rest = 1 - place if rest is None else rest
    if place <= 0 or rest <= 0:
        return 0.0 if place <= 0 else 1.0
    if place > (first + 1) / (first + second + 2):
        return 1 - _lower_beta(rest, place, second, first)
    return _lower_beta(place, rest, first, second)


def _lower_beta(place: float, rest: float, first: float, second: float) -> float:
    front = second / (first + second) * _binomial_term(first, second, place, rest)
    return front * _fraction(place, first, second)


def _fraction(place: float, first: float, second: float) -> float:
    """Evaluate the beta function's continued fraction, by Lentz's method."""
    above = 1.0
    below = 1 / _not_zero(1 - (first + second) * place / (first + 1))
    value = below
    for step in range(1, 5_000):
        for term in _terms(place, first, second, step):
            below = 1 / _not_zero(1 + term * below)
            above = _not_zero(1 + term / above)
            value *= above * below
        if abs(above * below - 1) < 4e-16:
            break
    return value


def _terms(place: float, first: float, second: float, step: int) -> tuple[float, float]:
    place_2 = first + 2 * step
    even = step * (second - step) * place / ((place_2 - 1) * place_2)
    odd = -(first + step) * (first + second + step) * place / (place_2 * (place_2 + 1))
    return even, odd


def _not_zero(value: float) -> float:
    return value if abs(value) > _SMALLEST else _SMALLEST


def _binomial_term(
    hits: float, misses: float, chance: float, rest: float | None = None
) -> float:
    """Return the binomial probability, for real counts above 0 too (Loader 2000)."""
    rest = 1 - chance if rest is None else rest
    n = hits + misses
    if hits == 0 or misses == 0:
        power = misses * _log(rest, chance) if hits == 0 else hits * _log(chance, rest)
        return math.exp(power)
    exponent = _stirling_error(n) - _stirling_error(hits) - _stirling_error(misses)
    exponent -= _deviance(hits, n * chance) + _deviance(misses, n * rest)
    return math.exp(exponent) * math.sqrt(n / (2 * math.pi * hits * misses))


def _log(value: float, rest: float) -> float:
    if value <= 0:
        return -math.inf
    return math.log1p(-rest) if rest < 0.5 else math.log(value)


def _stirling_error(n: float) -> float:
    """Return log n! less Stirling's formula, without cancellation."""
    if n < _STIRLING_FROM:
        return math.lgamma(n + 1) - (n + 0.5) * math.log(n) + n - _HALF_LOG_TAU
    square = n * n
    tail = 1 / 1260 - (1 / 1680 - (1 / 1188 - 691 / 360360 / square) / square) / square
    return (1 / 12 - (1 / 360 - tail / square) / square) / n


def _deviance(count: float, expected: float) -> float:
    """Return count * log(count / expected) + expected - count, where it is small."""
    excess = count - expected
    if abs(excess) >= 0.1 * (count + expected):
        return count * math.log(count / expected) - excess
    ratio = excess / (count + expected)
    total, power = excess * ratio, 2 * count * ratio
    for odd in range(3, 1_000, 2):
        power *= ratio * ratio
        following = total + power / odd
        if following == total:
            break
        total = following
    return total


def binomial_pmf(hits: int, n: int, chance: float = 0.5) -> float:
    """Return the probability of exactly so many hits among n."""
    if not 0 <= hits <= n:
        return 0.0
    if n == 0 or chance in (0, 1):
        return float(hits == n * chance)
    return _binomial_term(hits, n - hits, chance)


def binomial_cdf(hits: int, n: int, chance: float = 0.5) -> float:
    """Return the probability of at most so many hits among n."""
    if hits < 0 or hits >= n:
        return 0.0 if hits < 0 else 1.0
    return beta_cdf(1 - chance, n - hits, hits + 1, rest=chance)


def chi_square_tail(value: float, degrees: int) -> float:
    """Return the probability that a chi-square variable exceeds a value.

    With whole degrees the tail is a finite sum of positive terms.
    """
    if value < _SMALLEST:
        return 1.0
    if math.isinf(value):
        return 0.0
    half, start = value / 2, 0.5 * (degrees % 2)
    log, powers = math.log(half), [start + step for step in range(degrees // 2)]
    terms = [math.exp(power * log - half - math.lgamma(power + 1)) for power in powers]
    return min(1.0, math.fsum([*terms, math.erfc(math.sqrt(half)) if start else 0.0]))


def t_tail(value: float, degrees: float) -> float:
    """Return the probability that a t variable exceeds a value of 0 or more."""
    if math.isinf(value):
        return 0.0
    if degrees >= MANY_DEGREES:
        return normal_cdf(-_hill(value, degrees))
    square = value * value
    whole = degrees + square
    return 0.5 * beta_cdf(degrees / whole, degrees / 2, 0.5, rest=square / whole)


def _hill(value: float, degrees: float) -> float:
    """Return the normal deviate with the same tail (Hill 1970, algorithm 395)."""
    near = degrees - 0.5
    scale = 48 * near * near
    square = near * math.log1p(value * value / degrees)
    above = (((-0.4 * square - 3.3) * square - 24) * square - 85.5) / (
        0.8 * square * square + 100 + scale
    )
    return ((above + square + 3) / scale + 1) * math.sqrt(square)


def t_p_value(value: float, degrees: float) -> float:
    """Return the two-sided p value of a t statistic."""
    return 2 * t_tail(abs(value), degrees)
