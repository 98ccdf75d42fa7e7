"""What pages read of a dataset: parts of a version, its versions, what people said."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import orjson
from django.db.models import OuterRef, QuerySet, Subquery

from experiments_ui.analysis.filters import Expression, mask
from experiments_ui.analysis.filters.kinds import Values
from experiments_ui.columns.cache import derived
from experiments_ui.datasets.models import (
    Dataset,
    DatasetVersion,
    Example,
    ExampleAnnotation,
)
from experiments_ui.spaces.models import Space

Positions = npt.NDArray[np.int64]

_ROWS_AT_ONCE = 5_000


@dataclass(frozen=True, slots=True, eq=False)
class _Hits:
    positions: Positions

    @property
    def nbytes(self) -> int:
        return int(self.positions.nbytes)


def datasets_in(space: Space) -> QuerySet[Dataset]:
    """Return a space's datasets, each with the `row_count` of its latest version."""
    latest = DatasetVersion.objects.filter(dataset=OuterRef("pk")).order_by("-number")
    return (
        Dataset.objects.ready()
        .filter(space=space)
        .select_related("created_by", "space")
        .annotate(row_count=Subquery(latest.values("count")[:1]))
    )


def versions_of(dataset: Dataset) -> list[DatasetVersion]:
    """Return a dataset's versions, newest first."""
    return list(dataset.versions.order_by("-number"))


def examples_slice(version: DatasetVersion, *, start: int, stop: int) -> list[Example]:
    """Return the examples from the `start`-th on in order of position; one query."""
    rows = Example.objects.in_version(version).order_by("position")
    return list(rows[start:stop])


def matching_positions(version: DatasetVersion, where: Expression) -> Positions:
    """Return the positions of the examples a filter selects, ascending; cached."""
    dataset = version.dataset
    key = ("examples matching", dataset.pk, version.number, where.text)
    return derived(
        key, dataset.revision, lambda: _Hits(_matching(version, where))
    ).positions


def notes_on(dataset: Dataset, position: int) -> list[ExampleAnnotation]:
    """Return what people said of an example."""
    notes = ExampleAnnotation.objects.filter(dataset=dataset, position=position)
    return list(notes.select_related("annotator").order_by("name", "annotator"))


def _matching(version: DatasetVersion, where: Expression) -> Positions:
    found = [
        positions[mask(where, _ExampleColumns(rows))]
        for positions, rows in _row_blocks(version)
    ]
    return np.concatenate(found) if found else np.empty(0, np.int64)


def _row_blocks(
    version: DatasetVersion,
) -> Iterator[tuple[Positions, list[dict[str, Any]]]]:
    rows = Example.objects.in_version(version).order_by("position")
    members = rows.values_list("position", "external_id", "fields")
    after = -1
    while block := list(members.filter(position__gt=after)[:_ROWS_AT_ONCE]):
        after = block[-1][0]
        positions = np.array([position for position, _, _ in block], np.int64)
        yield positions, [{"id": i} | orjson.loads(text) for _, i, text in block]


class _ExampleColumns:
    """The columns of some examples; a dotted name descends into objects."""

    def __init__(self, rows: list[dict[str, Any]]) -> None:
        self._rows = rows
        self.length = len(rows)

    def get(self, name: str) -> Values:
        return Values([_descend(row, name) for row in self._rows])


def _descend(value: Any, name: str) -> Any:
    """Return the value under the longest key that leads to one, or None."""
    if not isinstance(value, dict):
        return None
    if name in value:
        return value[name]
    head, dot, _ = name.rpartition(".")
    while dot:
        found = _descend(value.get(head), name[len(head) + 1 :])
        if found is not None:
            return found
        head, dot, _ = head.rpartition(".")
    return None
