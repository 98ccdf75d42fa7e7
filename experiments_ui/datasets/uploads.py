"""A file of examples: what an import would do with it, and its rows to import."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

import pyarrow as pa

from experiments_ui.arrow.columns import Batch, Column, Strings, column_values
from experiments_ui.arrow.values import dump_json
from experiments_ui.datasets.incoming import LONGEST_ID

_ID = "id"
_ID_KEPT_AS = "source_id"
# The server's own; an export of this product has them.
LEFT_OUT = ("annotations", "created_at", "updated_at")


@dataclass(frozen=True, slots=True)
class ExampleReport:
    """What an import of the file comes to; shown before anything is stored."""

    rows: int
    columns: tuple[str, ...]
    keeps_ids: bool
    # Why a column `id` cannot name the examples; empty where it does or is absent.
    id_problem: str
    left_out: tuple[str, ...]
    blank_rows: int


@dataclass(slots=True)
class _Ids:
    """Looks at every id once, to know whether they can name the examples."""

    seen: set[str] = field(default_factory=set)
    problem: str = ""

    def look_at(self, column: Column | None, *, length: int, first_row: int) -> None:
        values = [None] * length if column is None else column_values(column)
        for row, value in enumerate(values, start=first_row):
            if self.problem:
                return
            self._look_at(id_text(value), row)

    def _look_at(self, text: str | None, row: int) -> None:
        if not text:
            self.problem = f"row {row} has none"
        elif len(text) > LONGEST_ID:
            self.problem = f"that of row {row} is too long"
        elif text in self.seen:
            self.problem = f"“{text[:60]}” is there twice, again in row {row}"
        else:
            self.seen.add(text)


def survey(batches: Iterable[Batch]) -> ExampleReport:
    """Read all rows and say what an import would do.

    Raises:
        Invalid: The file cannot be read; the message names the row.
    """
    ids = _Ids()
    names: dict[str, None] = {}
    rows = blank = 0
    has_ids = False
    for batch in batches:
        has_ids = has_ids or _ID in batch.columns
        if has_ids or not rows:
            ids.look_at(batch.columns.get(_ID), length=batch.length, first_row=rows + 1)
        names |= dict.fromkeys(batch.columns)
        blank += _blank_rows(batch)
        rows += batch.length
    kept = has_ids and not ids.problem
    return ExampleReport(
        rows=rows,
        columns=tuple(name for name in names if name not in (_ID, *LEFT_OUT)),
        keeps_ids=kept,
        id_problem=ids.problem if has_ids else "",
        left_out=tuple(name for name in LEFT_OUT if name in names),
        blank_rows=blank,
    )


def examples_from(
    batches: Iterable[Batch], *, keep_ids: bool, renamed: Mapping[str, str]
) -> Iterator[Batch]:
    """Yield the rows as `create_dataset` takes them; ids become text.

    A column `id` that cannot name the examples is kept as `source_id`.
    """
    for batch in batches:
        columns: dict[str, Column] = {}
        for name, column in batch.columns.items():
            if name in LEFT_OUT:
                continue
            if name == _ID and keep_ids:
                columns[_ID] = _texts(column)
                continue
            plain = _ID_KEPT_AS if name == _ID else name
            columns[renamed.get(plain, plain)] = column
        yield Batch(batch.length, columns)


def id_text(value: object) -> str | None:
    """Return an id as text, whatever type a file gave it."""
    if value is None or isinstance(value, str):
        return value
    return dump_json(value)


def _texts(column: Column) -> Strings:
    if isinstance(column, Strings):
        return column
    values = [id_text(value) for value in column_values(column)]
    return Strings(pa.array(values, pa.large_string()))


def _blank_rows(batch: Batch) -> int:
    return sum(
        all(value in (None, "") for value in row.values()) for row in batch.rows()
    )
