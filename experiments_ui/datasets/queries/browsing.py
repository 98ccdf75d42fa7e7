"""What pages read of a dataset: parts of a version, its versions, what people said."""

import numpy as np
import numpy.typing as npt
from django.db.models import OuterRef, QuerySet, Subquery

from experiments_ui.analysis.filters import Expression, mask
from experiments_ui.datasets.models import Dataset, DatasetVersion, Example
from experiments_ui.datasets.queries.columns import example_columns
from experiments_ui.datasets.queries.datasets import get_dataset_by_number
from experiments_ui.errors import NotFound
from experiments_ui.spaces.models import Role, Space
from experiments_ui.spaces.principals import Principal

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


def sample_datasets(space: Space) -> list[Dataset]:
    """Return what the first start put into a space to look at."""
    return list(Dataset.objects.ready().filter(space=space, is_sample=True))


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


def dataset_at(principal: Principal, *, slug: str, number: int, role: Role) -> Dataset:
    """Return the dataset that a page's address names; errors as get_dataset."""
    dataset = get_dataset_by_number(principal, number, role=role)
    if dataset.space.slug != slug:
        raise NotFound("Dataset not found.")
    return dataset


def version_numbered(dataset: Dataset, number: int | None) -> DatasetVersion:
    """Return a version by its number, or the latest without one.

    Raises:
        NotFound: The dataset has no such version.
    """
    versions = dataset.versions.order_by("-number")
    found = (versions if number is None else versions.filter(number=number)).first()
    if found is None:
        raise NotFound(f"The dataset '{dataset.name}' has no version {number}.")
    found.dataset = dataset
    return found
