"""Reading the examples of a version."""

from experiments_ui.analysis.filters import Expression
from experiments_ui.datasets.models import DatasetVersion, Example


def count_of(version: DatasetVersion) -> int:
    """Return how many examples a version has."""
    return version.count


def examples_page(
    version: DatasetVersion,
    *,
    after: int | None = None,
    limit: int,
    where: Expression | None = None,
) -> list[Example]:
    """Return at most `limit` examples behind position `after`, in order of position."""
    rows = Example.objects.in_version(version).order_by("position")
    if after is not None:
        rows = rows.filter(position__gt=after)
    return list(rows[:limit])
