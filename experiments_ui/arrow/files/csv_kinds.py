"""What a CSV column holds, decided from all of its cells."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from experiments_ui.arrow.columns import (
    Booleans,
    Column,
    Floats,
    KindName,
    Nulls,
    column_of_array,
)
from experiments_ui.arrow.values import LARGEST_EXACT_FLOAT_INTEGER

# As JSON writes numbers, so that 007, +5 and 0x1F stay the text they are.
_INTEGER = r"\A(?:0|-?[1-9][0-9]*)\z"
_NUMBER = r"\A-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?\z"
_TRUE = pa.array(["true", "True", "TRUE"])
_FALSE = pa.array(["false", "False", "FALSE"])
_BOOLEANS = pa.concat_arrays([_TRUE, _FALSE])


@dataclass(slots=True)
class ColumnSurvey:
    """What one column may still be, batch after batch of its cells."""

    empty: bool = True
    boolean: bool = True
    number: bool = True
    integers_only: bool = True
    float_holds_integers: bool = True

    def add(self, cells: pa.Array) -> None:
        if not self.boolean and not self.number:
            return
        filled = cells.drop_null()
        if not len(filled):
            return
        self.empty = False
        self.boolean = self.boolean and _all(pc.is_in(filled, _BOOLEANS))
        self.number = self.number and self._add_numbers(filled)

    def kind(self) -> KindName:
        if self.empty:
            return "null"
        if self.boolean:
            return "boolean"
        if not self.number:
            return "string"
        if self.integers_only:
            return "integer"
        return "float" if self.float_holds_integers else "string"

    def _add_numbers(self, filled: pa.Array) -> bool:
        whole = pc.match_substring_regex(filled, _INTEGER)
        if not _all(whole):
            self.integers_only = False
            if not _all(pc.match_substring_regex(filled, _NUMBER)):
                return False
        try:
            integers = filled.filter(whole).cast(pa.int64()).to_numpy()
            floats = filled.cast(pa.float64()).to_numpy()
        except pa.ArrowInvalid:  # an integer beyond 64 bits keeps its digits as text
            return False
        limit = LARGEST_EXACT_FLOAT_INTEGER
        if ((integers > limit) | (integers < -limit)).any():
            self.float_holds_integers = False
        return bool(np.isfinite(floats).all())


def column_of_cells(
    cells: pa.Array, kind: KindName, *, name: str, first_row: int
) -> Column:
    """Convert cells whose whole column was found to be of a kind."""
    match kind:
        case "null":
            return Nulls(len(cells))
        case "boolean":
            return _booleans(cells)
        case "float":
            return _floats(cells)
        case "integer":
            cells = cells.cast(pa.int64())
    return column_of_array(cells, name=name, first_row=first_row)


def _booleans(cells: pa.Array) -> Booleans:
    values = _flags(pc.is_in(cells, _TRUE)).astype(np.int8)
    values[_flags(cells.is_null())] = -1
    return Booleans(values)


def _floats(cells: pa.Array) -> Floats:
    values = cells.cast(pa.float64()).to_numpy(zero_copy_only=False)
    whole = pc.match_substring_regex(cells, _INTEGER)
    integers = _flags(pc.fill_null(whole, fill_value=False))
    return Floats(values, integers if integers.any() else None)


def _flags(array: pa.Array) -> np.ndarray:
    return np.asarray(array.to_numpy(zero_copy_only=False))


def _all(flags: pa.Array) -> bool:
    return bool(pc.all(flags).as_py())
