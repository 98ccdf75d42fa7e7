"""All runs of an experiment as record batches of one schema."""

from collections.abc import Iterator

import numpy as np
import orjson
import pyarrow as pa

from experiments_ui.arrow.columns import Batch
from experiments_ui.arrow.kinds import (
    Booleans,
    Column,
    Floats,
    Integers,
    KindName,
    Strings,
)
from experiments_ui.arrow.schemas import schema_for
from experiments_ui.arrow.values_in import column_of_values
from experiments_ui.columns import read as column_reader
from experiments_ui.columns.models import Kind
from experiments_ui.columns.vectors import Vector
from experiments_ui.experiments import run_ids
from experiments_ui.experiments.models import Experiment, Run

_OWN: dict[str, KindName] = {
    "id": "string",
    "example_id": "string",
    "output": "string",
    "error": "string",
}


def arrow_schema(experiment: Experiment) -> pa.Schema:
    """Return the schema of every batch of `batches`."""
    return schema_for(kinds_of_runs(experiment))


def batches(experiment: Experiment, *, size: int = 10_000) -> Iterator[Batch]:
    """Yield the runs in order of arrival, `size` at a time: two queries a batch."""
    length = column_reader.describe([experiment.frame_id])[experiment.frame_id].length
    for start in range(0, length, size):
        yield _batch(experiment, start, min(start + size, length))


def kinds_of_runs(experiment: Experiment) -> dict[str, KindName]:
    """Return the kind of every column of `batches`, in order."""
    return _OWN | experiment.kinds


def _batch(experiment: Experiment, start: int, stop: int) -> Batch:
    rows = Run.objects.filter(
        experiment=experiment, sequence__gte=start, sequence__lt=stop
    ).order_by("sequence")
    fields = ("example_id", "output", "error", "extra")
    columns = list(zip(*rows.values_list(*fields), strict=True))
    ids = [run_ids.encode(experiment.pk, i) for i in range(start, stop)]
    texts = zip(_OWN, [ids, *columns[:3]], strict=True)
    own: dict[str, Column] = {
        name: Strings(pa.array(values, pa.large_string())) for name, values in texts
    }
    return Batch(stop - start, own | _columns(experiment, columns[3], start))


def _columns(
    experiment: Experiment, extras: tuple[str, ...], start: int
) -> dict[str, Column]:
    """Return the uploaded columns of consecutive runs, exactly as they came."""
    names = list(experiment.kinds)
    shape = column_reader.describe([experiment.frame_id])[experiment.frame_id]
    held = column_reader.vectors({experiment.frame_id: names})[experiment.frame_id]
    spilled = [{} if text == "{}" else orjson.loads(text) for text in extras]
    stop = start + len(extras)
    columns: dict[str, Column] = {}
    for name in names:
        if name in held and not shape.columns[name].spills:
            columns[name] = from_vector(held[name].slice(start, stop))
            continue
        values = _vector_values(held.get(name), start, stop)
        merged = [row.get(name, v) for row, v in zip(spilled, values, strict=True)]
        columns[name] = column_of_values(merged, name=name)
    return columns


def _vector_values(vector: Vector | None, start: int, stop: int) -> list[object]:
    if vector is None:
        return [None] * (stop - start)
    return vector.values_at(np.arange(start, stop))


def from_vector(vector: Vector) -> Column:
    """Return a vector as a column in memory, sharing its arrays where it can."""
    if vector.kind == Kind.FLOAT:
        return Floats(vector.values, vector.integers)
    if vector.kind == Kind.INTEGER:
        return Integers(vector.values, vector.missing)
    if vector.kind == Kind.BOOLEAN:
        return Booleans(vector.values)
    codes = pa.array(vector.values, mask=vector.values < 0)
    labels = pa.array(vector.labels, pa.large_string())
    return Strings(labels.take(codes))
