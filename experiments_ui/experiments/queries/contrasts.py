"""An experiment's metrics summed up, alone and against a baseline; cached."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from experiments_ui.analysis.contrast import (
    Contrast,
    LabelContrast,
    contrast,
    label_contrast,
)
from experiments_ui.analysis.median_contrast import median_contrast
from experiments_ui.analysis.summaries import (
    Floats,
    Histogram,
    Interval,
    Summary,
    histogram,
)
from experiments_ui.columns.cache import derived
from experiments_ui.experiments.metrics import Metric
from experiments_ui.experiments.queries.figures import measure
from experiments_ui.experiments.queries.sides import Side, common_codes

Mask = npt.NDArray[np.bool_]

_BARS = 10


@dataclass(frozen=True, slots=True, eq=False)
class Scope:
    """The examples that statistics are about.

    Attributes:
        mask: By position; None for all there are.
        key: Stands for it in keys of the cache, with `stamp` for its revisions.
        unknown: Names in its filter that nothing has: their values are missing.
    """

    mask: Mask | None = None
    key: tuple[object, ...] = ()
    stamp: tuple[object, ...] = ()
    unknown: tuple[str, ...] = ()

    @property
    def nbytes(self) -> int:
        return 0 if self.mask is None else int(self.mask.nbytes)

    def within(self, present: Mask) -> Mask:
        return present if self.mask is None else present & self.mask


EVERYTHING = Scope()


@dataclass(frozen=True, slots=True)
class SideFigures:
    """A metric of one side; `is_rate` says that all values are 0 or 1.

    `value` stands for it: the mean, or the median of a duration; `interval` bounds
    that.
    """

    value: float | None
    summary: Summary
    interval: Interval | None
    histogram: Histogram
    is_rate: bool

    @property
    def nbytes(self) -> int:
        return 1_200


def figures(side: Side, metric: Metric, scope: Scope = EVERYTHING) -> SideFigures:
    """Return a metric of one experiment over the examples it ran."""
    key = ("figures", side.experiment.frame_id, metric, scope.key)
    stamp = (side.stamp, scope.stamp)
    return derived(key, stamp, lambda: _figures(side, metric, scope))


def against(
    base: Side, side: Side, metric: Metric, scope: Scope = EVERYTHING
) -> Contrast:
    """Return a candidate's metric against the baseline's, example by example."""
    return derived(
        ("contrast", _frames(base, side), metric, scope.key),
        (base.stamp, side.stamp, scope.stamp),
        lambda: _contrast(base, side, metric, scope),
    )


def labels_against(
    base: Side, side: Side, metric: Metric, scope: Scope = EVERYTHING
) -> LabelContrast:
    """Return a candidate's labels against the baseline's, example by example."""
    return derived(
        ("label contrast", _frames(base, side), metric, scope.key),
        (base.stamp, side.stamp, scope.stamp),
        lambda: _label_contrast(base, side, metric, scope),
    )


def paired_numbers(
    base: Side, side: Side, metric: Metric, scope: Scope = EVERYTHING
) -> tuple[Floats, Floats]:
    """Return both sides' numbers of the examples that both ran, NaN where none."""
    both = scope.within((base.first >= 0) & (side.first >= 0))
    return base.numbers(metric)[both], side.numbers(metric)[both]


def _frames(base: Side, side: Side) -> tuple[int, int]:
    return base.experiment.frame_id, side.experiment.frame_id


def _figures(side: Side, metric: Metric, scope: Scope) -> SideFigures:
    # Only examples this experiment ran count: a row it never saw is not missing.
    ran = scope.within(side.first >= 0)
    if metric.is_label:
        return _labels_counted(side, metric, ran)
    values = side.numbers(metric)[ran]
    measured = measure(values, metric, quantiles=metric.unit == "ms")
    summary = measured.summary
    return SideFigures(
        value=summary.p50 if metric.unit == "ms" else summary.mean,
        summary=summary,
        interval=measured.interval,
        histogram=histogram(values, _BARS),
        is_rate=measured.is_rate,
    )


def _labels_counted(side: Side, metric: Metric, ran: Mask) -> SideFigures:
    """Return how many examples have a label; nothing else is known of labels."""
    column = side.columns.get(metric.column)
    known = ran & (False if column is None else column.values >= 0)
    n, nothing = int(np.count_nonzero(known)), np.empty(0)
    return SideFigures(
        value=None,
        summary=Summary(n=n, missing=int(np.count_nonzero(ran)) - n),
        interval=None,
        histogram=histogram(nothing, _BARS),
        is_rate=False,
    )


def _contrast(base: Side, side: Side, metric: Metric, scope: Scope) -> Contrast:
    before, after = paired_numbers(base, side, metric, scope)
    compare = median_contrast if metric.unit == "ms" else contrast
    return compare(before, after, direction=metric.goal, epsilon=metric.epsilon)


def _label_contrast(
    base: Side, side: Side, metric: Metric, scope: Scope
) -> LabelContrast:
    both = scope.within((base.first >= 0) & (side.first >= 0))
    before, after = common_codes(base, side, metric)
    return label_contrast(before[both], after[both])
