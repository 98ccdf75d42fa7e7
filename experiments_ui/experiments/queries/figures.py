"""The few numbers that stand for an experiment in lists and headers."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from experiments_ui.analysis.alignment import scatter
from experiments_ui.analysis.median_contrast import median_interval
from experiments_ui.analysis.summaries import (
    Floats,
    Interval,
    Summary,
    interval,
    summarize,
)
from experiments_ui.columns import read as column_reader
from experiments_ui.columns.cache import derived
from experiments_ui.columns.read import FrameShape
from experiments_ui.columns.vectors import Vector
from experiments_ui.experiments.incoming import POSITION
from experiments_ui.experiments.metrics import Metric, metrics_in
from experiments_ui.experiments.models import Experiment
from experiments_ui.experiments.queries.standing import as_set, settings_of

Positions = npt.NDArray[np.int64]

_MOST_LABELS = 50


@dataclass(frozen=True, slots=True)
class Measured:
    """Values of one metric summed up.

    `is_rate` says that all of them are 0 or 1, so that the mean is a share.
    """

    summary: Summary
    interval: Interval | None
    is_rate: bool


@dataclass(frozen=True, slots=True)
class MetricFigures(Measured):
    """One metric summed up by example: repeats are averaged, as comparisons do.

    Runs of no example count one by one if the experiment has no other runs, which
    `per_run` tells; else they are left out. `runs` sums up all runs as they came, for
    metrics with a unit. `labels` counts those of label metrics, the most
    frequent first.
    """

    runs: Summary
    per_run: bool = False
    labels: tuple[tuple[str, int], ...] = ()

    @property
    def nbytes(self) -> int:
        return 600 + 80 * len(self.labels)


@dataclass(frozen=True, slots=True)
class Figures:
    """An experiment in numbers: how many runs, and each metric by its key."""

    length: int
    metrics: tuple[Metric, ...]
    by_key: Mapping[str, MetricFigures]

    @property
    def main(self) -> Metric | None:
        """The score that stands for the experiment where there is room for one."""
        return next((m for m in self.metrics if not m.unit and not m.is_label), None)

    def of_unit(self, unit: str) -> MetricFigures | None:
        """Return latency, tokens or cost by their unit."""
        metric = next((one for one in self.metrics if one.unit == unit), None)
        return None if metric is None else self.by_key[metric.key]


def measure(values: Floats, metric: Metric, *, quantiles: bool) -> Measured:
    """Sum up a metric's values, NaN where there is none."""
    # A duration is told by its median, everything else by its mean.
    bounds = median_interval(values) if metric.unit == "ms" else interval(values)
    is_binary = bounds is not None and bounds.method == "wilson"
    return Measured(
        summary=summarize(values, quantiles=quantiles),
        interval=bounds,
        is_rate=is_binary and not metric.unit,
    )


def figures_of(experiments: Collection[Experiment]) -> dict[int, Figures]:
    """Return figures by experiment number: at most eight queries for any number.

    They are computed once for each revision of an experiment. Metrics have the
    direction and epsilon that their dataset gives them.
    """
    shapes = column_reader.describe([one.frame_id for one in experiments])
    settings = settings_of({one.dataset_id for one in experiments})
    metrics = {
        one.frame_id: as_set(
            metrics_in(shapes[one.frame_id].columns.values()), settings[one.dataset_id]
        )
        for one in experiments
        if one.frame_id in shapes
    }
    vectors = column_reader.vectors(
        {
            frame_id: [POSITION, *(m.column for m in found)]
            for frame_id, found in metrics.items()
        }
    )
    return {
        one.pk: _figures(
            one.frame_id, shapes[one.frame_id], metrics[one.frame_id], vectors
        )
        for one in experiments
        if one.frame_id in shapes
    }


def _figures(
    frame_id: int,
    shape: FrameShape,
    metrics: Sequence[Metric],
    vectors: Mapping[int, Mapping[str, Vector]],
) -> Figures:
    held = vectors.get(frame_id, {})
    known = tuple(metric for metric in metrics if metric.column in held)
    by_key = {
        metric.key: derived(
            ("figures of all runs", frame_id, metric.key),
            shape.revision,
            lambda metric=metric: _metric_figures(metric, held),  # type: ignore[misc]  # binds now
        )
        for metric in known
    }
    return Figures(shape.length, known, by_key)


def _metric_figures(metric: Metric, held: Mapping[str, Vector]) -> MetricFigures:
    vector, positions = held[metric.column], _positions(held)
    if metric.is_label:
        return _label_figures(vector, positions)
    values = vector.numbers()
    measured = measure(_by_example(values, positions), metric, quantiles=False)
    return MetricFigures(
        summary=measured.summary,
        interval=measured.interval,
        is_rate=measured.is_rate,
        runs=summarize(values) if metric.unit else measured.summary,
        per_run=positions is None,
    )


def _positions(held: Mapping[str, Vector]) -> Positions | None:
    """Return each run's position; None if no run has one."""
    vector = held.get(POSITION)
    if vector is None or not (vector.values >= 0).any():
        return None
    found: Positions = vector.values
    return found


def _by_example(
    values: npt.NDArray[np.generic], positions: Positions | None
) -> npt.NDArray[np.float64]:
    """Return one value for each example that was run, in order of position."""
    if positions is None:
        return values  # type: ignore[return-value]  # of the kind that came
    size = int(positions.max()) + 1
    was_run = np.zeros(size, np.bool_)
    was_run[positions[positions >= 0]] = True
    laid_out: npt.NDArray[np.float64] = scatter(values, positions, size).values
    return laid_out[was_run]


def _label_figures(vector: Vector, positions: Positions | None) -> MetricFigures:
    codes = _by_example(vector.values, positions)
    known = codes[codes >= 0].astype(np.intp)
    counts = np.bincount(known, minlength=len(vector.labels))
    order = np.argsort(-counts, kind="stable")[:_MOST_LABELS].tolist()
    summary = Summary(n=len(known), missing=len(codes) - len(known))
    return MetricFigures(
        summary=summary,
        interval=None,
        is_rate=False,
        runs=summary,
        per_run=positions is None,
        labels=tuple((vector.labels[i], int(counts[i])) for i in order if counts[i]),
    )
