"""Parquet files, decoded by a child process and read from it as a stream."""

import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import pyarrow as pa

from experiments_ui.arrow.columns import Batch
from experiments_ui.arrow.files.limits import (
    BATCH_BYTES,
    BATCH_ROWS,
    MEGABYTE,
    Limits,
)
from experiments_ui.arrow.files.source import Source
from experiments_ui.errors import DomainError, Invalid, LimitExceeded

PARQUET_MAGIC = b"PAR1"
_CHILD = Path(__file__).with_name("parquet_child.py")
_REFUSED = 3
_CPU_SECONDS = 600


def parquet_batches(source: Source, limits: Limits) -> Iterator[Batch]:
    """Yield batches of at most 10,000 rows and, by what is declared, about 32 MB."""
    first_row = 1
    expanded = 0
    with tempfile.TemporaryFile() as file:
        shutil.copyfileobj(source.open(), file, MEGABYTE)
        _check_frame(file)
        for record_batch in _decoded(file, limits):
            expanded += record_batch.nbytes
            if expanded > limits.max_expanded_bytes:
                raise LimitExceeded(
                    "The file expands to more than "
                    f"{limits.max_expanded_bytes // MEGABYTE} MB; split it."
                )
            yield Batch.from_arrow(record_batch, first_row=first_row)
            first_row += record_batch.num_rows


def _check_frame(file: IO[bytes]) -> None:
    size = file.tell()
    file.seek(0)
    begins = file.read(len(PARQUET_MAGIC))
    file.seek(max(0, size - len(PARQUET_MAGIC)))
    if begins != PARQUET_MAGIC:
        raise Invalid("This is not a Parquet file: it does not begin with PAR1.")
    if file.read() != PARQUET_MAGIC or size < 12:
        raise Invalid("The Parquet file was cut short; send it again.")
    file.seek(0)


def _decoded(file: IO[bytes], limits: Limits) -> Iterator[pa.RecordBatch]:
    with (
        tempfile.TemporaryFile() as complaints,
        _child(file, complaints, limits) as child,
    ):
        fault: Exception | None = None
        try:
            yield from pa.ipc.open_stream(child.stdout)
        except (pa.ArrowInvalid, OSError) as error:
            fault = error
        # A child that died looks like the end of its stream, so ask how it ended.
        if child.wait() or fault:
            raise _complaint(child.returncode, complaints) from fault


@contextmanager
def _child(
    file: IO[bytes], complaints: IO[bytes], limits: Limits
) -> Iterator[subprocess.Popen[bytes]]:
    child = subprocess.Popen(  # noqa: S603  # our own script, no shell, no user input
        [sys.executable, "-I", str(_CHILD), json.dumps(_child_limits(limits))],
        stdin=file,
        stdout=subprocess.PIPE,
        stderr=complaints,
        # No secret of the server's environment; the plain allocator reserves little.
        env={"ARROW_DEFAULT_MEMORY_POOL": "system"},
    )
    try:
        yield child
    finally:
        child.kill()
        if child.stdout is not None:
            child.stdout.close()
        child.wait()


def _child_limits(limits: Limits) -> dict[str, int]:
    return {
        "columns": limits.max_columns,
        "rows": limits.max_rows,
        "expanded_bytes": limits.max_expanded_bytes,
        "memory_bytes": limits.max_decoder_bytes,
        "batch_rows": BATCH_ROWS,
        "batch_bytes": BATCH_BYTES,
        "cpu_seconds": _CPU_SECONDS,
    }


def _complaint(returncode: int, complaints: IO[bytes]) -> DomainError:
    complaints.seek(0)
    text = complaints.read(MEGABYTE)
    if returncode != _REFUSED:
        return Invalid(
            "The Parquet file cannot be read: it is damaged, or lies about its size."
        )
    told = json.loads(text[text.index(b'{"kind"') :])
    kind = LimitExceeded if told["kind"] == "limit" else Invalid
    return kind(told["message"])
