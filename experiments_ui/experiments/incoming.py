"""Runs as they come in: what every run has, and the columns it brings along."""

import zlib
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from experiments_ui.arrow.columns import Batch
from experiments_ui.arrow.kinds import (
    Booleans,
    Column,
    Integers,
    Nulls,
    Strings,
    column_values,
)
from experiments_ui.arrow.values import dump_json
from experiments_ui.columns.models import Role
from experiments_ui.errors import Invalid

POSITION = ":position"
REPETITION = ":repetition"
ERRORED = ":error"
OUTPUT_MARK = ":output"

_OWN = ("example_id", "output", "error")
_RESERVED = frozenset({"id", "annotations"})
# Numbers about a run that are no verdict on it.
METRICS = frozenset({"latency", "latency_ms", "token_count", "total_cost"})


@dataclass(frozen=True, slots=True)
class Incoming:
    """One batch of runs; the arrays hold text, null where there is none."""

    length: int
    example_ids: pa.Array
    outputs: pa.Array
    errors: pa.Array
    columns: dict[str, Column]


def read(batch: Batch, *, first_row: int, needs_example: bool) -> Incoming:
    """Split a batch into the runs' own members and their columns.

    `first_row` counts rows over the whole upload, for messages.

    Raises:
        Invalid: A column is missing or reserved, or a run names no example.
    """
    if "output" not in batch.columns:
        raise Invalid("The runs have no column 'output'.", {"output": "missing"})
    for name in batch.columns:
        if name in _RESERVED or name.startswith(":"):
            raise Invalid(f"The column name '{name}' is reserved.", {name: "reserved"})
    texts = {name: _text(batch.columns.get(name), batch.length) for name in _OWN}
    incoming = Incoming(
        length=batch.length,
        example_ids=texts["example_id"],
        outputs=texts["output"],
        errors=texts["error"],
        columns={n: c for n, c in batch.columns.items() if n not in _OWN},
    )
    if needs_example:
        _require_examples(incoming.example_ids, first_row)
    return incoming


def check_rows(rows: list[dict[str, object]], *, needs_example: bool) -> None:
    """Check what only JSON can get wrong: members of another type, by row.

    Raises:
        Invalid: Names the member, such as ``experiment_runs[3].output``.
    """
    for index, row in enumerate(rows):
        place = f"experiment_runs[{index}]"
        if "output" not in row:
            raise Invalid(f"{place}.output is missing.", {f"{place}.output": "missing"})
        for name in _OWN:
            if not isinstance(row.get(name), str | None):
                message = f"{place}.{name} must be a string."
                raise Invalid(message, {f"{place}.{name}": "type"})
        if needs_example and not row.get("example_id"):
            message = f"{place}.example_id is missing: the experiment has a dataset."
            raise Invalid(message, {f"{place}.example_id": "missing"})


def internal_columns(
    incoming: Incoming, *, positions: np.ndarray, repetitions: np.ndarray
) -> dict[str, Column]:
    """Return the vectors that the server itself keeps of every run."""
    has_output = incoming.outputs.is_valid().to_numpy(zero_copy_only=False)
    errored = incoming.errors.is_valid().to_numpy(zero_copy_only=False)
    return {
        POSITION: Integers(positions),
        REPETITION: Integers(repetitions),
        ERRORED: Booleans(errored.astype(np.int8)),
        OUTPUT_MARK: Integers(_marks(incoming.outputs), ~has_output),
    }


def role_of(name: str) -> Role:
    """Return what a column is for, by its name."""
    if name.startswith(":"):
        return Role.INTERNAL
    if name.startswith("eval.") and name.endswith(".score"):
        return Role.SCORE
    if name.startswith("eval.") and name.endswith(".label"):
        return Role.LABEL
    return Role.METRIC if name in METRICS else Role.EXTRA


def roles_of(names: Iterable[str]) -> dict[str, Role]:
    return {name: role_of(name) for name in names}


def _marks(outputs: pa.Array) -> np.ndarray:
    """Return a number per output that is equal where the outputs are equal.

    Checksum and length together: two different outputs of one example meet with a
    chance of one in four thousand million, and only a count would be off by one.
    """
    blobs = outputs.cast(pa.large_binary()).to_pylist()
    marks = ((len(b) << 32 | zlib.crc32(b)) if b is not None else 0 for b in blobs)
    return np.fromiter(marks, dtype=np.int64, count=len(blobs))


def _text(column: Column | None, length: int) -> pa.Array:
    """Return a column as text: what is not text becomes JSON text."""
    if column is None or isinstance(column, Nulls):
        return pa.nulls(length, pa.string())
    if isinstance(column, Strings):
        return column.values
    values = column_values(column)
    return pa.array(
        [v if isinstance(v, str | None) else dump_json(v) for v in values],
        pa.large_string(),
    )


def _require_examples(example_ids: pa.Array, first_row: int) -> None:
    blank = (example_ids.is_null()).to_numpy(zero_copy_only=False)
    if blank.any():
        row = first_row + int(np.argmax(blank))
        message = f"Row {row} has no example_id, but the experiment has a dataset."
        raise Invalid(message, {"example_id": f"missing in row {row}"})
