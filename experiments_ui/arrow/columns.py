"""A batch of rows as exact columns, made from JSON rows or from Arrow."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Self

import pyarrow as pa

from experiments_ui.arrow.arrow_in import column_of_array
from experiments_ui.arrow.kinds import (
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
    slice_of,
)
from experiments_ui.arrow.values import check_text
from experiments_ui.arrow.values_in import column_of_values
from experiments_ui.errors import Invalid, LimitExceeded

__all__ = [
    "Batch",
    "Booleans",
    "Column",
    "Floats",
    "Integers",
    "KindName",
    "Mixed",
    "Nulls",
    "Strings",
    "check_names",
    "column_of_array",
    "column_of_values",
    "column_values",
    "kind_of",
    "slice_of",
]

MOST_COLUMNS = 2_000
LONGEST_NAME = 255
# Clients send 10,000; a batch of nulls costs its sender nothing, so there is a limit.
MOST_BATCH_ROWS = 5_000_000


@dataclass(frozen=True, slots=True, eq=False)
class Batch:
    """Some rows, column by column, in the order in which columns were first seen."""

    length: int
    columns: Mapping[str, Column]

    @classmethod
    def from_rows(
        cls, rows: Sequence[Mapping[str, object]], *, first_row: int = 1
    ) -> Self:
        """Take rows read by `parse_json`; a member that a row lacks is missing there.

        Integers and floats in one column become floats that remember which were
        integers; where a float could not hold the integer the column stays mixed.
        """
        names = list(dict.fromkeys(chain.from_iterable(rows)))
        check_names(names)
        columns = {
            name: column_of_values(
                [row.get(name) for row in rows], name=name, first_row=first_row
            )
            for name in names
        }
        return cls(length=len(rows), columns=columns)

    @classmethod
    def from_arrow(cls, record_batch: pa.RecordBatch, *, first_row: int = 1) -> Self:
        """Take a batch from a stranger; `first_row` numbers its rows in errors.

        Raises:
            Invalid: A name or a value breaks a rule; the message names it.
            LimitExceeded: There are too many columns or rows, or too much data.
        """
        names = _names_of(record_batch.schema)
        if record_batch.num_rows > MOST_BATCH_ROWS:
            raise LimitExceeded(f"A batch holds more than {MOST_BATCH_ROWS:,} rows.")
        columns = {
            name: column_of_array(array, name=name, first_row=first_row)
            for name, array in zip(names, record_batch.columns, strict=True)
        }
        return cls(length=record_batch.num_rows, columns=columns)

    def rows(self) -> list[dict[str, object]]:
        """Return every row with all columns; a missing value is None."""
        if not self.columns:
            return [{} for _ in range(self.length)]
        names = list(self.columns)
        lists = [column_values(column) for column in self.columns.values()]
        return [dict(zip(names, row, strict=True)) for row in zip(*lists, strict=True)]

    def slice(self, start: int, stop: int) -> "Batch":
        """Return rows start to stop, sharing memory with this batch."""
        columns = {
            name: slice_of(column, start, stop) for name, column in self.columns.items()
        }
        return Batch(length=len(range(self.length)[start:stop]), columns=columns)


def check_names(names: Iterable[str]) -> None:
    """Refuse column names that are blank, too long, not text, or used twice."""
    seen: set[str] = set()
    for number, name in enumerate(names, start=1):
        if number > MOST_COLUMNS:
            raise LimitExceeded(f"There are more than {MOST_COLUMNS:,} columns.")
        if not name:
            raise Invalid(f"Column {number} has no name; every column needs one.")
        if len(name) > LONGEST_NAME:
            raise Invalid(
                f"The name of column {number}, “{name[:40]}…”, is longer than "
                f"{LONGEST_NAME} characters."
            )
        check_text(name, path=f"The name of column {number}")
        if name in seen:
            raise Invalid(f"Two columns are called “{name}”; rename one.")
        seen.add(name)


def _names_of(schema: pa.Schema) -> list[str]:
    try:
        names: list[str] = schema.names
    except UnicodeDecodeError as error:
        raise Invalid("The name of a column is not UTF-8 text.") from error
    check_names(names)
    for field in schema:
        if b"ARROW:extension:name" in (field.metadata or {}):
            # What an extension type means is code that is not here; never load it.
            raise Invalid(
                f"Column “{field.name}” has an extension type; send its plain values."
            )
    return names
