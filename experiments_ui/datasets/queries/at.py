"""Examples by position, also those that a version no longer has."""

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Literal

from experiments_ui.datasets.models import Dataset, DatasetVersion, Example

# What became of an example between two versions; empty: nothing.
Change = Literal["", "added", "removed", "edited"]


def last_examples_at(
    dataset: Dataset, positions: Sequence[int], *, version: DatasetVersion | None
) -> list[Example]:
    """Return the examples at some positions as they stood in a version; one query.

    One that is not in the version (or no version is asked for) comes as it was last.
    """
    return [example for example, _ in examples_between(dataset, positions, version)]


def examples_between(
    dataset: Dataset,
    positions: Sequence[int],
    version: DatasetVersion | None,
    numbers: Sequence[int] = (),
) -> list[tuple[Example, Change]]:
    """Return examples as `last_examples_at` does, each with what became of it.

    `numbers` are those of versions; the change is the one from their least to their
    greatest. One query.
    """
    rows = Example.objects.filter(
        dataset=dataset, position__in=list(positions)
    ).order_by("position", "since_version")
    low, high = min(numbers, default=0), max(numbers, default=0)
    found = []
    for _, states in groupby(rows, key=lambda row: row.position):
        every = list(states)
        found.append((_chosen(every, version), _change(every, low, high)))
    return found


def _chosen(states: Iterable[Example], version: DatasetVersion | None) -> Example:
    chosen: Example | None = None
    for state in states:
        if chosen is None or not _stood_in(chosen, version):
            chosen = state
    assert chosen is not None  # noqa: S101 -- a group has a member
    return chosen


def _change(states: Sequence[Example], low: int, high: int) -> Change:
    """Tell what became of an example; `states` are all its states in order."""
    if low == high:
        return ""
    before, after = (_state_in(states, number) for number in (low, high))
    if before is None:
        return "" if after is None else "added"
    if after is None:
        return "removed"
    return "" if before is after else "edited"


def _state_in(states: Iterable[Example], number: int) -> Example | None:
    return next((state for state in states if _stands_in(state, number)), None)


def _stood_in(example: Example, version: DatasetVersion | None) -> bool:
    return version is not None and _stands_in(example, version.number)


def _stands_in(example: Example, number: int) -> bool:
    until = example.until_version
    return example.since_version <= number and (until is None or number < until)
