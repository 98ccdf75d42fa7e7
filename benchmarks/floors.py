"""The floors of storing and reading: the same text rows, and nothing around them."""

import sqlite3
from pathlib import Path

import orjson
import psycopg
import pyarrow as pa
from pyarrow import csv

_TABLE = (
    "bare (experiment_id bigint, sequence bigint, example_id varchar(255), output text,"
    " error text, extra text, PRIMARY KEY (experiment_id, sequence))"
)
_EXPLANATION = "eval.correctness.explanation"


def text_rows(runs: pa.Table) -> pa.Table:
    """Return what the server keeps of runs as rows; the rest it keeps as vectors."""
    if _EXPLANATION in runs.column_names:
        extra = [
            orjson.dumps({_EXPLANATION: text}).decode()
            for text in runs[_EXPLANATION].to_pylist()
        ]
    else:
        extra = ["{}"] * len(runs)
    none = pa.nulls(len(runs), pa.string())
    return pa.table(
        {
            "experiment_id": pa.array([1] * len(runs)),
            "sequence": pa.array(range(len(runs))),
            "example_id": runs["example_id"],
            "output": runs["output"],
            "error": runs["error"] if "error" in runs.column_names else none,
            "extra": pa.array(extra),
        }
    ).combine_chunks()


class BareSqlite:
    """executemany into a table like ours; SELECT out of it."""

    name = "bare executemany"
    reading = "bare SELECT"

    def __init__(self, folder: Path) -> None:
        self._connection = sqlite3.connect(folder / "bare.sqlite3")
        self._connection.execute("PRAGMA journal_mode=WAL")
        self._connection.execute("PRAGMA synchronous=NORMAL")

    def clear(self) -> None:
        self._connection.execute("DROP TABLE IF EXISTS bare")
        self._connection.execute(f"CREATE TABLE {_TABLE}")

    def insert(self, rows: pa.Table) -> None:
        for batch in rows.to_batches(max_chunksize=10_000):
            columns = [column.to_pylist() for column in batch.columns]
            with self._connection:
                self._connection.executemany(
                    "INSERT INTO bare VALUES (?, ?, ?, ?, ?, ?)",
                    zip(*columns, strict=True),
                )

    def read(self) -> None:
        cursor = self._connection.execute("SELECT * FROM bare ORDER BY 1, 2")
        while cursor.fetchmany(1000):
            pass

    def close(self) -> None:
        self._connection.close()


class BarePostgresql:
    """COPY into a table like ours, from text Arrow wrote; COPY out of it."""

    name = "bare COPY"
    reading = "bare COPY out"

    def __init__(self, url: str) -> None:
        self._connection = psycopg.connect(url, autocommit=True)

    def clear(self) -> None:
        self._connection.execute("DROP TABLE IF EXISTS bare")
        self._connection.execute(f"CREATE TABLE {_TABLE}")

    def insert(self, rows: pa.Table) -> None:
        options = csv.WriteOptions(include_header=False, quoting_style="needed")
        with (
            self._connection.cursor() as cursor,
            cursor.copy("COPY bare FROM STDIN (FORMAT csv)") as copy,
        ):
            for batch in rows.to_batches(max_chunksize=10_000):
                sink = pa.BufferOutputStream()
                csv.write_csv(batch, sink, options)
                copy.write(sink.getvalue())

    def read(self) -> None:
        statement = "COPY (SELECT * FROM bare ORDER BY 1, 2) TO STDOUT"
        with (
            self._connection.cursor() as cursor,
            cursor.copy(statement) as copy,
        ):
            for _ in copy:
                pass

    def close(self) -> None:
        self._connection.close()


Bare = BareSqlite | BarePostgresql
