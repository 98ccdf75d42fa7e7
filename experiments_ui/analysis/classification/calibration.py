"""Whether scores that read as probabilities are to be believed."""

from dataclasses import dataclass

import numpy as np

from experiments_ui.analysis.classification.metric import (
    NO_ROWS,
    NOT_PROBABILITIES,
    Metric,
)
from experiments_ui.analysis.classification.rates import Floats
from experiments_ui.analysis.classification.thresholds import Scored

_CLIP = 1e-15


@dataclass(frozen=True, slots=True)
class Bin:
    """The rows whose score lies above `low` and at most at `high`.

    The first bin holds 0 too. `mean_score` and `share` of positives are None in an
    empty bin.
    """

    low: float
    high: float
    n: int
    mean_score: float | None
    share: float | None


@dataclass(frozen=True, slots=True)
class Calibration:
    """`ece` and `mce` are the mean and the largest gap of a bin, `rms` its square mean.

    The gap is |share of positives - mean score|, weighed by the bin's rows.
    """

    n: int
    brier: Metric
    log_loss: Metric
    ece: Metric
    mce: Metric
    rms: Metric
    bins: tuple[Bin, ...]


def calibration(rows: Scored, bins: int = 10) -> Calibration:
    """Hold scores against what was true; they must lie between 0 and 1."""
    reason = _gap(rows)
    if reason:
        none = Metric(None, reason)
        return Calibration(rows.n, none, none, none, none, none, ())
    table = _table(rows, bins)
    gaps, shares = _gaps(table), np.array([each.n for each in table]) / rows.n
    return Calibration(
        n=rows.n,
        brier=Metric(float(((rows.scores - rows.positive) ** 2).mean())),
        log_loss=Metric(_log_loss(rows)),
        ece=Metric(float(gaps @ shares)),
        mce=Metric(float(gaps.max())),
        rms=Metric(float(np.sqrt(gaps**2 @ shares))),
        bins=table,
    )


def _gap(rows: Scored) -> str:
    if not rows.n:
        return NO_ROWS
    inside = (rows.scores >= 0) & (rows.scores <= 1)
    return "" if inside.all() else NOT_PROBABILITIES


def _log_loss(rows: Scored) -> float:
    """Return the mean of -log(probability given to what was true), clipped."""
    likely = np.clip(rows.scores, _CLIP, 1 - _CLIP)
    return float(-np.log(np.where(rows.positive, likely, 1 - likely)).mean())


def _table(rows: Scored, bins: int) -> tuple[Bin, ...]:
    edges = np.arange(bins + 1) / bins
    # A score on an edge belongs to the bin below it.
    places = np.searchsorted(edges[1:-1], rows.scores, side="left")
    counts = np.bincount(places, minlength=bins)
    scores = np.bincount(places, weights=rows.scores, minlength=bins)
    hits = np.bincount(places, weights=rows.positive, minlength=bins)
    return tuple(
        Bin(
            low=float(edges[place]),
            high=float(edges[place + 1]),
            n=n,
            mean_score=float(scores[place]) / n if n else None,
            share=float(hits[place]) / n if n else None,
        )
        for place, n in enumerate(counts.tolist())
    )


def _gaps(table: tuple[Bin, ...]) -> Floats:
    return np.array(
        [
            0.0
            if each.share is None or each.mean_score is None
            else abs(each.share - each.mean_score)
            for each in table
        ]
    )
