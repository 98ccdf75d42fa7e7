"""How far each slice lies from no change, and from all other rows."""

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from experiments_ui.analysis.distributions import t_p_value
from experiments_ui.analysis.proportions import mcnemar
from experiments_ui.analysis.slices.features import Floats, Places


@dataclass(frozen=True, slots=True)
class Rows:
    """Gains less their mean, which keeps sums of squares exact, and their totals."""

    centred: Floats
    squares: Floats
    mean: float
    whole: bool

    @classmethod
    def of(cls, gains: Floats) -> "Rows":
        mean = float(gains.mean()) if len(gains) else 0.0
        centred = gains - mean
        whole = bool(np.isin(gains, (-1.0, 0.0, 1.0)).all())
        return cls(centred, centred**2, mean, whole)

    @property
    def n(self) -> int:
        return len(self.centred)


@dataclass(frozen=True, slots=True)
class Statistics:
    """One value per slice; `score` is the statistic of slice against rest."""

    n: Places
    delta: Floats
    error: Floats
    effect: Floats
    score: Floats
    degrees: Floats


def statistics(rows: Rows, n: Places, sums: Floats, squares: Floats) -> Statistics:
    """Compare each slice with 0, and by Welch's formulas with the other rows."""
    others = rows.n - n
    inside, outside = sums / n, (rows.centred.sum() - sums) / others
    spread = _variance(n, inside, squares) / n
    rest = _variance(others, outside, rows.squares.sum() - squares) / others
    error = spread + rest
    with np.errstate(divide="ignore", invalid="ignore"):
        score = (inside - outside) / np.sqrt(error)
        degrees = error**2 / (
            spread**2 / np.maximum(n - 1, 1) + rest**2 / np.maximum(others - 1, 1)
        )
    return Statistics(
        n=n,
        delta=rows.mean + inside,
        error=np.sqrt(spread),
        effect=inside - outside,
        score=np.where(inside == outside, 0.0, score),
        degrees=np.where(np.isfinite(degrees), np.maximum(degrees, 1), 1.0),
    )


def _variance(n: Places, mean: Floats, squares: Floats) -> Floats:
    left = squares - n * mean**2
    # What rounding leaves of no spread at all is none.
    left = np.where(left <= 1e-12 * squares, 0.0, left)
    return left / np.maximum(n - 1, 1)


def p_values(rows: Rows, found: Statistics, sums: Floats, squares: Floats) -> Floats:
    """Test each slice's own change, as a comparison of all rows would."""
    if rows.whole:
        gained = np.rint(sums + found.n * rows.mean)
        changed = np.rint(squares + rows.mean * (2 * sums + found.n * rows.mean))
        better, worse = (changed + gained) / 2, (changed - gained) / 2
        return np.array(
            [_mid_p(int(b), int(w)) for b, w in zip(better, worse, strict=True)]
        )
    cells = zip(found.n.tolist(), found.delta.tolist(), found.error, strict=True)
    return np.array([_paired_p(n, delta, float(error)) for n, delta, error in cells])


@lru_cache(maxsize=65_536)
def _mid_p(better: int, worse: int) -> float:
    return mcnemar(worse, better).mid_p


def _paired_p(n: int, delta: float, error: float) -> float:
    if error:
        return t_p_value(delta / error, n - 1)
    # The same change in every row: all that is left is its sign.
    return math.ldexp(1.0, 1 - n) if delta else 1.0


def effect_p_values(found: Statistics) -> Floats:
    scores = zip(found.score.tolist(), found.degrees.tolist(), strict=True)
    return np.array(
        [
            t_p_value(score, degrees) if math.isfinite(score) else 0.0
            for score, degrees in scores
        ]
    )


def adjusted(p: Floats) -> Floats:
    """Adjust p values for the false-discovery rate (Benjamini and Hochberg 1995)."""
    order = np.argsort(-p, kind="stable")
    scaled = p[order] * len(p) / np.arange(len(p), 0, -1)
    result = np.empty(len(p))
    result[order] = np.minimum(np.minimum.accumulate(scaled), 1.0)
    return result
