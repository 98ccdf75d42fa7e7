"""Typed vectors of one column, exact and with missing values, and their bytes."""

import struct
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Self, TypeAlias

import numpy as np
import numpy.typing as npt

FLOAT, INTEGER, BOOLEAN, CODE = "f8", "i8", "bool", "code"

CHUNK_ROWS = 16_384
# Beyond this a float64 cannot tell an integer from its neighbour.
EXACT_INTEGER = 2**53

Mask = npt.NDArray[np.bool_]
Numbers = npt.NDArray[np.float64]
Values = npt.NDArray[Any]  # of the type that belongs to the vector's kind
Bytes: TypeAlias = bytes | memoryview
Rows = Sequence[int] | npt.NDArray[np.intp]

TYPES = {FLOAT: "<f8", INTEGER: "<i8", BOOLEAN: "<i1", CODE: "<i4"}
# What stands in `values` where a value is missing.
BLANKS: dict[str, Any] = {FLOAT: np.nan, INTEGER: 0, BOOLEAN: -1, CODE: -1}


@dataclass(frozen=True, slots=True, eq=False)
class Vector:
    """The values of one column, row by row; its arrays must not be written to.

    Attributes:
        kind: FLOAT, INTEGER, BOOLEAN or CODE.
        values: float64 with NaN for missing; int64; int8 with 1, 0 and -1 for
            missing; or int32 indices into `labels` with -1 for missing.
        missing: Marks missing integers (which are 0 in `values`); None: all there.
        integers: Marks the floats that came as integers; None: none did.
        labels: What the codes stand for.
    """

    kind: str
    values: Values
    missing: Mask | None = None
    integers: Mask | None = None
    labels: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.values)

    @property
    def nbytes(self) -> int:
        masks = sum(m.nbytes for m in (self.missing, self.integers) if m is not None)
        return self.values.nbytes + masks + sum(len(text) + 60 for text in self.labels)

    def numbers(self) -> Numbers:
        """Return float64 with NaN for missing; true is 1, and a label no number."""
        if self.kind == FLOAT:
            return self.values
        if self.kind == CODE:
            return np.full(len(self), np.nan)
        numbers = self.values.astype(np.float64)
        numbers[self.is_missing()] = np.nan
        return numbers

    def is_missing(self) -> Mask:
        if self.kind == FLOAT:
            return np.isnan(self.values)
        if self.kind == INTEGER:
            none_missing = np.zeros(len(self), dtype=np.bool_)
            return none_missing if self.missing is None else self.missing
        absent: Mask = self.values < 0
        return absent

    def values_at(self, rows: Rows) -> list[object]:
        """Return exact Python values in the order of `rows`; None is missing."""
        chosen = np.asarray(rows, dtype=np.intp)
        raw: list[Any] = self.values[chosen].tolist()
        if self.kind == BOOLEAN:
            return [None if value < 0 else value == 1 for value in raw]
        if self.kind == CODE:
            return [None if code < 0 else self.labels[code] for code in raw]
        if self.integers is not None:
            for index in np.flatnonzero(self.integers[chosen]).tolist():
                raw[index] = int(raw[index])
        for index in np.flatnonzero(self.is_missing()[chosen]).tolist():
            raw[index] = None
        return raw

    def slice(self, start: int, stop: int) -> Self:
        """Return rows start to stop, sharing memory."""
        return replace(
            self,
            values=self.values[start:stop],
            missing=None if self.missing is None else self.missing[start:stop],
            integers=None if self.integers is None else self.integers[start:stop],
        )

    def labelled(self, labels: tuple[str, ...]) -> Self:
        return self if labels == self.labels else replace(self, labels=labels)

    def patched(self, rows: Rows, values: Values) -> "Vector":
        """Return a copy with `values` at `rows`: codes (-1 missing) or numbers (NaN).

        A patched number is a float, so a vector of integers becomes one of floats.
        """
        if self.kind == INTEGER:
            if np.isnan(values).all():
                return self._cleared(rows)
            return self.as_floats().patched(rows, values)
        copy = self.values.copy()
        blank = np.isnan(values) if self.kind == BOOLEAN else False
        copy[rows] = np.where(blank, -1, values)
        integers = self.integers
        if integers is not None:
            integers = integers.copy()
            integers[rows] = False
        return replace(self, values=frozen(copy), integers=integers)

    def _cleared(self, rows: Rows) -> "Vector":
        values, missing = self.values.copy(), self.is_missing().copy()
        values[rows] = 0
        missing[rows] = True
        return replace(self, values=frozen(values), missing=frozen(missing))

    def as_floats(self) -> "Vector":
        """Return integers as floats that remember what they were; floats as is.

        Raises:
            ValueError: The vector holds booleans or codes, or an integer too large.
        """
        if self.kind == FLOAT:
            return self
        if self.kind != INTEGER or is_wide(self.values):
            raise ValueError(f"A vector of kind {self.kind} cannot be floats exactly.")
        return Vector(FLOAT, self.numbers(), integers=~self.is_missing())


def is_wide(integers: Values) -> bool:
    """Tell whether an integer lies beyond what a float64 holds exactly."""
    if not len(integers):
        return False
    return bool(integers.max() > EXACT_INTEGER or integers.min() < -EXACT_INTEGER)


def frozen(array: Values) -> Values:
    array.setflags(write=False)
    return array


# A chunk's bytes: this header, the values, then (if flagged) a mask of packed bits.
# They say what they are, so a column changes its kind without rewriting old chunks.
_HEADER = struct.Struct("<4sBB2xQ")
HEADER_BYTES = _HEADER.size
_MAGIC = b"XUV1"
_KINDS = (FLOAT, INTEGER, BOOLEAN, CODE)
_HAS_MASK, _IS_WIDE = 1, 2


def encode(vector: Vector) -> bytes:
    """Return a vector's bytes, without its labels: those are the column's."""
    mask = vector.missing if vector.kind == INTEGER else vector.integers
    flags = _HAS_MASK if mask is not None and mask.any() else 0
    if vector.kind == INTEGER and is_wide(vector.values):
        flags |= _IS_WIDE
    kind = _KINDS.index(vector.kind)
    body = np.ascontiguousarray(vector.values, dtype=TYPES[vector.kind]).tobytes()
    packed = np.packbits(mask).tobytes() if flags & _HAS_MASK else b""  # type: ignore[arg-type]  # flagged only if there
    return _HEADER.pack(_MAGIC, kind, flags, len(vector)) + body + packed


def decode(chunk: Bytes) -> Vector:
    """Read what `encode` wrote, without copying the values.

    Raises:
        ValueError: The bytes are no chunk, or not a whole one.
    """
    kind, flags, rows = _header_of(chunk)
    values = np.frombuffer(chunk, dtype=TYPES[kind], count=rows, offset=HEADER_BYTES)
    if not flags & _HAS_MASK:
        return Vector(kind, values)
    packed = np.frombuffer(chunk, np.uint8, offset=HEADER_BYTES + values.nbytes)
    mask = np.unpackbits(packed, count=rows).view(np.bool_)
    if kind == INTEGER:
        return Vector(kind, values, missing=mask)
    return Vector(kind, values, integers=mask)


def holds_wide_integers(header: Bytes) -> bool:
    """Tell from a chunk's first bytes whether its integers exceed a float64's."""
    return bool(_header_of(header)[1] & _IS_WIDE)


def _header_of(chunk: Bytes) -> tuple[str, int, int]:
    if len(chunk) < HEADER_BYTES:
        raise ValueError("A chunk is shorter than its header.")
    magic, kind, flags, rows = _HEADER.unpack_from(chunk)
    if magic != _MAGIC or kind >= len(_KINDS):
        raise ValueError("The bytes of a chunk are damaged.")
    return _KINDS[kind], flags, rows
