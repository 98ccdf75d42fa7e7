"""Tables written as CSV, JSON Lines and Parquet, a piece for each batch."""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping

import orjson
import pyarrow.compute as pc
import pyarrow.parquet as pq

from experiments_ui.arrow.columns import (
    Batch,
    Booleans,
    Column,
    KindName,
    Mixed,
    Nulls,
    Strings,
    column_values,
)
from experiments_ui.arrow.schemas import schema_for, to_arrow
from experiments_ui.arrow.values import dump_json

# What spreadsheets take for a formula, also after blanks and in full width.
_BLANKS = (
    " \t\r\n\v\f\u0085\u00a0\u1680\u2000-\u200b\u2028\u2029\u202f\u205f\u3000\ufeff"
)
_FORMULA = rf"^(?:[\t\r\n]|[{_BLANKS}]*[=+\-@＝＋－＠])"
_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")


def write_csv(
    batches: Iterable[Batch],
    *,
    kinds: Mapping[str, KindName],
    safe_for_spreadsheets: bool = True,
) -> Iterator[bytes]:
    """Write a header and rows; lists and objects become JSON, missing stays empty.

    Args:
        batches: Rows whose columns are among `kinds`.
        kinds: The columns in their order.
        safe_for_spreadsheets: Put ' before text that a spreadsheet would run as a
            formula. Off, the file holds the exact text.
    """
    header = [_guarded(n) if safe_for_spreadsheets else n for n in kinds]
    yield _csv_lines([header])
    for batch in batches:
        absent = Nulls(batch.length)
        cells = [
            _cells(batch.columns.get(name, absent), guarded=safe_for_spreadsheets)
            for name in kinds
        ]
        yield _csv_lines(zip(*cells, strict=True))


def write_jsonl(batches: Iterable[Batch]) -> Iterator[bytes]:
    """Write one object a line with exact values; a missing one is null."""
    for batch in batches:
        yield b"".join(
            orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE) for row in batch.rows()
        )


def write_parquet(
    batches: Iterable[Batch], *, kinds: Mapping[str, KindName]
) -> Iterator[bytes]:
    """Write a row group for each batch, of the types in `schemas.schema_for`."""
    sink = _Sink()
    with pq.ParquetWriter(sink, schema_for(kinds)) as writer:
        for batch in batches:
            writer.write_batch(
                to_arrow(batch.columns, kinds=kinds, length=batch.length)
            )
            yield sink.drain()
    yield sink.drain()


def _csv_lines(rows: Iterable[Iterable[object]]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()


def _cells(column: Column, *, guarded: bool) -> list[object]:
    match column:
        case Booleans():
            return [_BOOLEAN_CELLS[value] for value in column.values.tolist()]
        case Mixed(values):
            texts = [_mixed_cell(value) for value in values]
            return [_guarded_cell(text) for text in texts] if guarded else texts
        case Strings(values) if guarded and _may_hold_formulas(values):
            return [_guarded_cell(text) for text in values.to_pylist()]
        case _:
            return column_values(column)


_BOOLEAN_CELLS = {1: "true", 0: "false", -1: None}


def _mixed_cell(value: object) -> object:
    return value if value is None or isinstance(value, str) else dump_json(value)


def _may_hold_formulas(texts: object) -> bool:
    found = pc.any(pc.match_substring_regex(texts, _FORMULA)).as_py()
    return bool(found)


def _guarded_cell(text: object) -> object:
    return _guarded(text) if isinstance(text, str) else text


def _guarded(text: str) -> str:
    is_formula = re.match(_FORMULA, text) and not _NUMBER.fullmatch(text)
    return f"'{text}" if is_formula else text


class _Sink(io.RawIOBase):
    """Takes what a writer writes until it is drained."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []
        self._written = 0

    def writable(self) -> bool:
        return True

    def write(self, piece: object) -> int:
        content = bytes(piece)  # type: ignore[call-overload]  # Arrow hands buffers
        self._pieces.append(content)
        self._written += len(content)
        return len(content)

    def tell(self) -> int:
        return self._written

    def drain(self) -> bytes:
        content = b"".join(self._pieces)
        self._pieces.clear()
        return content
