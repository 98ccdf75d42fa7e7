"""From a column of JSON values to the form that holds them exactly."""

from collections.abc import Sequence
from typing import Any, cast

import numpy as np
import pyarrow as pa

from experiments_ui.arrow.kinds import (
    BoolArray,
    Booleans,
    Column,
    Floats,
    Integers,
    Mixed,
    Nulls,
    Strings,
)
from experiments_ui.arrow.text import check_strings
from experiments_ui.arrow.values import LARGEST_EXACT_FLOAT_INTEGER
from experiments_ui.errors import Invalid

_JSON_TYPES = frozenset((int, float, bool, str, list, dict))


def column_of_values(
    values: Sequence[object], *, name: str, first_row: int = 1
) -> Column:
    """Choose the form by the types that occur; None is missing in every form."""
    types = set(map(type, values)) - {type(None)}
    if not types:
        return Nulls(len(values))
    if types <= {int, float}:
        return _numbers(values, types, name=name, first_row=first_row)
    if types == {bool}:
        codes = [-1 if value is None else int(cast("bool", value)) for value in values]
        return Booleans(np.array(codes, dtype=np.int8))
    if types == {str}:
        return _strings(values, name=name, first_row=first_row)
    if strange := types - _JSON_TYPES:
        names = ", ".join(sorted(kind.__name__ for kind in strange))
        raise Invalid(f"Column “{name}” holds {names}, which JSON cannot hold.")
    return Mixed(list(values))


def _numbers(
    values: Sequence[object], types: set[type], *, name: str, first_row: int
) -> Column:
    if types == {int}:
        return _integers(values, name=name)
    integers = _integer_marks(values) if int in types else None
    if integers is not None and _floats_would_skip(values):
        return Mixed(list(values))
    numbers = np.array(cast("Any", values), dtype=np.float64)  # None becomes NaN
    refuse_infinity(numbers, name=name, first_row=first_row)
    return Floats(numbers, integers)


def _integers(values: Sequence[object], *, name: str) -> Integers:
    missing = np.array([value is None for value in values], dtype=np.bool_)
    filled = [0 if value is None else value for value in values]
    try:
        numbers = np.array(cast("Any", filled), dtype=np.int64)
    except OverflowError as error:
        raise Invalid(
            f"Column “{name}” holds an integer beyond 64 bits; send it as text."
        ) from error
    return Integers(numbers, missing if missing.any() else None)


def _integer_marks(values: Sequence[object]) -> BoolArray:
    return np.array([type(value) is int for value in values], dtype=np.bool_)


def _floats_would_skip(values: Sequence[object]) -> bool:
    limit = LARGEST_EXACT_FLOAT_INTEGER
    return any(type(v) is int and not -limit <= v <= limit for v in values)


def _strings(values: Sequence[object], *, name: str, first_row: int) -> Strings:
    try:
        array = pa.array(values, pa.string())
    except UnicodeEncodeError as error:
        raise Invalid(
            f"Column “{name}” holds half of a surrogate pair, which is no text."
        ) from error
    if isinstance(array, pa.ChunkedArray):  # more than 2 GB of text
        array = pa.array(values, pa.large_string())
    check_strings(array, name=name, first_row=first_row)
    return Strings(array)


def refuse_infinity(numbers: np.ndarray, *, name: str, first_row: int) -> None:
    infinite = np.isinf(numbers)
    if infinite.any():
        row = first_row + int(infinite.argmax())
        raise Invalid(
            f"Column “{name}”, row {row} is not a finite number; "
            "leave it empty (null) when it is missing."
        )
