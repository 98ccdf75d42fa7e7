"""The formulas on arrays of counts, the last axis being classes; NaN is undefined."""

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Numbers = npt.NDArray[Any]
Weights = Literal["none", "linear", "quadratic"]


@dataclass(frozen=True, slots=True)
class Tally:
    """What the figures need of one confusion, or of one per resample.

    `right` and `predicted` are counts by class, `lost` counts the predictions that
    are no class (outside, missing), and `linear` and `quadratic` are the sums over
    rows of the distance between true and predicted class. All may have a leading axis
    of resamples; `support` is the same for all of these and has none.
    """

    support: Numbers
    right: Numbers
    predicted: Numbers
    lost: Numbers
    linear: Numbers
    quadratic: Numbers


def divide(part: Numbers, whole: Numbers) -> Floats:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(whole == 0, np.nan, part / whole)


def precision(tally: Tally) -> Floats:
    return divide(tally.right, tally.predicted)


def recall(tally: Tally) -> Floats:
    return divide(tally.right, np.broadcast_to(tally.support, tally.right.shape))


def f_score(tally: Tally, beta: float) -> Floats:
    """(1 + b²) TP / ((1 + b²) TP + b² FN + FP), of which b² FN + … is by margins."""
    square = beta * beta
    return divide((1 + square) * tally.right, square * tally.support + tally.predicted)


def macro(values: Floats) -> Floats:
    """Average over the classes where a figure is defined."""
    known = ~np.isnan(values)
    return divide(np.where(known, values, 0.0).sum(axis=-1), known.sum(axis=-1))


def weighted(values: Floats, support: Numbers) -> Floats:
    """Average by support over the classes where a figure is defined."""
    known = ~np.isnan(values)
    whole = np.where(known, support, 0).sum(axis=-1)
    return divide((np.where(known, values, 0.0) * support).sum(axis=-1), whole)


def accuracy(tally: Tally) -> Floats:
    return divide(tally.right.sum(axis=-1), np.asarray(tally.support.sum()))


def micro_precision(tally: Tally) -> Floats:
    return divide(tally.right.sum(axis=-1), tally.predicted.sum(axis=-1))


def micro_f_score(tally: Tally, beta: float) -> Floats:
    square = beta * beta
    right, predicted = tally.right.sum(axis=-1), tally.predicted.sum(axis=-1)
    return divide((1 + square) * right, square * tally.support.sum() + predicted)


def mcc(tally: Tally) -> Floats:
    """Matthews' correlation for many classes (Gorodkin 2004).

    What is outside the classes, and what is missing, are one predicted class each.
    """
    support = tally.support.astype(np.float64)
    predicted = tally.predicted.astype(np.float64)
    n, right = support.sum(), tally.right.sum(axis=-1)
    squares = (predicted**2).sum(axis=-1) + (tally.lost.astype(float) ** 2).sum(axis=-1)
    spread = (n * n - squares) * (n * n - (support**2).sum())
    return divide(right * n - predicted @ support, np.sqrt(spread))


def kappa(tally: Tally, weights: Weights) -> Floats:
    """Cohen's κ: 1 - observed / expected disagreement.

    A prediction that is no class lies as far from every class as two can be.
    """
    support = tally.support.astype(np.float64)
    n, k = support.sum(), len(support)
    lost = tally.lost.sum(axis=-1)
    apart = disagreement(k, weights)
    observed = {
        "none": n - tally.right.sum(axis=-1),
        "linear": tally.linear,
        "quadratic": tally.quadratic,
    }[weights]
    if weights != "none":
        observed = observed + lost * farthest(k, weights)
    expected = tally.predicted @ (apart @ support) + lost * farthest(k, weights) * n
    return 1 - divide(observed * n, expected)


def disagreement(k: int, weights: Weights) -> Floats:
    """Return how far each class lies from each other."""
    apart = np.abs(np.subtract.outer(np.arange(k), np.arange(k))).astype(np.float64)
    if weights == "none":
        return np.minimum(apart, 1)
    return apart if weights == "linear" else apart**2


def farthest(k: int, weights: Weights) -> float:
    if weights == "none":
        return 1.0
    return float(max(k - 1, 1)) ** (2 if weights == "quadratic" else 1)
