"""Everything that is worked out from the labels of one comparison, and kept."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

import numpy as np
import numpy.typing as npt

from experiments_ui.analysis.classification import (
    Binary,
    ClassFigures,
    Confusion,
    Differences,
    Metric,
    Options,
    Overall,
    Transitions,
    binary,
    confusion,
    correctness,
    differences,
    overall,
    per_class,
    transitions,
)
from experiments_ui.analysis.proportions import (
    PairedCounts,
    mcnemar,
    newcombe_paired,
)
from experiments_ui.analysis.several import holm
from experiments_ui.columns.cache import derived
from experiments_ui.compare.classes.coding import Coding, coding_of
from experiments_ui.compare.classes.labels import true_kind
from experiments_ui.compare.classes.reading import Reading
from experiments_ui.compare.lineup import Comparison

Mask = npt.NDArray[np.bool_]
T = TypeVar("T")

_MATRIX_BYTES = 100_000


@dataclass(frozen=True, slots=True)
class Against:
    """A candidate against the baseline, over the examples that both ran."""

    differences: Differences
    right: PairedCounts
    p_value: float
    holm: float


@dataclass(frozen=True, slots=True)
class ClassChange:
    """One class's recall, candidate less baseline, with Newcombe's paired interval.

    `holm` is McNemar's mid-p, corrected for all classes.
    """

    metric: Metric
    holm: float


@dataclass(frozen=True, slots=True)
class Counted:
    """One experiment's labels in scope, and its figures."""

    confusion: Confusion
    overall: Overall
    binary: Binary | None
    not_run: int


@dataclass(frozen=True, slots=True, eq=False)
class _Kept(Generic[T]):
    """What `derived` keeps: a value with its size, guessed."""

    value: T
    nbytes: int


class Measures:
    """Figures of a comparison's classifications; each is worked out when asked for."""

    def __init__(
        self, comparison: Comparison, reading: Reading, *, beta: float
    ) -> None:
        self.comparison, self.reading = comparison, reading
        self.options = Options(beta=beta)
        self.coding: Coding = coding_of(comparison.dataset, comparison.sides, reading)
        kind = true_kind(comparison.dataset, reading)
        self.positive = reading.normaliser(kind)(reading.positive) or ""

    @property
    def labels(self) -> tuple[str, ...]:
        return self.coding.labels

    def rows(self, *places: int) -> Mask:
        """Mark the examples in scope that all of these experiments ran."""
        mask = self.comparison.scope.within(self.coding.ran[places[0]])
        for place in places[1:]:
            mask = mask & self.coding.ran[place]
        return mask

    def counted(self) -> list[Counted]:
        """Return the figures of each experiment.

        Raises:
            Invalid: There are more classes than can be counted.
        """
        return [self.counted_at(place) for place in self._places]

    def counted_at(self, place: int) -> Counted:
        """Do what `counted` does for one experiment."""
        return self.once("counted", self._counted, place)

    def classes(self, place: int) -> tuple[ClassFigures, ...]:
        """Return the figures of each class, in order of the confusion's labels."""
        return self.once("classes", self._classes, place)

    def against(self) -> list[Against]:
        """Return each candidate against the baseline; p values corrected together."""
        found = [self.compared_at(place) for place in self._places[1:]]
        adjusted = holm([mcnemar_of(right) for _, right in found])
        return [
            Against(differs, right, mcnemar_of(right), p_value)
            for (differs, right), p_value in zip(found, adjusted, strict=True)
        ]

    def compared_at(self, place: int) -> tuple[Differences, PairedCounts]:
        """Return one candidate's differences, and who was right; nothing corrected."""
        return self.once("against", self._against, place)

    def moves(self, place: int) -> Transitions:
        """Return which labels the baseline gave became which of the candidate's."""
        return self.once("moves", self._moves, place)

    def class_changes(self, place: int) -> dict[str, ClassChange]:
        """Return each class's change against the baseline, by its label."""
        return self.once("class changes", self._class_changes, place)

    def paired(self, place: int) -> tuple[Confusion, Confusion]:
        """Return the baseline's confusion and a candidate's, over what both ran."""
        return self.once("paired", self._paired, place)

    @property
    def _places(self) -> range:
        return range(len(self.comparison.sides))

    def once(self, name: str, build: Callable[[int], T], place: int) -> T:
        """Return what depends on one experiment, or on it and the baseline; cached."""
        comparison = self.comparison
        frames = tuple(one.experiment.frame_id for one in comparison.sides)
        key = ("classes", name, frames, place, self.reading, self.options.beta)
        revisions = tuple(side.stamp for side in comparison.sides)
        stamp = (comparison.dataset.revision, revisions, comparison.scope.stamp)
        size = 8 * min(self.coding.declared, 1_000) ** 2 + _MATRIX_BYTES
        return derived(
            (*key, comparison.scope.key), stamp, lambda: _Kept(build(place), size)
        ).value

    def _counted(self, place: int) -> Counted:
        rows = self.rows(place)
        table = self._confusion(place, rows)
        present = self.comparison.scope.within(self.comparison.judged.present)
        return Counted(
            confusion=table,
            overall=overall(table, self.options),
            binary=binary(table, self.positive, self.options)
            if self.positive
            else None,
            not_run=int(np.count_nonzero(present)) - int(np.count_nonzero(rows)),
        )

    def _confusion(self, place: int, rows: Mask) -> Confusion:
        coding = self.coding
        return confusion(
            coding.truth[rows],
            coding.predicted[place][rows],
            coding.labels,
            declared=coding.declared,
        )

    def _classes(self, place: int) -> tuple[ClassFigures, ...]:
        return per_class(self.counted_at(place).confusion, self.options)

    def _paired(self, place: int) -> tuple[Confusion, Confusion]:
        rows = self.rows(0, place)
        return self._confusion(0, rows), self._confusion(place, rows)

    def _against(self, place: int) -> tuple[Differences, PairedCounts]:
        rows, coding = self.rows(0, place), self.coding
        base, candidate, truth = (
            codes[rows]
            for codes in (coding.predicted[0], coding.predicted[place], coding.truth)
        )
        found = differences(
            base,
            candidate,
            truth,
            coding.labels,
            declared=coding.declared,
            options=self.options,
        )
        return found, correctness(base, candidate, truth)

    def _class_changes(self, place: int) -> dict[str, ClassChange]:
        rows, coding = self.rows(0, place), self.coding
        rows = rows & (coding.truth >= 0)
        truth = coding.truth[rows]
        first, second = (coding.predicted[i][rows] == truth for i in (0, place))
        counts = [
            np.bincount(truth[mask], minlength=coding.declared).tolist()
            for mask in (first & second, first & ~second, ~first & second)
        ]
        whole = np.bincount(truth, minlength=coding.declared).tolist()
        tables = {
            label: PairedCounts(both, lost, won, n - both - lost - won)
            for label, both, lost, won, n in zip(
                coding.labels[: coding.declared], *counts, whole, strict=True
            )
            if n
        }
        adjusted = holm([mcnemar_of(each) for each in tables.values()])
        return {
            label: ClassChange(_recall_change(each), p_value)
            for (label, each), p_value in zip(tables.items(), adjusted, strict=True)
        }

    def _moves(self, place: int) -> Transitions:
        rows, coding = self.rows(0, place), self.coding
        return transitions(
            coding.predicted[0][rows],
            coding.predicted[place][rows],
            coding.truth[rows],
            coding.labels,
        )


def _recall_change(right: PairedCounts) -> Metric:
    n = right.both + right.first_only + right.second_only + right.neither
    bounds = newcombe_paired(right)
    # It bounds the first share less the second; a change is the other way around.
    change = (right.second_only - right.first_only) / n
    return Metric(change, low=-bounds.high, high=-bounds.low)


def mcnemar_of(right: PairedCounts) -> float:
    """Return McNemar's mid-p of who was right."""
    return mcnemar(right.first_only, right.second_only).mid_p
