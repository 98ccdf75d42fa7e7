"""What a filter may name on a comparison: examples' columns, and each side's own."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from experiments_ui.analysis.filters import (
    Booleans,
    Codes,
    Column,
    Numbers,
    Texts,
    Values,
)
from experiments_ui.compare.classes.named import class_column
from experiments_ui.compare.filters.worked_out import worked_out
from experiments_ui.compare.grid.reviewing import Reviewed
from experiments_ui.compare.queries.reviews import OPINIONS
from experiments_ui.datasets.queries import example_columns
from experiments_ui.experiments.queries.columns import RunColumns
from experiments_ui.experiments.queries.sides import Side

# What people made of a row, or of one candidate's change (`b.review`).
REVIEW = "review"


class CompareColumns:
    """What a filter may name: columns of examples, and of runs as ``a.…`` to ``j.…``.

    ``a`` is the baseline, ``b`` the first candidate, and so on. Reviews are named
    ``review``, unless the examples or runs have a column of that name.
    """

    def __init__(self, sides: Sequence[Side], reviewed: Reviewed) -> None:
        self._sides = sides
        self._reviewed = reviewed
        self.length = len(sides[0].first)
        # Names that nothing has, in the order they were asked for.
        self.unknown: dict[str, None] = {}

    def get(self, name: str) -> Column | None:
        """Return a column by position, or None for a name nothing has."""
        found = class_column(name, self._sides) or self._find(name)
        found = found or worked_out(name, self._sides)
        if found is None:
            self.unknown[name] = None
        return found

    def _find(self, name: str) -> Column | None:
        letter, dot, rest = name.partition(".")
        place = ord(letter) - ord("a") if len(letter) == 1 else -1
        if dot and 0 <= place < len(self._sides):
            found = self._of_run(self._sides[place], rest)
            return self._review_of(place) if not found and rest == REVIEW else found
        dataset = self._sides[0].experiment.dataset
        column = None if dataset is None else example_columns(dataset).get(name)
        return self._reviews() if column is None and name == REVIEW else column

    def _reviews(self) -> Codes:
        codes = self._reviewed.of_rows()
        if not len(codes):
            codes = np.full(self.length, -1, np.int8)
        return Codes(codes.astype(np.int32), OPINIONS)

    def _review_of(self, place: int) -> Codes | None:
        """Return a candidate's reviews; the baseline has no change to review."""
        if not place:
            return None
        return Codes(self._reviewed.opinions[place - 1].astype(np.int32), OPINIONS)

    def _of_run(self, side: Side, name: str) -> Column | None:
        aligned = side.columns.get(name)
        if aligned is not None and not aligned.labels:
            return Numbers(aligned.values.astype(np.float64, copy=False))
        column = RunColumns(side.experiment).get(name)
        return None if column is None else laid_out(column, side.first)


def laid_out(column: Column, first: npt.NDArray[np.int32]) -> Column:
    """Return a column of runs by position: the value of the first run at each."""
    match column:
        case Numbers(values=values):
            return Numbers(_taken(values, first, np.nan))
        case Booleans(values=values):
            return Booleans(_taken(values, first, -1))
        case Codes(codes=codes, labels=labels):
            return Codes(_taken(codes, first, -1), labels)
        case Texts(values=texts):
            return Texts([texts[i] if i >= 0 else None for i in first.tolist()])
        case Values(values=things):
            return Values([things[i] if i >= 0 else None for i in first.tolist()])


def _taken(
    values: npt.NDArray[Any], first: npt.NDArray[np.int32], blank: float
) -> npt.NDArray[Any]:
    if not len(values):
        return np.full(len(first), blank, values.dtype)
    return np.where(first >= 0, values[first], blank).astype(values.dtype)
