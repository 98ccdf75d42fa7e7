"""Which versions a row is in, changed for many rows by few statements.

A row is in the versions `since <= v < until`. Where it leaves one version of
several it is split; where it leaves its only one, `until` becomes `since`: the row
is in no version, but readers of columns learn from its revision that it went, and
its id keeps its position.
"""

from collections.abc import Sequence
from datetime import datetime

from django.db import connection
from django.db.models import F, Max, Q

from experiments_ui.datasets.actions.names import check_name
from experiments_ui.datasets.models import Dataset, DatasetVersion, Example
from experiments_ui.datasets.storing import Span
from experiments_ui.errors import Conflict

_COPY = (
    "INSERT INTO datasets_example (dataset_id, position, since_version, until_version,"
    " external_id, fields, created_at, updated_at, revision)"
    " SELECT dataset_id, position, %s, {until}, external_id, fields, created_at,"
    " updated_at, %s FROM datasets_example WHERE dataset_id = %s"
)


def span_from(version: DatasetVersion) -> Span:
    """Return the span of examples that enter a version, and no other that is there."""
    number = version.number
    newest = number == latest_number(version.dataset)
    return Span(since=number, until=None if newest else number + 1)


def latest_number(dataset: Dataset) -> int:
    return int(dataset.versions.aggregate(latest=Max("number"))["latest"])


def take_out(version: DatasetVersion, positions: Sequence[int]) -> None:
    """Take the examples at some positions out of one version."""
    if not positions:
        return
    dataset, number = version.dataset, version.number
    if number < latest_number(dataset):
        _keep_in_later_versions(dataset, number, positions)
    Example.objects.in_version(version).filter(position__in=positions).update(
        until_version=number, revision=dataset.revision
    )


def make_room(version: DatasetVersion, positions: Sequence[int]) -> None:
    """Drop the rows that began in a version and left it, for others to begin there."""
    Example.objects.filter(
        dataset=version.dataset,
        position__in=positions,
        since_version=version.number,
        until_version=F("since_version"),
    ).delete()


def copy_version(source: DatasetVersion, *, name: str, now: datetime) -> DatasetVersion:
    """Make the newest version out of a copy of any.

    Raises:
        Conflict: The dataset has a version of this name.
    """
    dataset, latest = source.dataset, latest_number(source.dataset)
    if dataset.versions.filter(name=check_name(name)).exists():
        raise Conflict(
            f"The dataset has a version named '{name}' already.",
            {"new_version": "taken"},
        )
    if source.number < latest:
        _continue_from(source, latest + 1)
    return DatasetVersion.objects.create(
        dataset=dataset,
        number=latest + 1,
        name=name,
        count=source.count,
        created_at=now,
        updated_at=dataset.updated_at,
    )


def _keep_in_later_versions(
    dataset: Dataset, number: int, positions: Sequence[int]
) -> None:
    places = ", ".join(["%s"] * len(positions))
    statement = (
        f"{_COPY.format(until='until_version')} AND position IN ({places})"
        " AND since_version <= %s AND (until_version IS NULL OR until_version > %s)"
    )
    head = [number + 1, dataset.revision, dataset.pk]
    with connection.cursor() as cursor:
        cursor.execute(statement, [*head, *positions, number, number + 1])


def _continue_from(source: DatasetVersion, number: int) -> None:
    """Let version `number`, which is to come, hold what an older one holds."""
    dataset = source.dataset
    Example.objects.filter(
        Q(since_version__gt=source.number), dataset=dataset, until_version=None
    ).update(until_version=number, revision=dataset.revision)
    statement = (
        f"{_COPY.format(until='NULL')} AND since_version <= %s AND until_version > %s"
    )
    head = [number, dataset.revision, dataset.pk]
    with connection.cursor() as cursor:
        cursor.execute(statement, [*head, source.number, source.number])
