"""The examples of a version as columns that filters and comparisons read."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import orjson
from django.db.models import QuerySet

from experiments_ui.analysis.filters import Column
from experiments_ui.analysis.filters.kinds import Mask, known_texts, split
from experiments_ui.columns.cache import cache
from experiments_ui.datasets.columns_seen import columns_of
from experiments_ui.datasets.models import Dataset, DatasetVersion, Example
from experiments_ui.datasets.queries.annotations import annotation_column
from experiments_ui.datasets.queries.values import (
    column_of,
    descend,
    shortened,
    size_of,
    values_of,
)

_ROWS_AT_ONCE = 5_000
# From here on, reading everything anew costs less than mending.
_MOST_MENDED = 10_000
ID = "id"


@dataclass(frozen=True, slots=True)
class _Stored:
    """A column as it was when the dataset had reached a revision."""

    column: Column
    revision: int


class ExampleColumns:
    """The columns of one version; a row's index is the example's position.

    Positions without an example in the version are null in every column. Columns
    are read when they are first asked for, all that `load` names in one pass, and
    kept by the process; after a change only the changed examples are read again.
    """

    def __init__(self, version: DatasetVersion) -> None:
        self._version = version
        self._dataset = version.dataset
        self._known = columns_of(self._dataset)
        self._columns: dict[str, Column] = {}

    @property
    def length(self) -> int:
        return self._dataset.next_position

    @property
    def present(self) -> Mask:
        """Mark the positions that have an example in the version."""
        texts = split(self.get(ID)).texts
        if texts is None:
            return np.zeros(self.length, np.bool_)
        return known_texts(texts)

    def get(self, name: str) -> Column | None:
        """Return a column, or None where the dataset has none of this name.

        A dotted name that is no column's own leads into objects: ``metadata.lang``.
        """
        self.load([name])
        return self._columns.get(name)

    def load(self, names: Iterable[str]) -> None:
        """Make columns ready, so that asking for each costs no pass of its own."""
        missing: list[str] = []
        for name in dict.fromkeys(names):
            if name in self._columns:
                continue
            if (column := annotation_column(self._dataset, name)) is not None:
                self._columns[name] = column
            elif self._may_have(name):
                missing.append(name)
        if missing:
            self._columns |= _Reader(self._version, missing).columns()

    def _may_have(self, name: str) -> bool:
        return name == ID or any(root in self._known for root in _roots(name))


def example_columns(
    dataset: Dataset, *, version: DatasetVersion | None = None
) -> ExampleColumns:
    """Return a version's examples as columns; the latest version's by default."""
    if version is None:
        version = dataset.versions.latest("number")
    version.dataset = dataset
    return ExampleColumns(version)


class _Reader:
    """Brings some columns of one version up to the dataset's revision."""

    def __init__(self, version: DatasetVersion, names: Sequence[str]) -> None:
        self._version = version
        self._dataset = version.dataset
        self._names = names

    def columns(self) -> dict[str, Column]:
        kept = {name: cache.get(self._key(name)) for name in self._names}
        found: dict[str, Column] = {}
        stale: dict[int, dict[str, Column]] = {}
        for name, stored in kept.items():
            if isinstance(stored, _Stored):
                if stored.revision >= self._dataset.revision:
                    found[name] = shortened(stored.column, self._length)
                else:
                    stale.setdefault(stored.revision, {})[name] = stored.column
        for revision, columns in stale.items():
            found |= self._mended(columns, revision)
        if missing := [name for name in self._names if name not in found]:
            found |= self._keep(self._read(missing))
        return found

    @property
    def _length(self) -> int:
        return self._dataset.next_position

    def _key(self, name: str) -> tuple[object, ...]:
        return ("example column", self._dataset.pk, self._version.number, name)

    def _keep(self, read: dict[str, list[object]]) -> dict[str, Column]:
        columns = {name: column_of(values) for name, values in read.items()}
        for name, column in columns.items():
            stored = _Stored(column, self._dataset.revision)
            cache.put(self._key(name), stored, nbytes=size_of(column))
        return columns

    def _read(self, names: Sequence[str]) -> dict[str, list[object]]:
        """Read columns of all examples in one pass."""
        columns: dict[str, list[object]] = {n: [None] * self._length for n in names}
        examples = Example.objects.in_version(self._version)
        for position, row in self._rows(examples.order_by("position"), names):
            for name, values in columns.items():
                values[position] = descend(row, name)
        return columns

    def _mended(self, columns: dict[str, Column], seen: int) -> dict[str, Column]:
        """Read what changed since a revision; nothing where that is too much."""
        changed = Example.objects.filter(
            dataset=self._dataset, revision__gt=seen, position__lt=self._length
        )
        positions = set(changed.values_list("position", flat=True)[: _MOST_MENDED + 1])
        if len(positions) > _MOST_MENDED:
            return {}
        values = {n: _stretched(values_of(c), self._length) for n, c in columns.items()}
        for position in positions:
            for column in values.values():
                column[position] = None
        examples = Example.objects.in_version(self._version).filter(
            position__in=positions
        )
        for position, row in self._rows(examples, list(columns)):
            for name, column in values.items():
                column[position] = descend(row, name)
        return self._keep(values)

    def _rows(
        self, examples: QuerySet[Example], names: Sequence[str]
    ) -> Iterator[tuple[int, dict[str, object]]]:
        """Yield position and columns, without examples that came since."""
        members = ["position", "external_id"] + ["fields"] * (list(names) != [ID])
        for position, example_id, *fields in examples.values_list(*members).iterator(
            chunk_size=_ROWS_AT_ONCE
        ):
            if position < self._length:
                row = orjson.loads(fields[0]) if fields else {}
                row[ID] = example_id
                yield position, row


def _roots(name: str) -> Iterator[str]:
    """Yield the columns that a name may begin with, the longest first."""
    while name:
        yield name
        name = name.rpartition(".")[0]


def _stretched(values: list[object], length: int) -> list[object]:
    return values + [None] * (length - len(values))
