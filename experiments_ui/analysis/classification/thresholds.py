"""What a score tells apart: curves over thresholds, and the area under them."""

import math
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
import numpy.typing as npt

from experiments_ui.analysis.classification.confusion import Codes
from experiments_ui.analysis.classification.metric import (
    DEFAULTS,
    NO_ROWS,
    ONE_CLASS,
    Metric,
    Options,
)
from experiments_ui.analysis.classification.rates import Floats, divide

NO_POSITIVES = "no true rows of the positive class"
MAX_POINTS = 500


@dataclass(frozen=True)
class Scored:
    """Rows with a truth and a finite score, and how the score splits them.

    `thresholds` are the distinct scores, falling; `tp` and `fp` count the rows that
    score at least as much. `unusable` counts NaN and infinite scores.
    """

    positive: npt.NDArray[np.bool_]
    scores: Floats
    thresholds: Floats
    tp: npt.NDArray[np.int64]
    fp: npt.NDArray[np.int64]
    missing_truth: int
    unusable: int

    @property
    def n(self) -> int:
        return len(self.scores)

    @property
    def positives(self) -> int:
        return int(np.count_nonzero(self.positive))

    @property
    def negatives(self) -> int:
        return self.n - self.positives

    @property
    def gap(self) -> str:
        """Say why nothing can be told apart, or nothing."""
        if not self.n:
            return NO_ROWS
        return "" if self.positives and self.negatives else ONE_CLASS


def scored(truth: Codes, scores: Floats, positive: int) -> Scored:
    """Sort rows by score: a high one speaks for the class `positive`.

    Truth of -1 is missing, and such rows are left out and counted, as are the rows with
    a truth whose score is not a finite number.
    """
    known = truth >= 0
    usable = known & np.isfinite(scores)
    hits, values = truth[usable] == positive, scores[usable].astype(np.float64)
    order = np.argsort(-values, kind="stable")
    falling = values[order]
    last = np.flatnonzero(np.append(np.diff(falling) != 0, len(falling) > 0))
    tp = np.cumsum(hits[order])[last]
    return Scored(
        positive=hits,
        scores=values,
        thresholds=falling[last],
        tp=tp,
        fp=last + 1 - tp,
        missing_truth=int(np.count_nonzero(~known)),
        unusable=int(np.count_nonzero(known & ~usable)),
    )


@dataclass(frozen=True, slots=True)
class Curve:
    """Points to draw, by falling threshold; empty with a reason if there are none."""

    x: Floats
    y: Floats
    thresholds: Floats
    reason: str = ""


_NOTHING = np.zeros(0)


def roc(rows: Scored, limit: int = MAX_POINTS) -> Curve:
    """Plot the true-positive over the false-positive rate, from (0, 0) to (1, 1).

    The first threshold is infinite: nothing scores that much.
    """
    if rows.gap:
        return Curve(_NOTHING, _NOTHING, _NOTHING, rows.gap)
    places = _thinned(len(rows.thresholds), limit - 1)
    return Curve(
        x=np.append(0.0, rows.fp[places] / rows.negatives),
        y=np.append(0.0, rows.tp[places] / rows.positives),
        thresholds=np.append(np.inf, rows.thresholds[places]),
    )


def precision_recall(rows: Scored, limit: int = MAX_POINTS) -> Curve:
    """Plot precision over recall, without interpolation, from recall 0 up.

    The point of recall 0 and precision 1 comes first, by convention.
    """
    if not rows.positives:
        reason = NO_POSITIVES if rows.n else NO_ROWS
        return Curve(_NOTHING, _NOTHING, _NOTHING, reason)
    places = _thinned(len(rows.thresholds), limit - 1)
    tp, fp = rows.tp[places], rows.fp[places]
    return Curve(
        x=np.append(0.0, tp / rows.positives),
        y=np.append(1.0, tp / (tp + fp)),
        thresholds=np.append(np.inf, rows.thresholds[places]),
    )


def _thinned(size: int, limit: int) -> npt.NDArray[np.intp]:
    """Choose places evenly, with the first and the last among them."""
    if size <= limit:
        return np.arange(size)
    return np.unique(np.linspace(0, size - 1, limit).round().astype(np.intp))


def average_precision(rows: Scored) -> Metric:
    """Sum precision times the step in recall over all thresholds."""
    if rows.gap:
        return Metric(None, rows.gap if rows.positives else _no_positives(rows))
    steps = np.diff(rows.tp, prepend=0) / rows.positives
    return Metric(float((steps * rows.tp / (rows.tp + rows.fp)).sum()))


def _no_positives(rows: Scored) -> str:
    return NO_POSITIVES if rows.n else NO_ROWS


def auc(rows: Scored, options: Options = DEFAULTS) -> Metric:
    """Return the area under the ROC curve with Hanley and McNeil's interval.

    It is the Mann-Whitney statistic: the share of pairs that the score puts right, a
    tie being half a pair. Clear separation (0 or 1) leaves no interval.
    """
    if rows.gap:
        return Metric(None, rows.gap)
    above = np.diff(rows.fp, prepend=0)  # negatives at each threshold
    below = rows.negatives - rows.fp
    won = np.diff(rows.tp, prepend=0) * (below + above / 2)
    area = float(won.sum()) / (rows.positives * rows.negatives)
    error = auc_error(area, rows.positives, rows.negatives)
    if not error:
        return Metric(area)
    half = NormalDist().inv_cdf((1 + options.confidence) / 2) * error
    low, high = max(0.0, area - half), min(1.0, area + half)
    return Metric(area, low=low, high=high, method="hanley-mcneil")


def auc_error(area: float, positives: int, negatives: int) -> float:
    """Estimate the standard error of an area (Hanley and McNeil 1982)."""
    square = area * area
    first, second = area / (2 - area), 2 * square / (1 + area)
    variance = (
        area * (1 - area)
        + (positives - 1) * (first - square)
        + (negatives - 1) * (second - square)
    )
    return math.sqrt(max(0.0, variance) / (positives * negatives))


@dataclass(frozen=True, slots=True)
class AtThresholds:
    """Figures if every score of at least the threshold is taken for positive.

    One value per threshold, falling; NaN is undefined.
    """

    thresholds: Floats
    predicted: npt.NDArray[np.int64]
    precision: Floats
    recall: Floats
    f1: Floats
    mcc: Floats
    accuracy: Floats
    reason: str = ""


def at_thresholds(rows: Scored, limit: int = MAX_POINTS) -> AtThresholds:
    """Work figures out at every distinct score, or at `limit` of them."""
    places = _thinned(len(rows.thresholds), limit)
    tp, fp = rows.tp[places], rows.fp[places]
    fn, tn = rows.positives - tp, rows.negatives - fp
    spread = (tp + fp).astype(float) * rows.positives * rows.negatives * (fn + tn)
    return AtThresholds(
        thresholds=rows.thresholds[places],
        predicted=tp + fp,
        precision=divide(tp, tp + fp),
        recall=divide(tp, tp + fn),
        f1=divide(2 * tp, 2 * tp + fp + fn),
        mcc=divide(tp * tn - fp * fn, np.sqrt(spread)),
        accuracy=divide(tp + tn, np.full(len(tp), rows.n)),
        reason=rows.gap,
    )


def at_threshold(rows: Scored, threshold: float) -> tuple[int, int, int, int]:
    """Count tp, fp, fn and tn where scores of at least the threshold are positive."""
    place = int(np.searchsorted(-rows.thresholds, -threshold, side="right"))
    tp = int(rows.tp[place - 1]) if place else 0
    fp = int(rows.fp[place - 1]) if place else 0
    return tp, fp, rows.positives - tp, rows.negatives - fp
