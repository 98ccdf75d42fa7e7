"""True and predicted labels of a whole comparison over one tuple of names."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from experiments_ui.columns.cache import derived
from experiments_ui.compare.classes.labels import (
    LabelColumn,
    in_order,
    predictions,
    true_kind,
    truths,
)
from experiments_ui.compare.classes.reading import Reading
from experiments_ui.compare.queries.classification import settings_of
from experiments_ui.datasets.models import Dataset
from experiments_ui.experiments.queries.sides import Side

Integers = npt.NDArray[np.int32]

RIGHT, WRONG, UNKNOWN, NONE = "right", "wrong", "unknown label", "no prediction"
OUTCOMES = (RIGHT, WRONG, UNKNOWN, NONE)


@dataclass(frozen=True, slots=True, eq=False)
class Coding:
    """Codes by position; the first `declared` labels are those that occur as a truth.

    `ran` tells where an experiment has a run: elsewhere its prediction is not missing,
    it was never asked for.
    """

    truth: Integers
    predicted: tuple[Integers, ...]
    ran: tuple[npt.NDArray[np.bool_], ...]
    labels: tuple[str, ...]
    declared: int

    @property
    def nbytes(self) -> int:
        sizes = (int(one.nbytes) for one in (self.truth, *self.predicted, *self.ran))
        return sum(sizes) + sum(len(text) + 60 for text in self.labels)

    def outcomes(self, place: int) -> Integers:
        """Return codes into OUTCOMES by position; -1 without a truth or a run."""
        predicted = self.predicted[place]
        wrong = np.where(predicted < self.declared, 1, 2)
        found = np.where(predicted == self.truth, 0, wrong)
        found[predicted < 0] = 3
        found[(self.truth < 0) | ~self.ran[place]] = -1
        return found.astype(np.int32)


def reading_of(dataset: Dataset) -> Reading | None:
    """Return how a dataset's experiments are read as classifications, if they are."""
    saved = settings_of(dataset)
    return None if saved is None else Reading.of(saved)


def coding_of(dataset: Dataset, sides: Sequence[Side], reading: Reading) -> Coding:
    """Return the labels of a comparison; cached.

    Raises:
        Invalid: The path or the pattern cannot be read.
    """
    frames = tuple(side.experiment.frame_id for side in sides)
    stamps = (dataset.revision, tuple(side.stamp for side in sides))
    key = ("class coding", dataset.pk, frames, reading)
    return derived(key, stamps, lambda: _coding(dataset, sides, reading))


def _coding(dataset: Dataset, sides: Sequence[Side], reading: Reading) -> Coding:
    truth = truths(dataset, reading, len(sides[0].first))
    kind = true_kind(dataset, reading)
    found = [predictions(side, reading, kind) for side in sides]
    others = {name for one in found for name in one.labels} - set(truth.labels)
    labels = (*truth.labels, *in_order(others))
    code = {name: place for place, name in enumerate(labels)}

    def recoded(column: LabelColumn) -> Integers:
        table = np.array([*(code[name] for name in column.labels), -1], np.int32)
        return table[column.codes]

    return Coding(
        truth=recoded(truth),
        predicted=tuple(recoded(one) for one in found),
        ran=tuple(side.first >= 0 for side in sides),
        labels=labels,
        declared=len(truth.labels),
    )
