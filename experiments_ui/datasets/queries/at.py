"""Examples by position, also those that a version no longer has."""

from collections.abc import Sequence

from experiments_ui.datasets.models import Dataset, DatasetVersion, Example


def last_examples_at(
    dataset: Dataset, positions: Sequence[int], *, version: DatasetVersion | None
) -> list[Example]:
    """Return the examples at some positions as they stood in a version; one query.

    One that is not in the version (or no version is asked for) comes as it was last.
    """
    rows = Example.objects.filter(dataset=dataset, position__in=list(positions))
    chosen: dict[int, Example] = {}
    for row in rows.order_by("position", "since_version"):
        held = chosen.get(row.position)
        if held is None or not _stood_in(held, version):
            chosen[row.position] = row
    return list(chosen.values())


def _stood_in(example: Example, version: DatasetVersion | None) -> bool:
    if version is None:
        return False
    until = example.until_version
    return example.since_version <= version.number and (
        until is None or version.number < until
    )
