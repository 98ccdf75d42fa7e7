"""Columns for filters: from values of any JSON type, and back."""

import sys
from collections.abc import Mapping, Sequence
from itertools import islice
from types import NoneType

import numpy as np

from experiments_ui.analysis.filters import (
    Booleans,
    Codes,
    Column,
    Numbers,
    Texts,
    Values,
)

# Fewer different texts than one in so many rows make a column of codes.
_ROWS_PER_LABEL = 4
_SAMPLE = 1_000
# A parsed object is about as many times as large as its text.
_SIZE_OF_PARSED = 5


def column_of(values: Sequence[object]) -> Column:
    """Choose the kind by the types that occur; None is null in every kind."""
    types = set(map(type, values)) - {NoneType}
    if types <= {int, float}:
        return Numbers(np.array(values, dtype=np.float64))  # None becomes NaN
    if types == {bool}:
        codes = [-1 if value is None else int(bool(value)) for value in values]
        return Booleans(np.array(codes, np.int8))
    if types == {str}:
        return _texts(values)
    return Values(values)


def values_of(column: Column) -> list[object]:
    """Return a column's values in a new list."""
    match column:
        case Numbers(values):
            return [None if v != v else v for v in values.tolist()]  # noqa: PLR0124 -- NaN
        case Booleans(codes):
            return [None if code < 0 else code == 1 for code in codes.tolist()]
        case Codes(codes, labels):
            return [None if code < 0 else labels[code] for code in codes.tolist()]
        case _:
            return list(column.values)


def shortened(column: Column, length: int) -> Column:
    """Return the first rows of a column, for a reader who knows no others."""
    match column:
        case Numbers(values):
            return Numbers(values[:length])
        case Booleans(codes):
            return Booleans(codes[:length])
        case Codes(codes, labels):
            return Codes(codes[:length], labels)
        case Texts(texts):
            return Texts(texts[:length])
        case Values(values):
            return Values(values[:length])


def size_of(column: Column) -> int:
    """Estimate the bytes that a column holds, by a sample where it must be."""
    match column:
        case Numbers(values) | Booleans(values):
            return values.nbytes
        case Codes(codes, labels):
            return codes.nbytes + sum(map(sys.getsizeof, labels))
        case Texts(values):
            return sum(map(sys.getsizeof, values)) + 8 * len(values)
        case Values(values):
            step = max(len(values) // _SAMPLE, 1)
            sample = [len(repr(value)) for value in islice(values, 0, None, step)]
            each = sum(sample) / max(len(sample), 1)
            return int(each * _SIZE_OF_PARSED * len(values))


def descend(row: Mapping[str, object], name: str) -> object:
    """Return the value under a name, or under a path into objects, or None."""
    if name in row:
        return row[name]
    head, dot, tail = name.rpartition(".")
    while dot:
        inside = row.get(head)
        if isinstance(inside, dict):
            found = descend(inside, tail)
            if found is not None:
                return found
        head, dot, last = head.rpartition(".")
        tail = f"{last}.{tail}"
    return None


def _texts(values: Sequence[object]) -> Codes | Texts:
    codes: dict[object, int] = {None: -1}
    for value in values:
        if value not in codes:
            codes[value] = len(codes) - 1
            if len(codes) * _ROWS_PER_LABEL > len(values) + _SAMPLE:
                return Texts(values)  # type: ignore[arg-type]  # all are text or None
    labels = tuple(label for label in codes if isinstance(label, str))
    found = np.fromiter((codes[v] for v in values), np.int32, count=len(values))
    return Codes(found, labels)
