"""Columns of lengths in characters: ``input_length``, ``a.output_length``.

They exist under any column's name with ``_length`` behind it, unless the rows have a
column of that very name.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from experiments_ui.analysis.filters import Codes, Column, Numbers, Texts, Values
from experiments_ui.columns.cache import derived
from experiments_ui.compare.queries.lengths import output_lengths
from experiments_ui.datasets.models import Dataset
from experiments_ui.datasets.queries import ExampleColumns
from experiments_ui.experiments.queries.sides import Side
from experiments_ui.web.texts import as_text

LENGTH = "_length"

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class _Lengths:
    values: Floats

    @property
    def nbytes(self) -> int:
        return int(self.values.nbytes)


def length_of_example(
    name: str, dataset: Dataset, columns: ExampleColumns
) -> Numbers | None:
    """Return lengths by position if the name asks for those of texts; cached."""
    stem = name.removesuffix(LENGTH)
    column = columns.get(stem) if stem and stem != name else None
    if not isinstance(column, Codes | Texts | Values):
        return None
    key = ("length", dataset.pk, stem)
    stamp = (dataset.revision, columns.length)
    return Numbers(derived(key, stamp, lambda: _Lengths(_lengths(column))).values)


def length_of_run(name: str, side: Side) -> Numbers | None:
    """Return the lengths of a side's outputs by position; cached."""
    if name != f"output{LENGTH}":
        return None
    key = ("output length", side.experiment.frame_id)
    return Numbers(
        derived(key, side.stamp, lambda: _Lengths(_by_position(side))).values
    )


def _by_position(side: Side) -> Floats:
    lengths = np.append(output_lengths(side), np.nan)
    # -1, which is no run, reaches the NaN at the end.
    return lengths[side.first]


def _lengths(column: Column) -> Floats:
    match column:
        case Codes(codes=codes, labels=labels):
            return np.array([*map(len, labels), np.nan])[codes]
        case Texts(values=values) | Values(values=values):
            return _of_each(values)
        case _:
            return np.empty(0)


def _of_each(values: Sequence[object]) -> Floats:
    lengths = (np.nan if v is None else len(as_text(v)) for v in values)
    return np.fromiter(lengths, np.float64, count=len(values))
