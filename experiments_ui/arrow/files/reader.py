"""One way to read every kind of table file."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import PurePath
from typing import BinaryIO, Literal

from experiments_ui.arrow.columns import (
    Batch,
    Column,
    KindName,
    Mixed,
    Strings,
    kind_of,
)
from experiments_ui.arrow.files.csv_tables import csv_batches
from experiments_ui.arrow.files.json_tables import json_batches, jsonl_batches
from experiments_ui.arrow.files.limits import MEGABYTE, Limits
from experiments_ui.arrow.files.parquet_tables import PARQUET_MAGIC, parquet_batches
from experiments_ui.arrow.files.source import Source, source_of
from experiments_ui.arrow.text import longest_text_bytes
from experiments_ui.arrow.values import dump_json
from experiments_ui.errors import LimitExceeded

FileKind = Literal["csv", "json", "jsonl", "parquet"]

_READERS: dict[FileKind, Callable[[Source, Limits], Iterator[Batch]]] = {
    "csv": csv_batches,
    "json": json_batches,
    "jsonl": jsonl_batches,
    "parquet": parquet_batches,
}
_EXTENSIONS: dict[str, FileKind] = {
    ".csv": "csv",
    ".json": "json",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".parquet": "parquet",
    ".pq": "parquet",
}


@dataclass(frozen=True, slots=True)
class TableReader:
    """A table in a file, which stays open for as long as this is read."""

    kind: FileKind
    source: Source
    limits: Limits

    def batches(self) -> Iterator[Batch]:
        """Read from the beginning: at least one batch, of at most 10,000 rows each.

        Columns of CSV and Parquet files keep their kind from batch to batch; those of
        JSON follow the rows of each batch (see `schemas.merge_kinds`).

        Raises:
            Invalid: A line or row is at fault; the message names it.
            LimitExceeded: The file holds more than the limits allow.
        """
        rows = 0
        names: set[str] = set()
        for batch in _READERS[self.kind](self.source, self.limits):
            rows += batch.length
            names.update(batch.columns)
            self._check(batch, rows=rows, columns=len(names))
            yield batch
        if not names and not rows:
            yield Batch(length=0, columns={})

    def _check(self, batch: Batch, *, rows: int, columns: int) -> None:
        limits = self.limits
        if rows > limits.max_rows:
            raise LimitExceeded(f"The file holds more than {limits.max_rows:,} rows.")
        if columns > limits.max_columns:
            raise LimitExceeded(
                f"The file has more than {limits.max_columns:,} columns."
            )
        for name, column in batch.columns.items():
            if _largest_cell(column) > limits.max_cell_bytes:
                raise LimitExceeded(
                    f"Column “{name}” holds a value larger than "
                    f"{limits.max_cell_bytes // MEGABYTE} MB."
                )


@dataclass(frozen=True, slots=True)
class PreviewColumn:
    name: str
    kind: KindName


@dataclass(frozen=True, slots=True)
class Preview:
    columns: tuple[PreviewColumn, ...]
    rows: list[dict[str, object]]


def open_table(
    stream: BinaryIO, *, name: str, limits: Limits | None = None
) -> TableReader:
    """Recognise a file by its name's extension, or else by how it begins.

    Raises:
        LimitExceeded: The file is larger than the limits allow.
        Invalid: The file is compressed and damaged.
    """
    limits = limits or Limits()
    source = source_of(stream, limits)
    kind = _kind(name, source.head(4096))
    return TableReader(kind=kind, source=source, limits=limits)


def preview(reader: TableReader, *, rows: int = 20) -> Preview:
    """Return the first rows, and each column's kind as the first batch has it."""
    batches = reader.batches()
    batch = next(batches)
    batches.close()  # type: ignore[attr-defined]  # batches() is a generator
    return Preview(
        columns=tuple(
            PreviewColumn(name=name, kind=kind_of(column))
            for name, column in batch.columns.items()
        ),
        rows=batch.slice(0, rows).rows(),
    )


def _kind(name: str, head: bytes) -> FileKind:
    begins = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if head.startswith(PARQUET_MAGIC):
        return "parquet"
    path = PurePath(name.lower())
    extension = path.with_suffix("").suffix if path.suffix == ".gz" else path.suffix
    known = _EXTENSIONS.get(extension)
    if known == "json" and begins.startswith(b"{"):
        return "jsonl"  # many tools name JSON Lines so
    return known or _kind_of_text(begins)


def _kind_of_text(begins: bytes) -> FileKind:
    if begins.startswith(b"["):
        return "json"
    return "jsonl" if begins.startswith(b"{") else "csv"


def _largest_cell(column: Column) -> int:
    match column:
        case Strings(values):
            return longest_text_bytes(values)
        case Mixed(values):
            return max(map(_json_bytes, values), default=0)
        case _:
            return 0


def _json_bytes(value: object) -> int:
    """Measure only what can be large, for writing every value takes time."""
    if isinstance(value, str | list | dict):
        return len(dump_json(value).encode())
    return 0
