"""The vectors of one experiment: which runs to show, and in which order."""

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from experiments_ui.analysis.filters import parse
from experiments_ui.columns import read as column_reader
from experiments_ui.columns.models import Kind
from experiments_ui.columns.models import Role as ColumnRole
from experiments_ui.columns.read import FrameShape
from experiments_ui.columns.vectors import Vector
from experiments_ui.experiments import queries
from experiments_ui.experiments.clusters import Cluster
from experiments_ui.experiments.incoming import ERRORED, POSITION
from experiments_ui.experiments.metrics import Metric, metrics_in
from experiments_ui.experiments.models import Experiment
from experiments_ui.experiments.queries.standing import as_set_for

_MOST_LABELS = 60
LABELLED = "label:"

Mask = npt.NDArray[np.bool_]
Sequences = npt.NDArray[np.intp]


class RunFrame:
    """An experiment's columns, read once for a page: at most six queries."""

    def __init__(self, experiment: Experiment) -> None:
        self.experiment = experiment
        frame = experiment.frame_id
        self.shape: FrameShape = column_reader.describe([frame])[frame]
        names = [n for n, c in self.shape.columns.items() if c.kind != Kind.TEXT]
        read = column_reader.vectors({frame: names})
        self.vectors: Mapping[str, Vector] = read[frame]
        self.metrics: list[Metric] = [
            metric
            for metric in as_set_for(
                experiment, metrics_in(self.shape.columns.values())
            )
            if metric.column in self.vectors
        ]

    @property
    def length(self) -> int:
        return self.shape.length

    def everything(self) -> Mask:
        return np.ones(self.length, np.bool_)

    def errored(self) -> Mask:
        vector = self.vectors.get(ERRORED)
        if vector is None:
            return np.zeros(self.length, np.bool_)
        marks: Mask = vector.values == 1
        return marks

    def filtered(self, where: str) -> Mask:
        """Mark the runs that a filter selects.

        Raises:
            InvalidFilter: It cannot be read.
        """
        if not where:
            return self.everything()
        hits = queries.matching(self.experiment, parse(where))
        return self._marked(hits[hits < self.length])

    def only(self, chosen: str, *, by: str) -> Mask:
        """Mark failed runs, or those that have one label in the column `by`."""
        if chosen == "errors":
            return self.errored()
        if not chosen.startswith(LABELLED) or not by:
            return self.everything()
        label, vector = chosen.removeprefix(LABELLED), self.vectors[by]
        code = vector.labels.index(label) if label in vector.labels else None
        mask: Mask = vector.values == code
        return mask if code is not None else ~self.everything()

    def failed_as(self, key: str, clusters: Sequence[Cluster]) -> Mask:
        """Mark the runs of one cluster of errors."""
        if not key:
            return self.everything()
        found = [one for one in clusters if one.key == key]
        return self._marked(found[0].sequences if found else ())

    def label_columns(self) -> list[str]:
        """Return the columns with few labels; those of evaluators come first."""
        few = [
            name
            for name, vector in self.vectors.items()
            if vector.kind == Kind.CODE and 1 < len(vector.labels) <= _MOST_LABELS
        ]
        columns = self.shape.columns
        return sorted(few, key=lambda name: columns[name].role != ColumnRole.LABEL)

    def sorted(self, chosen: Sequences, sort: str) -> Sequences:
        """Sort by a column; runs without a value come last either way."""
        key, descending = sort.removeprefix("-"), sort.startswith("-")
        vector = self.vectors.get(POSITION if key == "example" else key)
        if vector is None:
            return chosen[::-1] if descending else chosen
        ranks = _ranks(vector)[chosen]
        return chosen[np.argsort(-ranks if descending else ranks, kind="stable")]

    def _marked(self, sequences: Sequences | Sequence[int]) -> Mask:
        marks = np.zeros(self.length, np.bool_)
        marks[np.asarray(sequences, dtype=np.intp)] = True
        return marks


def _ranks(vector: Vector) -> npt.NDArray[np.float64]:
    if vector.kind != Kind.CODE:
        return vector.numbers()
    places = {text: place for place, text in enumerate(sorted(vector.labels))}
    table = np.array([*(float(places[text]) for text in vector.labels), np.nan])
    ranks: npt.NDArray[np.float64] = table[vector.values]
    return ranks
