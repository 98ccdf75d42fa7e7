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
from experiments_ui.datasets.queries import example_columns
from experiments_ui.experiments.queries.columns import RunColumns
from experiments_ui.experiments.queries.sides import Side


class CompareColumns:
    """What a filter may name: columns of examples, and of runs as ``a.…`` to ``j.…``.

    ``a`` is the baseline, ``b`` the first candidate, and so on.
    """

    def __init__(self, sides: Sequence[Side]) -> None:
        self._sides = sides
        self.length = len(sides[0].first)
        # Names that nothing has, in the order they were asked for.
        self.unknown: dict[str, None] = {}

    def get(self, name: str) -> Column | None:
        """Return a column by position, or None for a name nothing has."""
        found = self._find(name)
        if found is None:
            self.unknown[name] = None
        return found

    def _find(self, name: str) -> Column | None:
        letter, dot, rest = name.partition(".")
        place = ord(letter) - ord("a") if len(letter) == 1 else -1
        if dot and 0 <= place < len(self._sides):
            return self._of_run(self._sides[place], rest)
        dataset = self._sides[0].experiment.dataset
        return None if dataset is None else example_columns(dataset).get(name)

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
