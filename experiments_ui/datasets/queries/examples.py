"""Reading the examples of a version."""

from collections.abc import Collection

import numpy as np

from experiments_ui.analysis.filters import Expression, mask
from experiments_ui.datasets.models import DatasetVersion, Example
from experiments_ui.datasets.queries.columns import example_columns


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
    """Return at most `limit` examples behind position `after`, in order of position.

    Raises:
        InvalidFilter: The filter cannot be applied.
    """
    rows = Example.objects.in_version(version).order_by("position")
    if where is not None:
        positions = _matching(version, where)
        start = 0 if after is None else np.searchsorted(positions, after, side="right")
        return list(rows.filter(position__in=positions[start:][:limit].tolist()))
    if after is not None:
        rows = rows.filter(position__gt=after)
    return list(rows[:limit])


def examples_at(
    version: DatasetVersion, positions: Collection[int]
) -> dict[int, Example]:
    """Return a version's examples at some positions, by position; one query."""
    rows = Example.objects.in_version(version).filter(position__in=positions)
    return {example.position: example for example in rows}


def _matching(version: DatasetVersion, where: Expression) -> np.ndarray:
    """Return the positions of the examples that a filter selects, ascending."""
    columns = example_columns(version.dataset, version=version)
    columns.load(["id", *where.columns()])
    return np.flatnonzero(mask(where, columns) & columns.present)
