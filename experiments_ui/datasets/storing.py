"""Writing the rows of examples, many at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import pyarrow as pa

from experiments_ui.columns import bulk
from experiments_ui.datasets.models import Dataset, Example

_TABLE = Example._meta.db_table  # noqa: SLF001 -- the public way to a table's name
_MOMENT = pa.timestamp("us", tz="UTC")
_COLUMNS = (
    "dataset_id",
    "position",
    "since_version",
    "until_version",
    "external_id",
    "fields",
    "created_at",
    "updated_at",
    "revision",
)


@dataclass(frozen=True, slots=True)
class Span:
    """The versions that rows are in: `since` and later ones, up to before `until`."""

    since: int
    until: int | None


@dataclass(frozen=True, slots=True)
class Rows:
    """Examples with their places; the lists are of one length."""

    positions: Sequence[int]
    ids: Sequence[str]
    texts: Sequence[str]
    # When each was made, where that is not now.
    created_at: Sequence[datetime] | None = None


def store(dataset: Dataset, rows: Rows, *, span: Span, now: datetime) -> None:
    """Insert examples, stamped with the revision that the dataset has reached."""
    count = len(rows.texts)
    moments = _same(now, count, _MOMENT)
    created = rows.created_at
    arrays = [
        _same(dataset.pk, count, pa.int64()),
        pa.array(rows.positions, pa.int64()),
        _same(span.since, count, pa.int32()),
        _same(span.until, count, pa.int32()),
        pa.array(rows.ids, pa.large_string()),
        pa.array(rows.texts, pa.large_string()),
        moments if created is None else pa.array(created, _MOMENT),
        moments,
        _same(dataset.revision, count, pa.int64()),
    ]
    bulk.insert(_TABLE, _COLUMNS, arrays)


def note_growth() -> None:
    """Let the database plan for many more examples than it knew of."""
    bulk.note_growth(_TABLE)


def _same(value: object, count: int, kind: pa.DataType) -> pa.Array:
    return pa.repeat(pa.scalar(value, kind), count)
