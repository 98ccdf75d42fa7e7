"""The forms that a column of values takes in memory."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
import pyarrow as pa

FloatArray = npt.NDArray[np.float64]
IntegerArray = npt.NDArray[np.int64]
ByteArray = npt.NDArray[np.int8]
BoolArray = npt.NDArray[np.bool_]

KindName = Literal["float", "integer", "boolean", "string", "mixed", "null"]


@dataclass(frozen=True, slots=True, eq=False)
class Floats:
    """Numbers; NaN is missing, and `integers` marks those written without a point."""

    values: FloatArray
    integers: BoolArray | None = None

    def __len__(self) -> int:
        return len(self.values)


@dataclass(frozen=True, slots=True, eq=False)
class Integers:
    """64-bit integers; a missing one is 0 with its mark set."""

    values: IntegerArray
    missing: BoolArray | None = None

    def __len__(self) -> int:
        return len(self.values)


@dataclass(frozen=True, slots=True, eq=False)
class Booleans:
    """1 true, 0 false, -1 missing."""

    values: ByteArray

    def __len__(self) -> int:
        return len(self.values)


@dataclass(frozen=True, slots=True, eq=False)
class Strings:
    """Text as an Arrow array of type string or large_string; null is missing."""

    values: pa.Array

    def __len__(self) -> int:
        return len(self.values)


@dataclass(frozen=True, slots=True, eq=False)
class Mixed:
    """Any JSON values, such as lists, objects or several types; None is missing."""

    values: list[object]

    def __len__(self) -> int:
        return len(self.values)


@dataclass(frozen=True, slots=True, eq=False)
class Nulls:
    """Nothing but missing values."""

    length: int

    def __len__(self) -> int:
        return self.length


Column = Floats | Integers | Booleans | Strings | Mixed | Nulls

_KINDS: dict[type, KindName] = {
    Floats: "float",
    Integers: "integer",
    Booleans: "boolean",
    Strings: "string",
    Mixed: "mixed",
    Nulls: "null",
}


def kind_of(column: Column) -> KindName:
    return _KINDS[type(column)]


def column_values(column: Column) -> list[object]:
    """Return the exact Python values: int, float, bool, str, JSON; None is missing."""
    match column:
        case Floats():
            return _float_values(column)
        case Integers(values, missing):
            return _with_none(values.tolist(), missing)
        case Booleans(values):
            return [_BOOLEANS[value] for value in values.tolist()]
        case Strings(values):
            return list(values.to_pylist())
        case Mixed(values):
            return list(values)
        case Nulls(length):
            return [None] * length


_BOOLEANS = {1: True, 0: False, -1: None}


def _float_values(column: Floats) -> list[object]:
    numbers: list[object] = column.values.tolist()
    if column.integers is not None:
        for index in np.flatnonzero(column.integers).tolist():
            numbers[index] = int(column.values[index])
    return _with_none(numbers, np.isnan(column.values))


def _with_none(values: list[object], missing: BoolArray | None) -> list[object]:
    if missing is not None:
        for index in np.flatnonzero(missing).tolist():
            values[index] = None
    return values


def slice_of(column: Column, start: int, stop: int) -> Column:
    """Return rows start to stop of a column, sharing its memory where it can."""
    match column:
        case Floats(values, integers):
            return Floats(values[start:stop], _slice(integers, start, stop))
        case Integers(values, missing):
            return Integers(values[start:stop], _slice(missing, start, stop))
        case Booleans(values):
            return Booleans(values[start:stop])
        case Strings(values):
            return Strings(values[start:stop])
        case Mixed(values):
            return Mixed(values[start:stop])
        case Nulls(length):
            return Nulls(len(range(length)[start:stop]))


def _slice(mask: BoolArray | None, start: int, stop: int) -> BoolArray | None:
    return None if mask is None else mask[start:stop]
