"""All examples of a version as columns with one schema, for Flight and for files."""

from collections.abc import Iterator, Mapping
from datetime import datetime

import numpy as np
import orjson
import pyarrow as pa

from experiments_ui.arrow.columns import (
    Batch,
    Column,
    Integers,
    KindName,
    column_of_values,
    kind_of,
)
from experiments_ui.arrow.kinds import Floats
from experiments_ui.arrow.schemas import merge_kinds, schema_for
from experiments_ui.datasets.columns_seen import columns_of
from experiments_ui.datasets.models import DatasetVersion, Example
from experiments_ui.errors import Conflict

_OWN: Mapping[str, KindName] = {
    "id": "string",
    "created_at": "integer",
    "updated_at": "integer",
}
_EXAMPLES_AT_ONCE = 1_000
# A batch ends here even when it has fewer rows than asked for.
_BATCH_BYTES = 64 * 2**20


def stream_kinds(version: DatasetVersion) -> dict[str, KindName]:
    """Return the kind of each column of `batches`; times are milliseconds."""
    return {**_OWN, **columns_of(version.dataset)}


def arrow_schema(version: DatasetVersion) -> pa.Schema:
    """Return the Arrow schema that fits every batch of `batches`."""
    return schema_for(stream_kinds(version))


def batches(version: DatasetVersion, *, size: int = 10_000) -> Iterator[Batch]:
    """Yield the examples in order, at most `size` at a time, in bounded memory.

    Every batch has the columns of `stream_kinds`, of these kinds or narrower ones.

    Raises:
        Conflict: Meanwhile a column was changed to a kind that does not fit.
    """
    kinds = columns_of(version.dataset)
    waiting: list[Example] = []
    weight = 0
    for example in _examples(version):
        waiting.append(example)
        weight += len(example.fields)
        if len(waiting) >= size or weight > _BATCH_BYTES:
            yield _batch(waiting, kinds)
            waiting, weight = [], 0
    if waiting:
        yield _batch(waiting, kinds)


def _examples(version: DatasetVersion) -> Iterator[Example]:
    """Read page by page: no query stays open while somebody takes the batches."""
    rows = Example.objects.in_version(version).order_by("position")
    page = list(rows[:_EXAMPLES_AT_ONCE])
    while page:
        yield from page
        page = list(rows.filter(position__gt=page[-1].position)[:_EXAMPLES_AT_ONCE])


def _batch(examples: list[Example], kinds: Mapping[str, KindName]) -> Batch:
    rows = [orjson.loads(example.fields) for example in examples]
    own: dict[str, Column] = {
        "id": column_of_values([e.external_id for e in examples], name="id"),
        "created_at": _milliseconds([e.created_at for e in examples]),
        "updated_at": _milliseconds([e.updated_at for e in examples]),
    }
    columns = {
        name: _fitting([row.get(name) for row in rows], name=name, kind=kind)
        for name, kind in kinds.items()
    }
    return Batch(length=len(examples), columns={**own, **columns})


def _fitting(values: list[object], *, name: str, kind: KindName) -> Column:
    column = column_of_values(values, name=name)
    if merge_kinds(kind_of(column), kind) == kind:
        return column
    if kind == "float" and {type(v) for v in values} <= {int, float, type(None)}:
        # Integers that floats skip, from another upload than the floats.
        return Floats(np.array(values, dtype=np.float64))
    raise Conflict(f"The column '{name}' was changed while it was read; read it again.")


def _milliseconds(moments: list[datetime]) -> Integers:
    stamps = np.array([round(m.timestamp() * 1_000_000) for m in moments], np.int64)
    return Integers(stamps // 1_000)
