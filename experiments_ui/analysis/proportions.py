"""Shares of examples, bounded: one share, two shares, and two of the same examples."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from experiments_ui.analysis.distributions import (
    beta_cdf,
    binomial_cdf,
    binomial_pmf,
    chi_square_tail,
    two_sided_z,
)

Method = Literal["t", "wilson", "clopper-pearson", "newcombe", "tango", "median"]


@dataclass(frozen=True, slots=True)
class Interval:
    low: float
    high: float
    method: Method


@dataclass(frozen=True, slots=True)
class PairedCounts:
    """Examples by what the first and the second of two sides make of them."""

    both: int
    first_only: int
    second_only: int
    neither: int

    @property
    def n(self) -> int:
        return self.both + self.first_only + self.second_only + self.neither


@dataclass(frozen=True, slots=True)
class McNemar:
    """Four p values of one table; `mid_p` is the one to show."""

    exact: float
    mid_p: float
    asymptotic: float
    corrected: float


def wilson(successes: int, n: int, confidence: float = 0.95) -> Interval:
    """Bound a share by Wilson's score method."""
    z = two_sided_z(confidence)
    share, square = successes / n, z * z
    middle = (share + square / (2 * n)) / (1 + square / n)
    half = math.sqrt(share * (1 - share) / n + square / (4 * n * n))
    half *= z / (1 + square / n)
    # Rounding must not move an end away from 0 or 1.
    low = 0.0 if successes == 0 else max(0.0, middle - half)
    high = 1.0 if successes == n else min(1.0, middle + half)
    return Interval(low, high, "wilson")


def clopper_pearson(successes: int, n: int, confidence: float = 0.95) -> Interval:
    """Bound a share by the exact, conservative method."""
    tail = (1 - confidence) / 2
    failures = n - successes
    low, high = 0.0, 1.0
    if successes:
        low = _root(lambda share: beta_cdf(share, successes, failures + 1) - tail, 0, 1)
    if failures:
        high = 1 - _root(
            lambda share: beta_cdf(share, failures, successes + 1) - tail, 0, 1
        )
    return Interval(low, high, "clopper-pearson")


def _root(function: Callable[[float], float], low: float, high: float) -> float:
    """Halve a bracket of an increasing function until no number is between its ends."""
    while low < (middle := (low + high) / 2) < high:
        low, high = (middle, high) if function(middle) < 0 else (low, middle)
    return middle


def newcombe_independent(
    first: int, first_n: int, second: int, second_n: int, confidence: float = 0.95
) -> Interval:
    """Bound the first share less the second, of different examples.

    Newcombe 1998, Statistics in Medicine 17:873, method 10.
    """
    one, two = wilson(first, first_n, confidence), wilson(second, second_n, confidence)
    p1, p2 = first / first_n, second / second_n
    low = p1 - p2 - math.hypot(p1 - one.low, two.high - p2)
    high = p1 - p2 + math.hypot(one.high - p1, p2 - two.low)
    return Interval(low, high, "newcombe")


def newcombe_paired(counts: PairedCounts, confidence: float = 0.95) -> Interval:
    """Bound the first share less the second, of the same examples; n is above 0.

    Newcombe 1998, Statistics in Medicine 17:2635, method 10: square and add, with the
    correlation reduced for continuity.
    """
    n, phi = counts.n, _phi(counts)
    first, second = counts.both + counts.first_only, counts.both + counts.second_only
    one, two = wilson(first, n, confidence), wilson(second, n, confidence)
    p1, p2 = first / n, second / n
    delta = (counts.first_only - counts.second_only) / n
    low = delta - _third_side(p1 - one.low, two.high - p2, phi)
    high = delta + _third_side(p2 - two.low, one.high - p1, phi)
    return Interval(max(-1.0, low), min(1.0, high), "newcombe")


def _phi(counts: PairedCounts) -> float:
    a, b, c, d = counts.both, counts.first_only, counts.second_only, counts.neither
    margins = (a + b) * (c + d) * (a + c) * (b + d)
    if not margins:
        return 0.0
    cross = float(a * d - b * c)
    if cross > 0:
        cross = max(0.0, cross - counts.n / 2)
    return cross / math.sqrt(margins)


def _third_side(one: float, two: float, cosine: float) -> float:
    return math.sqrt(max(0.0, one * one - 2 * cosine * one * two + two * two))


def tango_paired(counts: PairedCounts, confidence: float = 0.95) -> Interval:
    """Bound the first share less the second, of the same examples; n is above 0.

    Tango 1998, Statistics in Medicine 17:891: what the score test does not reject.
    """
    z = two_sided_z(confidence)
    low = _root(lambda delta: z - _tango_score(counts, delta), -1, 1)
    high = _root(lambda delta: -z - _tango_score(counts, delta), -1, 1)
    return Interval(low, high, "tango")


def _tango_score(counts: PairedCounts, delta: float) -> float:
    n, b, c = counts.n, counts.first_only, counts.second_only
    linear = (2 * n - b + c) * delta - b - c
    inside = linear * linear + 8 * n * c * delta * (1 - delta)
    share = (math.sqrt(max(0.0, inside)) - linear) / (4 * n)
    variance = n * (2 * share + delta * (1 - delta))
    excess = b - c - n * delta
    if variance <= 0:
        return math.copysign(math.inf, excess) if excess else 0.0
    return excess / math.sqrt(variance)


def mcnemar(first_only: int, second_only: int) -> McNemar:
    """Test whether two shares of the same examples differ; all 1 without a change.

    Fagerland, Lydersen and Laake 2013, BMC Medical Research Methodology 13:91.
    """
    changed = first_only + second_only
    if not changed:
        return McNemar(1.0, 1.0, 1.0, 1.0)
    fewer, apart = min(first_only, second_only), abs(first_only - second_only)
    below, here = binomial_cdf(fewer, changed), binomial_pmf(fewer, changed)
    corrected = max(0, apart - 1)
    return McNemar(
        exact=min(1.0, 2 * below),
        mid_p=2 * below - here if apart else 1 - here / 2,
        asymptotic=chi_square_tail(apart * apart / changed, 1),
        corrected=chi_square_tail(corrected * corrected / changed, 1),
    )
