"""The few numbers that stand for an experiment in lists and headers."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from experiments_ui.analysis.summaries import Interval, Summary, interval, summarize
from experiments_ui.columns import read as column_reader
from experiments_ui.columns.cache import derived
from experiments_ui.columns.read import FrameShape
from experiments_ui.columns.vectors import Vector
from experiments_ui.experiments.metrics import Metric, metrics_in
from experiments_ui.experiments.models import Experiment

_MOST_LABELS = 50


@dataclass(frozen=True, slots=True)
class MetricFigures:
    """One metric summed up over all runs; `labels` are counted for label metrics.

    `is_rate` says that all its values are 0 or 1, so that the mean is a share.
    """

    summary: Summary
    interval: Interval | None
    is_rate: bool
    labels: tuple[tuple[str, int], ...] = ()

    @property
    def nbytes(self) -> int:
        return 400 + 80 * len(self.labels)


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


def figures_of(experiments: Collection[Experiment]) -> dict[int, Figures]:
    """Return figures by experiment number: at most seven queries for any number.

    They are computed once for each revision of an experiment.
    """
    shapes = column_reader.describe([one.frame_id for one in experiments])
    metrics = {
        frame_id: metrics_in(shape.columns.values())
        for frame_id, shape in shapes.items()
    }
    vectors = column_reader.vectors(
        {frame_id: [m.column for m in found] for frame_id, found in metrics.items()}
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
            ("figures of all runs", frame_id, metric),
            shape.revision,
            lambda metric=metric: _metric_figures(metric, held[metric.column]),  # type: ignore[misc]  # binds now
        )
        for metric in known
    }
    return Figures(shape.length, known, by_key)


def _metric_figures(metric: Metric, vector: Vector) -> MetricFigures:
    if metric.is_label:
        return _label_figures(vector)
    values = vector.numbers()
    bounds = interval(values)
    return MetricFigures(
        summary=summarize(values),
        interval=bounds,
        is_rate=bounds is not None and bounds.method == "wilson" and not metric.unit,
    )


def _label_figures(vector: Vector) -> MetricFigures:
    known = vector.values[vector.values >= 0]
    counts = np.bincount(known, minlength=len(vector.labels))
    order = np.argsort(-counts, kind="stable")[:_MOST_LABELS].tolist()
    return MetricFigures(
        summary=Summary(n=len(known), missing=len(vector) - len(known)),
        interval=None,
        is_rate=False,
        labels=tuple((vector.labels[i], int(counts[i])) for i in order if counts[i]),
    )
