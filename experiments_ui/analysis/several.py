"""Tests of more than two at once: corrected p values, several sides, several labels."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from experiments_ui.analysis.changes import Floats
from experiments_ui.analysis.distributions import chi_square_tail

Counts = npt.NDArray[np.int64]

_ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class ChiSquare:
    """A statistic, its degrees of freedom and its p value."""

    statistic: float
    degrees: int
    p_value: float


def holm(p_values: Sequence[float]) -> list[float]:
    """Adjust p values so that with any truth a false find has its level (Holm 1979)."""
    order = sorted(range(len(p_values)), key=lambda place: p_values[place])
    adjusted, largest = [0.0] * len(p_values), 0.0
    for done, place in enumerate(order):
        largest = max(largest, p_values[place] * (len(p_values) - done))
        adjusted[place] = min(1.0, largest)
    return adjusted


def benjamini_hochberg(p_values: Sequence[float]) -> list[float]:
    """Adjust p values so that the share of false finds has its level (1995)."""
    order = sorted(range(len(p_values)), key=lambda place: p_values[place])
    adjusted, smallest = [0.0] * len(p_values), 1.0
    for rank in range(len(order), 0, -1):
        place = order[rank - 1]
        smallest = min(smallest, p_values[place] * len(p_values) / rank)
        adjusted[place] = smallest
    return adjusted


def cochran_q(scores: Floats) -> ChiSquare | None:
    """Test whether several sides have one share of ones.

    Args:
        scores: 0 or 1 by example and side; examples with a gap are left out.

    Returns:
        None where no example tells sides apart, or with fewer than two sides.
    """
    known = _whole_rows(scores)
    sides = known.shape[1]
    by_row = known.sum(axis=1)
    apart = float((by_row * (sides - by_row)).sum())
    if sides < 2 or not apart:
        return None
    by_side = known.sum(axis=0)
    spread = float(((by_side - by_side.mean()) ** 2).sum())
    return _chi_square(sides * (sides - 1) * spread / apart, sides - 1)


def friedman(scores: Floats) -> ChiSquare | None:
    """Test whether several sides rank alike over examples, corrected for ties.

    Args:
        scores: By example and side; examples with a gap are left out.

    Returns:
        None where every example is a tie, or with fewer than two sides.
    """
    known = _whole_rows(scores)
    sides = known.shape[1]
    below = (known[:, :, None] > known[:, None, :]).sum(axis=2)
    equal = (known[:, :, None] == known[:, None, :]).sum(axis=2)
    away = below + (equal + 1) / 2 - (sides + 1) / 2
    squares = float((away**2).sum())
    if sides < 2 or not squares:
        return None
    spread = float((away.sum(axis=0) ** 2).sum())
    return _chi_square((sides - 1) * spread / squares, sides - 1)


def _whole_rows(scores: Floats) -> Floats:
    return scores[np.isfinite(scores).all(axis=1)]


def stuart_maxwell(table: Counts) -> ChiSquare | None:
    """Test whether two sides give every label equally often.

    Stuart 1955 and Maxwell 1970. Labels that no change leaves or reaches say nothing;
    where changes fall into groups of labels without a change between groups, each group
    loses one degree of freedom.

    Args:
        table: Examples by label of the first and of the second side.

    Returns:
        None where no label changed.
    """
    moved = np.array(table, dtype=np.float64)
    np.fill_diagonal(moved, 0.0)
    out, into = moved.sum(axis=1), moved.sum(axis=0)
    involved = (out + into) > 0
    if not involved.any():
        return None
    moved = moved[np.ix_(involved, involved)]
    excess = (out - into)[involved]
    covariance = np.diag((out + into)[involved]) - moved - moved.T
    values, vectors = np.linalg.eigh(covariance)
    kept = values > _ROUNDING * values[-1]
    along = vectors[:, kept].T @ excess
    return _chi_square(float((along**2 / values[kept]).sum()), int(kept.sum()))


def bowker(table: Counts) -> ChiSquare | None:
    """Test whether changes between any two labels go both ways equally often.

    Bowker 1948; a degree for each pair of labels with a change. None without one.
    """
    above, below = np.triu(table, 1), np.tril(table, -1).T
    changed = (above + below) > 0
    if not changed.any():
        return None
    apart = (above - below)[changed].astype(np.float64)
    statistic = float((apart**2 / (above + below)[changed]).sum())
    return _chi_square(statistic, int(changed.sum()))


def _chi_square(statistic: float, degrees: int) -> ChiSquare:
    statistic = statistic if math.isfinite(statistic) else 0.0
    return ChiSquare(statistic, degrees, chi_square_tail(statistic, degrees))
