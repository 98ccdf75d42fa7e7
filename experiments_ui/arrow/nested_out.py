"""Lists and objects on their way out as Arrow's own, where that loses nothing.

Arrow nests values only where all have one shape: a number in one row and text in the
next has no type, and an object would gain every member that another object has. Such
columns go out as JSON text instead.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import pyarrow as pa

from experiments_ui.arrow.columns import Batch
from experiments_ui.arrow.kinds import KindName, Nulls, column_values
from experiments_ui.arrow.values import LARGEST_EXACT_FLOAT_INTEGER
from experiments_ui.errors import Conflict

# Arrow's readers stop at 64 levels; nobody reads half as many.
_DEEPEST = 32
# Stands for integers that floats hold exactly too; `_settled` makes it 64 bits.
_SMALL_INTEGER = pa.int32()
_SCALARS: Mapping[type, pa.DataType] = {
    type(None): pa.null(),
    bool: pa.bool_(),
    float: pa.float64(),
    str: pa.string(),
}

types = pa.types


class _NoSharedShape(Exception):
    """The values cannot be nested in one Arrow type without a change."""


@dataclass(frozen=True, slots=True)
class Nesting:
    """The Arrow type of each column whose values nest in one shape."""

    shapes: Mapping[str, pa.DataType]

    def schema(self, flat: pa.Schema) -> pa.Schema:
        """Return the schema in which JSON text gives way to these types."""
        for name, shape in self.shapes.items():
            field = pa.field(name, _settled(shape))
            flat = flat.set(flat.get_field_index(name), field)
        return flat

    def write(self, batch: Batch, *, flat: pa.RecordBatch) -> pa.RecordBatch:
        """Put nested values in the place of their JSON text.

        Raises:
            Conflict: A column does not have the shape found before.
        """
        arrays = list(flat.columns)
        for name, shape in self.shapes.items():
            values = _values_of(batch, name)
            if _shape_of(values, known=shape) != shape:
                raise Conflict(f"“{name}” was changed while it was read; try again.")
            place = flat.schema.get_field_index(name)
            arrays[place] = pa.array(values, _settled(shape))
        return pa.RecordBatch.from_arrays(arrays, schema=self.schema(flat.schema))


def nesting_of(kinds: Mapping[str, KindName], batches: Iterable[Batch]) -> Nesting:
    """Find the columns of kind "mixed" whose values nest in one shape.

    Reads the batches only when there is such a column.
    """
    shapes = {name: pa.null() for name, kind in kinds.items() if kind == "mixed"}
    if not shapes:
        return Nesting({})
    for batch in batches:
        found = {
            name: _shape_of(_values_of(batch, name), known=shape)
            for name, shape in shapes.items()
        }
        shapes = {name: shape for name, shape in found.items() if shape is not None}
        if not shapes:
            break
    return Nesting(
        {name: shape for name, shape in shapes.items() if _is_worth_it(shape)}
    )


def _values_of(batch: Batch, name: str) -> list[object]:
    """Return a column's values, as many as the batch has rows."""
    return column_values(batch.columns.get(name, Nulls(batch.length)))


def _shape_of(values: list[object], *, known: pa.DataType) -> pa.DataType | None:
    """Return the type that holds `values` besides all of `known`, if there is one."""
    try:
        for value in values:
            if value is not None:
                known = _merged(known, _type_of(value, depth=0))
    except _NoSharedShape:
        return None
    return known


def _type_of(value: object, *, depth: int) -> pa.DataType:
    if depth > _DEEPEST:
        raise _NoSharedShape
    if isinstance(value, dict):
        members = [(k, _type_of(v, depth=depth + 1)) for k, v in sorted(value.items())]
        return pa.struct(members)
    if isinstance(value, list):
        inner = pa.null()
        for member in value:
            inner = _merged(inner, _type_of(member, depth=depth + 1))
        return pa.list_(inner)
    if depth == 0:
        raise _NoSharedShape
    if type(value) is int:
        exact = abs(value) <= LARGEST_EXACT_FLOAT_INTEGER
        return _SMALL_INTEGER if exact else pa.int64()
    return _SCALARS[type(value)]


def _merged(first: pa.DataType, second: pa.DataType) -> pa.DataType:
    """Return the type that holds the values of both.

    Raises:
        _NoSharedShape: There is none that keeps each value as it is.
    """
    if first == second or types.is_null(second):
        return first
    if types.is_null(first):
        return second
    if types.is_list(first) and types.is_list(second):
        return pa.list_(_merged(first.value_type, second.value_type))
    if types.is_struct(first) and types.is_struct(second):
        return _merged_structs(first, second)
    if {first, second} == {_SMALL_INTEGER, pa.int64()}:
        return pa.int64()
    if {first, second} == {_SMALL_INTEGER, pa.float64()}:
        return pa.float64()
    raise _NoSharedShape


def _merged_structs(first: pa.StructType, second: pa.StructType) -> pa.StructType:
    if first.names != second.names:
        raise _NoSharedShape
    return pa.struct(
        [
            (one.name, _merged(one.type, other.type))
            for one, other in zip(first, second, strict=True)
        ]
    )


def _is_worth_it(shape: pa.DataType) -> bool:
    return types.is_nested(shape) and _can_be_written(shape)


def _can_be_written(shape: pa.DataType) -> bool:
    """Tell whether Parquet, in which the clients keep what they read, has the type."""
    if types.is_list(shape):
        return _can_be_written(shape.value_type)
    if types.is_struct(shape):
        return bool(shape.names) and all(_can_be_written(f.type) for f in shape)
    return True


def _settled(shape: pa.DataType) -> pa.DataType:
    """Return the type that is sent."""
    if types.is_list(shape):
        return pa.list_(_settled(shape.value_type))
    if types.is_struct(shape):
        return pa.struct([(field.name, _settled(field.type)) for field in shape])
    return pa.int64() if shape == _SMALL_INTEGER else shape
