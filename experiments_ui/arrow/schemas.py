"""Columns on their way out as Arrow, with one stable type for each kind."""

from collections.abc import Mapping
from typing import assert_never

import numpy as np
import pyarrow as pa

from experiments_ui.arrow.kinds import (
    BoolArray,
    Booleans,
    Column,
    Floats,
    Integers,
    KindName,
    Mixed,
    Nulls,
    Strings,
    column_values,
    kind_of,
)
from experiments_ui.arrow.values import dump_json
from experiments_ui.errors import LimitExceeded

__all__ = ["array_of", "kind_of", "kinds_of", "merge_kinds", "schema_for", "to_arrow"]

ARROW_TYPES: Mapping[KindName, pa.DataType] = {
    "float": pa.float64(),
    "integer": pa.int64(),
    "boolean": pa.bool_(),
    "string": pa.string(),
    "mixed": pa.string(),  # as JSON text
    "null": pa.null(),
}


def kinds_of(columns: Mapping[str, Column]) -> dict[str, KindName]:
    return {name: kind_of(column) for name, column in columns.items()}


def merge_kinds(first: KindName, second: KindName) -> KindName:
    """Return the kind that holds both: a stream's kind from those of its batches."""
    if second in (first, "null"):
        return first
    if first == "null":
        return second
    if {first, second} == {"integer", "float"}:
        return "float"
    return "mixed"


def schema_for(kinds: Mapping[str, KindName]) -> pa.Schema:
    return pa.schema([(name, ARROW_TYPES[kind]) for name, kind in kinds.items()])


def to_arrow(
    columns: Mapping[str, Column],
    *,
    kinds: Mapping[str, KindName] | None = None,
    length: int | None = None,
) -> pa.RecordBatch:
    """Write columns as a record batch with the schema of `schema_for(kinds)`.

    Args:
        columns: All of one length.
        kinds: The kinds of the whole stream, so that every batch has one schema; a
            column that this batch lacks is missing throughout. The columns' own
            kinds where absent.
        length: Needed only when there may be no columns.
    """
    kinds = kinds_of(columns) if kinds is None else kinds
    if length is None:
        length = next((len(column) for column in columns.values()), 0)
    absent = Nulls(length)
    arrays = [array_of(columns.get(name, absent), kind) for name, kind in kinds.items()]
    if not arrays:
        return pa.RecordBatch.from_struct_array(pa.array([{}] * length, pa.struct([])))
    return pa.RecordBatch.from_arrays(arrays, schema=schema_for(kinds))


def array_of(column: Column, kind: KindName) -> pa.Array:
    """Write a column as a kind that its own merges into (see `merge_kinds`)."""
    own = kind_of(column)
    if own == "null":
        return pa.nulls(len(column), ARROW_TYPES[kind])
    if merge_kinds(own, kind) != kind:
        raise ValueError(f"a column of kind {own} cannot be written as {kind}")
    if kind == "mixed":
        return _json_texts(column)
    if kind == "float" and isinstance(column, Integers):
        return _numbers(column.values.astype(np.float64), column.missing)
    return _own_array(column)


def _own_array(column: Column) -> pa.Array:
    match column:
        case Floats(values):
            return _numbers(values, np.isnan(values))
        case Integers(values, missing):
            return _numbers(values, missing)
        case Booleans(values):
            return pa.array(values == 1, pa.bool_(), mask=values == -1)
        case Strings(values):
            return _texts(values)
        case Mixed():
            return _json_texts(column)
        case Nulls(length):
            return pa.nulls(length)
        case _:
            assert_never(column)


def _numbers(values: np.ndarray, missing: BoolArray | None) -> pa.Array:
    return pa.array(values, mask=missing)


def _texts(values: pa.Array) -> pa.Array:
    try:
        return values.cast(pa.string())
    except pa.ArrowInvalid as error:
        raise LimitExceeded(
            "More than 2 GB of text in one batch; ask for fewer rows at a time."
        ) from error


def _json_texts(column: Column) -> pa.Array:
    texts = [
        None if value is None else dump_json(value) for value in column_values(column)
    ]
    return pa.array(texts, pa.string())
