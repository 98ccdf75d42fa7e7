"""The sign-flip permutation test of a mean change, and the interval that goes with it.

If neither side were better, each change could as well have had the other sign. A shift
of the candidate is plausible as long as the test does not reject the changes less that
shift. By Hartigan 1969 the shift that a pattern of flips just reaches is the mean of
the changes it flips, so one tail is a count of subsets by their mean.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np

from experiments_ui.analysis.changes import Floats, present
from experiments_ui.analysis.resampling import CHUNK_VALUES, orient

EXACT_UP_TO = 20  # changes: 2**20 patterns of signs
_RANDOM_SUBSETS = 9_999  # with the changes as they are, 10,000 patterns
_HALVINGS = 34
# Sums that are equal on paper may differ by this share of all changes.
_ROUNDING = 1e-12

_CountAtMost = Callable[[float], int]


@dataclass(frozen=True, slots=True)
class SignFlip:
    """No limits where even the rarest pattern is likelier than they may be."""

    n: int
    mean: float
    low: float | None
    high: float | None
    p_value: float
    method: Literal["exact", "random"]


@dataclass(frozen=True, slots=True)
class _Patterns:
    """Subsets of the changes: how many in all, and how many with a mean up to a value.

    The empty one is always counted.
    """

    count: int
    at_most: _CountAtMost
    at_least: _CountAtMost


def sign_flip(
    changes: Floats, *, confidence: float = 0.95, seed: int = 0
) -> SignFlip | None:
    """Test whether the mean change is 0; None with fewer than two changes.

    All patterns are counted up to 20 changes, and 10,000 random ones beyond.
    """
    known, sign = orient(present(changes))
    n = len(known)
    if n < 2:
        return None
    is_exact = n <= EXACT_UP_TO
    patterns = _all_patterns(known) if is_exact else _random_patterns(known, seed)
    tail = min(patterns.at_most(0.0), patterns.at_least(0.0))
    p_value = min(1.0, 2 * tail / patterns.count)
    needed = math.floor((1 - confidence) / 2 * patterns.count + 1e-9) + 1
    low = high = None
    if needed > 1:
        low = _reached(patterns.at_most, needed, known)
        high = -_reached(lambda value: patterns.at_least(-value), needed, -known)
    if sign < 0:
        low, high = _negated(high), _negated(low)
    mean = sign * float(known.mean())
    return SignFlip(n, mean, low, high, p_value, "exact" if is_exact else "random")


def _negated(value: float | None) -> float | None:
    return None if value is None else 0.0 - value


def _reached(at_most: _CountAtMost, needed: int, known: Floats) -> float:
    """Return the value up to which so many subsets have their mean, from below."""
    low, high = float(known.min()), float(known.max())
    if at_most(low) >= needed:
        return low
    for _ in range(_HALVINGS):
        middle = low / 2 + high / 2
        low, high = (low, middle) if at_most(middle) >= needed else (middle, high)
    return low


def _all_patterns(known: Floats) -> _Patterns:
    """Count pairs of a subset of one half and one of the other half."""
    near = _ROUNDING * float(np.abs(known).sum())
    halves = [_subsets(known[0::2]), _subsets(known[1::2])]

    def at_most(value: float) -> int:
        one, two = (np.sort(sums - value * sizes) for sums, sizes in halves)
        return int(np.searchsorted(two, near - one, side="right").sum())

    def at_least(value: float) -> int:
        one, two = (np.sort(value * sizes - sums) for sums, sizes in halves)
        return int(np.searchsorted(two, near - one, side="right").sum())

    return _Patterns(2 ** len(known), at_most, at_least)


def _subsets(values: Floats) -> tuple[Floats, Floats]:
    """Return the sum and the size of every subset."""
    sums = sizes = np.zeros(1)
    for value in values:
        sums = np.concatenate((sums, sums + value))
        sizes = np.concatenate((sizes, sizes + 1))
    return sums, sizes


def _random_patterns(known: Floats, seed: int) -> _Patterns:
    means = np.sort(_random_means(known, np.random.default_rng(seed)))
    near = _ROUNDING * float(np.abs(known).mean())

    def at_most(value: float) -> int:
        return 1 + int(np.searchsorted(means, value + near, side="right"))

    def at_least(value: float) -> int:
        below = int(np.searchsorted(means, value - near, side="left"))
        return 1 + len(means) - below

    return _Patterns(_RANDOM_SUBSETS + 1, at_most, at_least)


def _random_means(known: Floats, random: np.random.Generator) -> Floats:
    """Return the means of random subsets, drawn in parts so that memory stays small."""
    n = len(known)
    rows = max(1, CHUNK_VALUES // n)
    means = []
    for start in range(0, _RANDOM_SUBSETS, rows):
        count = min(rows, _RANDOM_SUBSETS - start)
        packed = random.integers(0, 256, size=(count, -(-n // 8)), dtype=np.uint8)
        chosen = np.unpackbits(packed, axis=1, count=n).astype(np.float64)
        means.append((chosen @ known) / np.maximum(chosen.sum(axis=1), 1))
    return np.concatenate(means)
