"""Writing many rows at once: the only place where the databases differ."""

from collections.abc import Collection, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from itertools import chain
from typing import Any, TypeAlias

import pyarrow as pa
from django.db import connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper
from django.db.models import QuerySet
from pyarrow import csv

# SQLite's one writer is never kept waiting for longer than this many rows take.
ROWS_PER_TRANSACTION = 1_000
# One statement for many rows costs SQLite a quarter less than one for each.
_ROWS_PER_STATEMENT = 100
# PostgreSQL gets its text in pieces of about this many rows, to bound the memory.
_ROWS_PER_PIECE = 16_384
_LARGE_ROWS_AT_ONCE = 16

Array: TypeAlias = pa.Array | Sequence[object]


def insert(
    table: str,
    columns: Sequence[str],
    arrays: Sequence[Array],
    *,
    using: str = "default",
) -> None:
    """Insert rows, given column by column, exactly as they are.

    Null and the empty text stay apart. On SQLite this commits every thousand rows,
    unless a transaction is open already; on PostgreSQL it is one statement.
    """
    connection = connections[using]
    typed = [a if isinstance(a, pa.Array) else pa.array(a) for a in arrays]
    if not typed or not len(typed[0]):
        return
    if connection.vendor == "postgresql":
        _copy(connection, table, columns, typed)
    else:
        _execute_many(connection, table, columns, typed)


def upsert(
    table: str,
    columns: Sequence[str],
    rows: Sequence[Sequence[Any]],
    *,
    keys: Collection[str],
    using: str = "default",
) -> None:
    """Insert rows, or overwrite those with the same keys; no two may share keys."""
    quote = connections[using].ops.quote_name
    others = [name for name in columns if name not in keys]
    updates = ", ".join(f"{quote(name)} = excluded.{quote(name)}" for name in others)
    head = _insertion(connections[using], table, columns)
    conflict = ", ".join(map(quote, keys))
    for start in range(0, len(rows), ROWS_PER_TRANSACTION):
        part = rows[start : start + ROWS_PER_TRANSACTION]
        places = _places(len(columns), rows=len(part))
        statement = f"{head} {places} ON CONFLICT ({conflict}) DO UPDATE SET {updates}"
        with connections[using].cursor() as cursor:
            cursor.execute(statement, [value for row in part for value in row])


def stream(
    rows: QuerySet[Any, Any], *, types: Sequence[str]
) -> Iterator[tuple[Any, ...]]:
    """Yield rows with large binary values, a few at a time.

    PostgreSQL copies them out as they are: a query's result would hold them in
    hexadecimal, and all at once. `types` are what it calls those of the columns.
    """
    connection = connections[rows.db]
    if connection.vendor != "postgresql":
        yield from rows.iterator(chunk_size=_LARGE_ROWS_AT_ONCE)
        return
    statement, parameters = rows.query.sql_with_params()
    with connection.cursor() as cursor:
        query = cursor.mogrify(statement, parameters)
        with cursor.copy(f"COPY ({query}) TO STDOUT (FORMAT binary)") as copy:
            copy.set_types(types)
            yield from copy.rows()


def _insertion(
    connection: BaseDatabaseWrapper, table: str, columns: Sequence[str]
) -> str:
    quote = connection.ops.quote_name
    return f"INSERT INTO {quote(table)} ({', '.join(map(quote, columns))}) VALUES"


def _execute_many(
    connection: BaseDatabaseWrapper,
    table: str,
    columns: Sequence[str],
    arrays: Sequence[pa.Array],
) -> None:
    head = _insertion(connection, table, columns)
    for start in range(0, len(arrays[0]), ROWS_PER_TRANSACTION):
        part = [_python_values(a.slice(start, ROWS_PER_TRANSACTION)) for a in arrays]
        values = list(chain.from_iterable(zip(*part, strict=True)))
        with _own_transaction(connection), connection.cursor() as cursor:
            _insert_values(cursor, head, values, width=len(columns))


def _insert_values(
    cursor: CursorWrapper, head: str, values: list[Any], *, width: int
) -> None:
    """Insert rows, laid end to end in `values`, by full statements and a last one."""
    whole = len(values) - len(values) % (width * _ROWS_PER_STATEMENT)
    step = width * _ROWS_PER_STATEMENT
    if whole:
        parts = [values[start : start + step] for start in range(0, whole, step)]
        places = _places(width, rows=_ROWS_PER_STATEMENT)
        cursor.executemany(f"{head} {places}", parts)
    if rest := values[whole:]:
        cursor.execute(f"{head} {_places(width, rows=len(rest) // width)}", rest)


def _places(width: int, *, rows: int) -> str:
    row = f"({', '.join(['%s'] * width)})"
    return ", ".join([row] * rows)


def _own_transaction(connection: BaseDatabaseWrapper) -> AbstractContextManager[Any]:
    if connection.in_atomic_block:
        return nullcontext()
    return transaction.atomic(using=connection.alias)


def _python_values(array: pa.Array) -> list[Any]:
    if not pa.types.is_timestamp(array.type):
        values: list[Any] = array.to_pylist()
        return values
    # Django's own form of a moment on SQLite: its text in UTC, without the zone.
    moments = array.cast(pa.timestamp("us")).to_pylist()
    return [None if moment is None else str(moment) for moment in moments]


def _copy(
    connection: BaseDatabaseWrapper,
    table: str,
    columns: Sequence[str],
    arrays: Sequence[pa.Array],
) -> None:
    quote = connection.ops.quote_name
    names = ", ".join(map(quote, columns))
    statement = f"COPY {quote(table)} ({names}) FROM STDIN (FORMAT csv)"
    batch = pa.record_batch(list(arrays), names=list(columns))
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for start in range(0, len(batch), _ROWS_PER_PIECE):
            copy.write(_as_csv(batch.slice(start, _ROWS_PER_PIECE)))


def _as_csv(batch: pa.RecordBatch) -> pa.Buffer:
    """Write text in quotes and null as nothing, which is how COPY tells them apart."""
    stream = pa.BufferOutputStream()
    options = csv.WriteOptions(include_header=False, quoting_style="needed")
    csv.write_csv(batch, stream, options)
    return stream.getvalue()


def note_growth(table: str, *, using: str = "default") -> None:
    """Let PostgreSQL plan for a table as large as it has just become.

    Its own look comes within a minute; until then it takes the table for small, and
    reads all of it for a few rows. SQLite's plans do not depend on sizes.
    """
    connection = connections[using]
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"ANALYZE {connection.ops.quote_name(table)}")
