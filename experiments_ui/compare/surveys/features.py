"""What slices are cut by: the examples' columns, and lengths of texts."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from experiments_ui.analysis.filters import (
    Booleans,
    Codes,
    Column,
    Numbers,
    Values,
)
from experiments_ui.analysis.slices import Category, Feature, Numeric
from experiments_ui.compare.filters.lengths import LENGTH
from experiments_ui.compare.filters.worked_out import worked_out
from experiments_ui.compare.lineup import Comparison
from experiments_ui.datasets.queries import columns_of, example_columns
from experiments_ui.datasets.queries.values import column_of

Rows = npt.NDArray[np.int64]

# Members of objects that are looked at, those of most rows first.
_MOST_MEMBERS = 50


@dataclass(frozen=True, slots=True)
class Features:
    """Features of some rows, and why other columns are none."""

    used: list[Feature]
    skipped: list[tuple[str, str]]


def features_of(comparison: Comparison, rows: Rows) -> Features:
    """Return the features of rows, by their positions; one pass over the examples."""
    used: list[Feature] = []
    skipped: list[tuple[str, str]] = []
    for name, column in _columns(comparison):
        feature = _feature(name, column, rows)
        if isinstance(feature, str):
            skipped.append((name, feature))
        else:
            used.append(feature)
    return Features(used, skipped)


def _columns(comparison: Comparison) -> Iterator[tuple[str, Column]]:
    dataset, roles = comparison.dataset, comparison.roles
    columns = example_columns(dataset)
    names = list(columns_of(dataset))
    columns.load(names)
    for name in names:
        column = columns.get(name)
        if isinstance(column, Values):
            yield from _members(name, column.values)
        elif column is not None:
            yield name, column
    texts = [name for name in (roles.input, roles.expected) if name]
    for name in (*(f"{one}{LENGTH}" for one in texts), f"a.output{LENGTH}"):
        lengths = worked_out(name, comparison.sides)
        if lengths is not None:
            yield name, lengths


def _members(name: str, values: Sequence[object]) -> Iterable[tuple[str, Column]]:
    """Return the members of objects as columns, one level deep; else the column."""
    objects = [value if isinstance(value, dict) else {} for value in values]
    counts = Counter(key for value in objects for key in value)
    if not counts:
        return [(name, Values(values))]
    return [
        (f"{name}.{key}", column_of([value.get(key) for value in objects]))
        for key, _ in counts.most_common(_MOST_MEMBERS)
    ]


def _feature(name: str, column: Column, rows: Rows) -> Feature | str:
    """Return a column of some rows as a feature, or why it is none."""
    match column:
        case Numbers(values=numbers):
            return Numeric(name, numbers[rows])
        case Booleans(values=values):
            return Category(name, values[rows].astype(np.int32), (False, True))
        case Codes(codes=codes, labels=labels):
            return Category(name, codes[rows], labels)
        case Values():
            return "holds lists, objects or several kinds of value"
        case _:
            return "hardly repeats a text"
