"""Decodes one Parquet file from standard input, in a process with little memory.

A Parquet file can ask its reader for any amount of memory in a few bytes, so it is
read here, where the system enforces the limit and a crash takes nobody along.
Started by path, isolated: it imports nothing of the application.
"""

import json
import resource
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NoReturn

import pyarrow as pa
import pyarrow.parquet as pq

REFUSED = 3
_LARGEST_THRIFT_STRING = 16 * 2**20
_LARGEST_THRIFT_CONTAINER = 1_000_000
_PIECE_ROWS = 1_000


def main() -> None:
    limits = json.loads(sys.argv[1])
    _limit_resources(limits)
    try:
        _decode(limits)
    except MemoryError:
        _refuse("limit", "The Parquet file needs too much memory to be read.")
    except (pa.ArrowException, OSError, ValueError) as error:
        reason = (str(error).splitlines() or ["unreadable"])[0][:300].rstrip(".")
        _refuse("invalid", f"The Parquet file cannot be read: {reason}.")


def _limit_resources(limits: dict[str, int]) -> None:
    pa.set_cpu_count(1)
    pa.set_io_thread_count(1)
    resource.setrlimit(resource.RLIMIT_CPU, (limits["cpu_seconds"],) * 2)
    statm = Path("/proc/self/statm")
    if statm.exists():  # elsewhere the system does not enforce this limit anyway
        used = int(statm.read_text().split()[0]) * resource.getpagesize()
        allowed = used + limits["memory_bytes"]
        resource.setrlimit(resource.RLIMIT_AS, (allowed, allowed))


def _decode(limits: dict[str, int]) -> None:
    file = pq.ParquetFile(
        pa.PythonFile(sys.stdin.buffer, mode="r"),
        buffer_size=2**20,
        pre_buffer=False,
        thrift_string_size_limit=_LARGEST_THRIFT_STRING,
        thrift_container_size_limit=_LARGEST_THRIFT_CONTAINER,
    )
    _check_declared(file.metadata, limits)
    declared_rows = file.metadata.num_rows
    rows = 0
    with pa.ipc.new_stream(sys.stdout.buffer, file.schema_arrow) as stream:
        for table in _tables(file, limits):
            rows += table.num_rows
            stream.write_table(table)
    if rows != declared_rows:
        _refuse(
            "invalid",
            f"The Parquet file declares {declared_rows} rows but holds {rows}.",
        )


def _tables(file: pq.ParquetFile, limits: dict[str, int]) -> Iterator[pa.Table]:
    """Read little at a time, for few bytes may stand for many, and put it together."""
    pieces: list[pa.RecordBatch] = []
    rows = size = 0
    for piece in file.iter_batches(batch_size=_PIECE_ROWS, use_threads=False):
        pieces.append(piece)
        rows += piece.num_rows
        size += piece.nbytes
        if rows >= limits["batch_rows"] or size >= limits["batch_bytes"]:
            yield pa.Table.from_batches(pieces).combine_chunks()
            pieces, rows, size = [], 0, 0
    if pieces:
        yield pa.Table.from_batches(pieces).combine_chunks()


def _check_declared(metadata: Any, limits: dict[str, int]) -> None:
    """Refuse by what the footer says, before any page is read."""
    if metadata.num_columns > limits["columns"]:
        _refuse("limit", f"The file has more than {limits['columns']:,} columns.")
    if metadata.num_rows > limits["rows"]:
        _refuse("limit", f"The file holds more than {limits['rows']:,} rows.")
    groups = [metadata.row_group(i) for i in range(metadata.num_row_groups)]
    if sum(group.num_rows for group in groups) != metadata.num_rows or any(
        group.num_rows < 0 or group.total_byte_size < 0 for group in groups
    ):
        _refuse("invalid", "The Parquet file's footer contradicts itself.")
    declared = sum(group.total_byte_size for group in groups)
    if declared > limits["expanded_bytes"]:
        megabytes = limits["expanded_bytes"] // 2**20
        _refuse("limit", f"The file expands to more than {megabytes} MB; split it.")


def _refuse(kind: str, message: str) -> NoReturn:
    sys.stderr.write(json.dumps({"kind": kind, "message": message}))
    sys.stderr.flush()
    raise SystemExit(REFUSED)


if __name__ == "__main__":
    main()
