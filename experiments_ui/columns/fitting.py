"""Fitting what comes in to a column's kind: a vector, and the values it cannot hold."""

from dataclasses import dataclass, field
from typing import TypeAlias, cast

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from experiments_ui.arrow.kinds import (
    Booleans,
    Column,
    Floats,
    Integers,
    Mixed,
    Nulls,
    Strings,
)
from experiments_ui.columns.models import Kind
from experiments_ui.columns.vectors import (
    BOOLEAN,
    CODE,
    EXACT_INTEGER,
    FLOAT,
    INTEGER,
    Mask,
    Vector,
    is_wide,
)

# By row: a value that no vector holds, or None where there is none.
Spilled: TypeAlias = list[object] | pa.Array

MOST_LABELS = 20_000
LONGEST_LABEL = 200
# A first batch with more distinct texts than this, or mostly distinct ones, is prose.
_MOST_FIRST_LABELS = 256
_FEW_ROWS = 50


@dataclass(slots=True)
class Draft:
    """A column while values are fitted to it, before they are stored.

    Attributes:
        stored_id: The id of its row, once there is one.
        labels: The code of each label; codes are this draft's own until it is stored.
        wide: Whether it holds integers that no float holds; None when not yet known.
        pieces: What is not stored yet, with the row where each piece starts.
    """

    name: str
    role: str
    stored_id: int = 0
    kind: str = Kind.TEXT
    spills: bool = False
    labels: dict[str, int] = field(default_factory=dict)
    wide: bool | None = False
    pieces: list[tuple[int, Vector]] = field(default_factory=list)

    @property
    def is_open(self) -> bool:
        """Nothing has been seen yet, so the column may take any kind."""
        return self.kind == Kind.TEXT and not self.spills


def fit(draft: Draft, column: Column, *, row: int) -> Spilled | None:
    """Take a column's values from `row` on; return what no vector holds, if any."""
    if draft.is_open and _has_values(column):
        draft.kind = _kind_for(draft.name, column)
    vector, spilled = _fitted(draft, column)
    if vector is not None and len(vector):
        draft.pieces.append((row, vector))
    if spilled is not None:
        draft.spills = True
    return spilled


def _has_values(column: Column) -> bool:
    """Tell whether there is anything to choose a kind by."""
    match column:
        case Floats(values):
            return not bool(np.isnan(values).all())
        case Integers(_, missing):
            return len(column) > 0 and not (missing is not None and missing.all())
        case Booleans(values):
            return bool((values >= 0).any())
        case Strings(values):
            return bool(len(values) > values.null_count)
        case Mixed() | Nulls():
            return False


def would_widen(draft: Draft, column: Column) -> bool:
    """Tell whether these values would turn a column of integers into floats."""
    if draft.kind != INTEGER or not isinstance(column, Floats):
        return False
    return not _came_as_integers(column).all()


def _kind_for(name: str, column: Column) -> str:
    """Choose by the first values; lists, objects and mixed types stay text."""
    match column:
        case Integers():
            return INTEGER
        case Floats():
            return FLOAT
        case Booleans():
            return BOOLEAN
        case Strings(values):
            return CODE if _are_labels(name, values) else Kind.TEXT
    return Kind.TEXT


def _are_labels(name: str, values: pa.Array) -> bool:
    if name.endswith(".label"):
        return True
    if name in {"output", "error"} or name.endswith((".explanation", ".trace.id")):
        return False
    known = values.drop_null()
    distinct = known.unique()
    if len(distinct) > _MOST_FIRST_LABELS:
        return False
    if len(known) > _FEW_ROWS and len(distinct) > len(known) / 2:
        return False
    return not _too_long(distinct).any()


def _too_long(texts: pa.Array) -> Mask:
    lengths = pc.utf8_length(texts).to_numpy(zero_copy_only=False)
    too_long: Mask = lengths > LONGEST_LABEL
    return too_long


def _fitted(draft: Draft, column: Column) -> tuple[Vector | None, Spilled | None]:
    match column:
        case Integers():
            return _integers(draft, column)
        case Floats():
            return _floats(draft, column)
        case Strings(values):
            return _texts(draft, values)
        case Mixed(values):
            return _mixed(draft, values)
        case Booleans(values) if draft.kind == BOOLEAN:
            return Vector(BOOLEAN, values), None
    return None, None if isinstance(column, Nulls) else _spilled(column)


def _spilled(column: Booleans | Floats | Integers) -> Spilled | None:
    """Return all the values as an Arrow array, or None when all are missing."""
    match column:
        case Booleans(values):
            array = pa.array(values == 1, mask=values < 0)
        case Integers(values, missing):
            array = pa.array(values, mask=missing)
        case Floats(values, None):
            array = pa.array(values, mask=np.isnan(values))
        case Floats():
            everything = np.ones(len(column), dtype=np.bool_)
            return _listed(column, everything)
    return array if array.null_count < len(array) else None


def _listed(column: Floats, chosen: Mask) -> list[object] | None:
    """Return the floats that are chosen, exactly as they came."""
    chosen = chosen & ~np.isnan(column.values)
    if not chosen.any():
        return None
    vector = Vector(FLOAT, column.values, integers=column.integers)
    rows = np.flatnonzero(chosen)
    spilled: list[object] = [None] * len(column)
    for row, value in zip(rows.tolist(), vector.values_at(rows), strict=True):
        spilled[row] = value
    return spilled


def _integers(draft: Draft, column: Integers) -> tuple[Vector | None, Spilled | None]:
    if draft.kind == INTEGER:
        missing = column.missing
        values = column.values
        if missing is not None:
            values = np.where(missing, 0, values)
        if is_wide(values):
            draft.wide = True
        return Vector(INTEGER, values, missing=missing), None
    if draft.kind != FLOAT:
        return None, _spilled(column)
    there = np.ones(len(column), dtype=np.bool_)
    if column.missing is not None:
        there = ~column.missing
    fits = there & (column.values >= -EXACT_INTEGER) & (column.values <= EXACT_INTEGER)
    numbers = np.where(fits, column.values, np.nan)
    vector = Vector(FLOAT, numbers, integers=fits)
    if (fits == there).all():
        return vector, None
    return vector, pa.array(column.values, mask=fits | ~there)


def _floats(draft: Draft, column: Floats) -> tuple[Vector | None, Spilled | None]:
    if draft.kind == INTEGER:
        came_as_integers = _came_as_integers(column)
        if came_as_integers.all():
            return _from_floats(column.values), None
        if draft.wide:
            vector = _from_floats(np.where(came_as_integers, column.values, np.nan))
            return vector, _listed(column, ~came_as_integers)
        draft.kind = FLOAT
    if draft.kind == FLOAT:
        return Vector(FLOAT, column.values, integers=column.integers), None
    return None, _spilled(column)


def _came_as_integers(column: Floats) -> Mask:
    """Mark the missing values and those that can go into a column of integers."""
    missing = np.isnan(column.values)
    if column.integers is None:
        return missing
    small: Mask = np.abs(column.values) <= EXACT_INTEGER
    return missing | (column.integers & small)


def _from_floats(numbers: np.ndarray) -> Vector:
    missing = np.isnan(numbers)
    integers = np.where(missing, 0, numbers).astype(np.int64)
    return Vector(INTEGER, integers, missing=missing if missing.any() else None)


def _texts(draft: Draft, texts: pa.Array) -> tuple[Vector | None, Spilled | None]:
    if draft.kind == CODE:
        return _codes(draft, texts)
    return None, texts if texts.null_count < len(texts) else None


def _codes(draft: Draft, texts: pa.Array) -> tuple[Vector, Spilled | None]:
    """Give each text its code; texts that are too long, or too many, spill."""
    encoded = texts.dictionary_encode()
    distinct = encoded.dictionary
    codes = np.array(
        [
            -1 if too_long else _code_of(draft.labels, label)
            for label, too_long in zip(
                distinct.to_pylist(), _too_long(distinct).tolist(), strict=True
            )
        ]
        + [-1],  # what a null's index of -1 finds
        dtype=np.int32,
    )
    indices = encoded.indices.fill_null(-1).to_numpy(zero_copy_only=False)
    values = codes[indices]
    if not (codes[:-1] < 0).any():
        return Vector(CODE, values), None
    fits = pa.array(values >= 0)
    return Vector(CODE, values), pc.if_else(fits, pa.scalar(None, texts.type), texts)


def _code_of(labels: dict[str, int], label: str) -> int:
    code = labels.get(label)
    if code is None:
        code = len(labels)
        if code >= MOST_LABELS:
            return -1
        labels[label] = code
    return code


def _mixed(draft: Draft, values: list[object]) -> tuple[Vector | None, Spilled | None]:
    """Keep in the vector what it holds exactly, so that one stray text costs no sum."""
    fits = [_fits(value, kind=draft.kind) for value in values]
    rest: list[object] = [
        None if fit else value for value, fit in zip(values, fits, strict=True)
    ]
    kept = [value if fit else None for value, fit in zip(values, fits, strict=True)]
    vector, overflow = (
        _fitted(draft, _typed(kept, kind=draft.kind)) if any(fits) else (None, None)
    )
    if overflow is not None:
        spilled = overflow if isinstance(overflow, list) else overflow.to_pylist()
        rest = [r if o is None else o for r, o in zip(rest, spilled, strict=True)]
    return vector, rest if any(value is not None for value in rest) else None


def _fits(value: object, *, kind: str) -> bool:
    if kind == FLOAT:
        small = type(value) is int and -EXACT_INTEGER <= value <= EXACT_INTEGER
        return small or type(value) is float
    if kind == INTEGER:
        return type(value) is int and -(2**63) <= value < 2**63
    return bool(type(value) is {BOOLEAN: bool, CODE: str}.get(kind))


def _typed(values: list[object], *, kind: str) -> Column:
    """Return values of one kind, None for missing, in the form for that kind."""
    missing = np.array([value is None for value in values], dtype=np.bool_)
    if kind == CODE:
        return Strings(pa.array(cast("list[str | None]", values), pa.string()))
    if kind == FLOAT:
        integers = np.array([type(value) is int for value in values], dtype=np.bool_)
        return Floats(np.array(values, dtype=np.float64), integers)
    filled = [0 if value is None else value for value in values]
    if kind == INTEGER:
        return Integers(np.array(filled, dtype=np.int64), missing)
    return Booleans(np.where(missing, -1, np.array(filled, dtype=np.int8)))
