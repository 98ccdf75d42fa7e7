"""A large file of JSON cut into the texts of its rows, a little at a time."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from experiments_ui.arrow.files.limits import MEGABYTE
from experiments_ui.arrow.files.source import Source
from experiments_ui.errors import Invalid, LimitExceeded

_BOM = b"\xef\xbb\xbf"
_CHUNK = MEGABYTE
_QUOTE = ord('"')
_STEPS = np.zeros(256, np.int8)
_STEPS[[ord("{"), ord("[")]] = 1
_STEPS[[ord("}"), ord("]")]] = -1
_IS_MARK = _STEPS != 0
_IS_MARK[_QUOTE] = True


@dataclass(frozen=True, slots=True)
class RowText:
    """One row as JSON text, and the words by which errors call it."""

    place: str
    text: bytes


def line_texts(
    source: Source, *, max_row_bytes: int, max_lines: int
) -> Iterator[RowText]:
    """Yield the lines of JSON Lines that are not blank."""
    with source.open() as stream:
        number = 0
        while line := stream.readline(max_row_bytes + 1):
            number += 1
            if number > max_lines:
                raise LimitExceeded(f"The file has more than {max_lines:,} lines.")
            if len(line) > max_row_bytes:
                raise _row_too_long(f"Line {number}", max_row_bytes)
            if number == 1:
                line = line.removeprefix(_BOM)  # only ever here
            if not line.isspace():
                yield RowText(f"Line {number}", line)


def element_texts(source: Source, *, max_row_bytes: int) -> Iterator[RowText]:
    """Yield the objects of one JSON array."""
    with source.open() as stream:
        buffer = stream.read(_CHUNK).removeprefix(_BOM).lstrip()
        if not buffer.startswith(b"["):
            raise Invalid("The JSON file must hold one array of objects: [{…}, {…}].")
        buffer = buffer[1:]
        count = 0
        while True:
            cut = _cut(buffer)
            for row in _elements(buffer, cut, count):
                count += 1
                yield row
            if cut.closed_at is not None:
                _refuse_rest(buffer[cut.closed_at + 1 :] + stream.read(_CHUNK), count)
                return
            buffer = buffer[cut.end :]
            if len(buffer) > max_row_bytes:
                raise _row_too_long(f"Row {count + 1}", max_row_bytes)
            # Reading at least as much again keeps a long row from being scanned often.
            chunk = stream.read(max(_CHUNK, len(buffer)))
            if not chunk:
                raise Invalid(f"The JSON file ends within row {count + 1}.")
            buffer += chunk


@dataclass(frozen=True, slots=True)
class _Cut:
    """Where the whole elements of a buffer begin and end, and where the array does."""

    starts: list[int]
    ends: list[int]
    closed_at: int | None

    @property
    def end(self) -> int:
        return self.ends[-1] if self.ends else 0


def _cut(buffer: bytes) -> _Cut:
    # Escaped quotes are masked, at the same length, so that every quote left counts.
    plain = buffer.replace(b"\\\\", b"__").replace(b'\\"', b"__")
    codes = np.frombuffer(plain, np.uint8)
    marks = np.flatnonzero(_IS_MARK[codes])
    kinds = codes[marks]
    outside = np.cumsum(kinds == _QUOTE) % 2 == 0
    steps = _STEPS[kinds] * outside
    depths = np.cumsum(steps, dtype=np.int64)
    closing = np.flatnonzero(depths < 0)
    closed_at = int(marks[closing[0]]) if len(closing) else None
    if closed_at is not None:
        marks, steps, depths = (a[: closing[0]] for a in (marks, steps, depths))
    starts = marks[(steps == 1) & (depths == 1)]
    ends = marks[(steps == -1) & (depths == 0)] + 1
    return _Cut(starts[: len(ends)].tolist(), ends.tolist(), closed_at)


def _elements(buffer: bytes, cut: _Cut, before: int) -> Iterator[RowText]:
    """Yield the elements, checking that just one comma stands between two."""
    previous = 0
    row = before
    for start, end in zip(cut.starts, cut.ends, strict=True):
        row += 1
        if buffer[previous:start].strip() != (b"," if row > 1 else b""):
            raise _misplaced(row)
        yield RowText(f"Row {row}", buffer[start:end])
        previous = end
    if cut.closed_at is not None and buffer[previous : cut.closed_at].strip():
        raise _misplaced(row + 1)


def _misplaced(row: int) -> Invalid:
    return Invalid(
        f"Row {row} of the JSON file is not an object, or not parted from its "
        "neighbour by one comma."
    )


def _refuse_rest(rest: bytes, rows: int) -> None:
    if rest.strip():
        raise Invalid(f"The JSON file goes on after the array of {rows} rows ends.")


def _row_too_long(place: str, max_row_bytes: int) -> LimitExceeded:
    return LimitExceeded(f"{place} is larger than {max_row_bytes // MEGABYTE} MB.")
