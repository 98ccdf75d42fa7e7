"""An experiment's metrics summed up, alone and against a baseline; cached."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from experiments_ui.analysis.summaries import (
    Histogram,
    Interval,
    Paired,
    Summary,
    histogram,
    interval,
    paired,
    summarize,
)
from experiments_ui.columns.cache import derived
from experiments_ui.experiments.metrics import Metric
from experiments_ui.experiments.queries.sides import Side

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
    """A metric of one side; `is_rate` says that all values are 0 or 1."""

    summary: Summary
    interval: Interval | None
    histogram: Histogram
    is_rate: bool

    @property
    def nbytes(self) -> int:
        return 1_200


@dataclass(frozen=True, slots=True)
class _Pair:
    paired: Paired

    @property
    def nbytes(self) -> int:
        return 300


def figures(side: Side, metric: Metric, scope: Scope = EVERYTHING) -> SideFigures:
    """Return a metric of one experiment over the examples it ran."""
    key = ("figures", side.experiment.frame_id, metric, scope.key)
    stamp = (side.stamp, scope.stamp)
    return derived(key, stamp, lambda: _figures(side, metric, scope))


def against(
    base: Side, side: Side, metric: Metric, scope: Scope = EVERYTHING
) -> Paired:
    """Return a candidate's metric against the baseline's, example by example."""
    frames = (base.experiment.frame_id, side.experiment.frame_id)
    stamp = (base.stamp, side.stamp, scope.stamp)
    return derived(
        ("paired", frames, metric, scope.key),
        stamp,
        lambda: _Pair(_paired(base, side, metric, scope)),
    ).paired


def _figures(side: Side, metric: Metric, scope: Scope) -> SideFigures:
    # Only examples this experiment ran count: a row it never saw is not missing.
    values = side.numbers(metric)[scope.within(side.first >= 0)]
    known = values[~np.isnan(values)]
    is_rate = bool(len(known)) and bool(((known == 0) | (known == 1)).all())
    return SideFigures(
        summary=summarize(values, quantiles=metric.unit == "ms"),
        interval=interval(values),
        histogram=histogram(values, _BARS),
        is_rate=is_rate and not metric.unit,
    )


def _paired(base: Side, side: Side, metric: Metric, scope: Scope) -> Paired:
    both = scope.within((base.first >= 0) & (side.first >= 0))
    return paired(
        base.numbers(metric)[both],
        side.numbers(metric)[both],
        direction=metric.goal,
        epsilon=metric.epsilon,
    )
