"""Experiments lined up: each one's values by the position of their example."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from experiments_ui.analysis.alignment import first_run, scatter
from experiments_ui.columns import read as column_reader
from experiments_ui.columns.cache import derived
from experiments_ui.columns.models import Kind
from experiments_ui.columns.read import FrameShape
from experiments_ui.columns.vectors import Vector
from experiments_ui.experiments.incoming import ERRORED, OUTPUT_MARK, POSITION
from experiments_ui.experiments.metrics import Metric, metrics_in
from experiments_ui.experiments.models import Experiment

Array = npt.NDArray[np.generic]


@dataclass(frozen=True, slots=True, eq=False)
class Aligned:
    """One column by position; `labels` tells what codes stand for."""

    values: npt.NDArray[np.float64] | npt.NDArray[np.int32]
    labels: tuple[str, ...] = ()

    @property
    def nbytes(self) -> int:
        return int(self.values.nbytes) + sum(len(text) + 60 for text in self.labels)


@dataclass(frozen=True, slots=True, eq=False)
class _Runs:
    """Where an experiment's runs lie, by position."""

    first: npt.NDArray[np.int32]
    errored: npt.NDArray[np.bool_]
    marks: npt.NDArray[np.int64]
    most_repeats: int

    @property
    def nbytes(self) -> int:
        return int(self.first.nbytes + self.errored.nbytes + self.marks.nbytes)


@dataclass(frozen=True, slots=True, eq=False)
class Side:
    """One experiment of a comparison.

    Attributes:
        shape: Its columns.
        first: The sequence of the first run at each position, -1 for none.
        errored: Whether that run failed.
        marks: Equal numbers for equal outputs; 0 where there is none.
        most_repeats: How often the example with most runs was run.
        columns: The values of metrics, by column name; repeats are averaged.
    """

    experiment: Experiment
    shape: FrameShape
    first: npt.NDArray[np.int32]
    errored: npt.NDArray[np.bool_]
    marks: npt.NDArray[np.int64]
    most_repeats: int
    columns: dict[str, Aligned]

    @property
    def stamp(self) -> tuple[int, int]:
        """What anything computed from this side is good for; see `derived`."""
        return self.shape.revision, len(self.first)

    def numbers(self, metric: Metric) -> npt.NDArray[np.float64]:
        """Return a metric's numbers by position, NaN where there is none."""
        column = self.columns.get(metric.column)
        if column is None or metric.is_label or column.labels:
            return np.full(len(self.first), np.nan)
        return column.values.astype(np.float64, copy=False)


def metrics_of(experiments: Sequence[Experiment]) -> list[Metric]:
    """Return what any of these experiments can be measured by."""
    shapes = column_reader.describe([one.frame_id for one in experiments])
    found: dict[str, Metric] = {}
    for shape in shapes.values():
        for metric in metrics_in(shape.columns.values()):
            found.setdefault(metric.key, metric)
    ranks = {"": 0, "ms": 1, "tokens": 2, "usd": 3}
    return sorted(found.values(), key=lambda one: (ranks[one.unit], one.is_label))


def sides(experiments: Sequence[Experiment], columns: Collection[str]) -> list[Side]:
    """Return the experiments by position, with the columns wanted.

    Warm, this is two queries and no computing: what is lined up is cached by the
    revision of its experiment.
    """
    size = max(one.dataset.next_position if one.dataset else 0 for one in experiments)
    shapes = column_reader.describe([one.frame_id for one in experiments])
    wanted = {
        one.frame_id: [POSITION, ERRORED, OUTPUT_MARK, *columns] for one in experiments
    }
    vectors = column_reader.vectors(wanted)
    return [
        _side(one, shapes[one.frame_id], vectors[one.frame_id], columns, size)
        for one in experiments
    ]


def _side(
    experiment: Experiment,
    shape: FrameShape,
    vectors: dict[str, Vector],
    columns: Collection[str],
    size: int,
) -> Side:
    key, stamp = ("runs", experiment.frame_id), (shape.revision, size)
    runs = derived(key, stamp, lambda: _runs(vectors, size))
    aligned = {
        name: derived(
            ("aligned", experiment.frame_id, name),
            stamp,
            lambda vector=vectors[name]: _aligned(vector, vectors, size),  # type: ignore[misc]  # binds now
        )
        for name in columns
        if name in vectors
    }
    return Side(
        experiment=experiment,
        shape=shape,
        first=runs.first,
        errored=runs.errored,
        marks=runs.marks,
        most_repeats=runs.most_repeats,
        columns=aligned,
    )


def _positions(vectors: dict[str, Vector]) -> npt.NDArray[np.int64]:
    vector = vectors.get(POSITION)
    return np.empty(0, np.int64) if vector is None else vector.values


def _runs(vectors: dict[str, Vector], size: int) -> _Runs:
    positions = _positions(vectors)
    first = first_run(positions, size)
    counts = np.bincount(positions[positions >= 0], minlength=1)
    return _Runs(
        first=first,
        errored=_at_first(vectors.get(ERRORED), first) == 1,
        marks=_at_first(vectors.get(OUTPUT_MARK), first),
        most_repeats=int(counts.max()),
    )


def _at_first(
    vector: Vector | None, first: npt.NDArray[np.int32]
) -> npt.NDArray[np.int64]:
    """Return, by position, the value of the first run there; 0 where there is none."""
    values = np.zeros(len(first), np.int64)
    if vector is not None:
        there = first >= 0
        values[there] = vector.values[first[there]]
    return values


def _aligned(vector: Vector, vectors: dict[str, Vector], size: int) -> Aligned:
    is_code = vector.kind == Kind.CODE
    values = vector.values if is_code else vector.numbers()
    laid_out = scatter(values, _positions(vectors), size).values
    return Aligned(laid_out, vector.labels if is_code else ())


def common_codes(
    base: Side, other: Side, metric: Metric
) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int32]]:
    """Return a label metric of two sides, coded by the first side's dictionary."""
    empty = np.full(len(base.first), -1, np.int32)
    before, after = (one.columns.get(metric.column) for one in (base, other))
    if after is None:
        return (empty if before is None else before.values.astype(np.int32)), empty
    known = {} if before is None else {t: i for i, t in enumerate(before.labels)}
    table = [known.setdefault(text, len(known)) for text in after.labels]
    codes = np.array([*table, -1], np.int32)[after.values.astype(np.int32)]
    return (empty if before is None else before.values.astype(np.int32)), codes
