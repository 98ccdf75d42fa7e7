"""What pages read of a dataset: parts of a version, its versions, what people said."""

import numpy as np
import numpy.typing as npt
from django.db.models import OuterRef, QuerySet, Subquery

from experiments_ui.analysis.filters import Expression, mask
from experiments_ui.datasets.models import Dataset, DatasetVersion, Example
from experiments_ui.datasets.queries.columns import example_columns
from experiments_ui.spaces.models import Space

Positions = npt.NDArray[np.int64]


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
    """Return the positions of the examples a filter selects, ascending.

    Raises:
        InvalidFilter: The filter cannot be applied.
    """
    columns = example_columns(version.dataset, version=version)
    columns.load(["id", *where.columns()])
    return np.flatnonzero(mask(where, columns) & columns.present)
