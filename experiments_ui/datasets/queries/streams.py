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
_Row = tuple[int, str, str, datetime, datetime]
_MEMBERS = ("position", "external_id", "fields", "created_at", "updated_at")
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
    gathered = _Gathered(columns_of(version.dataset))
    at_once = min(size, _EXAMPLES_AT_ONCE)
    for page in _pages(version, at_once):
        gathered.add(page)
        if gathered.length + at_once > size or gathered.weight > _BATCH_BYTES:
            yield gathered.batch()
            gathered = _Gathered(gathered.kinds)
    if gathered.length:
        yield gathered.batch()


def _pages(version: DatasetVersion, at_once: int) -> Iterator[list[_Row]]:
    """Read page by page: no query stays open while somebody takes the batches."""
    rows = Example.objects.in_version(version).order_by("position")
    found = rows.values_list(*_MEMBERS)
    page = list(found[:at_once])
    while page:
        yield page
        page = list(found.filter(position__gt=page[-1][0])[:at_once])


class _Gathered:
    """The columns of a batch while its examples are read."""

    def __init__(self, kinds: Mapping[str, KindName]) -> None:
        self.kinds = kinds
        self.length = 0
        self.weight = 0
        self._ids: list[str] = []
        self._created_at: list[datetime] = []
        self._updated_at: list[datetime] = []
        self._values: dict[str, list[object]] = {name: [] for name in kinds}

    def add(self, page: list[_Row]) -> None:
        _, ids, texts, created_at, updated_at = zip(*page, strict=True)
        self._ids += ids
        self._created_at += created_at
        self._updated_at += updated_at
        rows = [orjson.loads(text) for text in texts]
        for name, values in self._values.items():
            values += [row.get(name) for row in rows]
        self.length += len(rows)
        self.weight += sum(map(len, texts))

    def batch(self) -> Batch:
        own: dict[str, Column] = {
            "id": column_of_values(self._ids, name="id"),
            "created_at": _milliseconds(self._created_at),
            "updated_at": _milliseconds(self._updated_at),
        }
        columns = {
            name: _fitting(self._values[name], name=name, kind=kind)
            for name, kind in self.kinds.items()
        }
        return Batch(length=self.length, columns={**own, **columns})


def _fitting(values: list[object], *, name: str, kind: KindName) -> Column:
    column = column_of_values(values, name=name)
    if merge_kinds(kind_of(column), kind) == kind:
        return column
    if kind == "float" and {type(v) for v in values} <= {int, float, type(None)}:
        # Integers that floats skip, from another upload than the floats.
        return Floats(np.array(values, dtype=np.float64))
    raise Conflict(f"The column '{name}' was changed while it was read; read it again.")


def _milliseconds(moments: list[datetime]) -> Integers:
    whole = pa.array(moments, pa.timestamp("us", tz="UTC")).cast(pa.int64())
    return Integers(whole.to_numpy() // 1_000)
