"""Reading what people say about examples."""

from collections.abc import Collection
from dataclasses import dataclass

from experiments_ui.analysis.filters import Column
from experiments_ui.columns.cache import cache
from experiments_ui.datasets.models import Dataset, ExampleAnnotation
from experiments_ui.datasets.queries.values import column_of, size_of

_PREFIX = "annotation."
_MEMBERS = ("label", "score", "text")


@dataclass(frozen=True, slots=True)
class _Found:
    """None where nobody has annotated anything under the name."""

    column: Column | None

    @property
    def nbytes(self) -> int:
        return 0 if self.column is None else size_of(self.column)


def annotations_of(
    dataset: Dataset, positions: Collection[int]
) -> dict[int, list[ExampleAnnotation]]:
    """Return the annotations of some examples by position; one query."""
    found: dict[int, list[ExampleAnnotation]] = {p: [] for p in positions}
    rows = ExampleAnnotation.objects.filter(dataset=dataset, position__in=positions)
    for row in rows.select_related("annotator").order_by("name", "pk"):
        found[row.position].append(row)
    return found


def annotation_column(dataset: Dataset, name: str) -> Column | None:
    """Return ``annotation.<name>.<member>`` by position, or None for other names.

    Where several people annotated an example under one name, the latest counts.
    """
    head, _, member = name.rpartition(".")
    if not head.startswith(_PREFIX) or member not in _MEMBERS:
        return None
    key = ("example annotation", dataset.pk, name)
    revisions = (dataset.revision, dataset.next_position)
    found = cache.derived(
        key, revisions, lambda: _Found(_read(dataset, head[len(_PREFIX) :], member))
    )
    return found.column


def _read(dataset: Dataset, name: str, member: str) -> Column | None:
    rows = ExampleAnnotation.objects.filter(
        dataset=dataset, name=name, position__lt=dataset.next_position
    ).order_by("updated_at", "pk")
    values: list[object] = [None] * dataset.next_position
    for position, value in rows.values_list("position", member):
        values[position] = value
    return column_of(values) if any(v is not None for v in values) else None
