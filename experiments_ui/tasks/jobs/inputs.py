"""From variables to values: the columns of a run, and of the example behind it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from experiments_ui.datasets import queries as datasets
from experiments_ui.experiments import queries as experiments
from experiments_ui.experiments.models import Experiment

_EXAMPLE_PREFIXES = ("dataset.", "example.")


@dataclass(frozen=True, slots=True)
class Row:
    """A run's own columns, and those of its example."""

    sequence: int
    run: Mapping[str, Any]
    example: Mapping[str, Any]


def rows_of(experiment: Experiment, sequences: Sequence[int]) -> list[Row]:
    """Return the runs that are there, in the order asked for: some ten queries."""
    runs = experiments.read_runs(experiment, sequences)
    ids = [run.example_id for run in runs if run.example_id]
    examples = _examples(experiment, ids)
    return [
        Row(
            sequence=run.sequence,
            run=run.values
            | {
                "id": run.id,
                "output": run.output,
                "error": run.error,
                "example_id": run.example_id,
            },
            example=examples.get(run.example_id or "", {}),
        )
        for run in runs
    ]


def values_for(
    variables: Iterable[str], mappings: Mapping[str, str], row: Row
) -> dict[str, Any]:
    """Return each variable's value, None where its column has none in this row.

    A variable without a mapping reads the column of its own name.
    """
    return {name: value_of(mappings.get(name) or name, row) for name in variables}


def value_of(column: str, row: Row) -> Any:
    """Return what stands under a column; the run's own wins over its example's.

    A dotted name may lead into objects, and into text that is JSON.
    """
    for prefix in _EXAMPLE_PREFIXES:
        if column.startswith(prefix):
            inside = _within(row.example, column.removeprefix(prefix))
            if inside is not None:
                return inside
    found = _within(row.run, column)
    return _within(row.example, column) if found is None else found


def _within(values: Mapping[str, Any], name: str) -> Any:
    """Return the value under the longest head of a name that leads to one."""
    if (found := values.get(name)) is not None:
        return found
    head, dot, tail = name.rpartition(".")
    while dot:
        inside = _opened(values.get(head))
        if inside and (found := _within(inside, tail)) is not None:
            return found
        head, dot, last = head.rpartition(".")
        tail = f"{last}.{tail}"
    return None


def _opened(value: Any) -> Mapping[str, Any] | None:
    """Return an object's or a list's members by name, also of one written as text."""
    if isinstance(value, str) and value.lstrip()[:1] in ("{", "["):
        try:
            value = orjson.loads(value)
        except orjson.JSONDecodeError:
            return None
    if isinstance(value, list):
        return {str(index): member for index, member in enumerate(value)}
    return value if isinstance(value, dict) else None


def _examples(
    experiment: Experiment, example_ids: list[str]
) -> dict[str, dict[str, Any]]:
    """Return examples by id, as they stand in the version that was run, or latest."""
    dataset = experiment.dataset
    if dataset is None or not example_ids:
        return {}
    version = experiment.dataset_version or datasets.get_version(dataset, None)
    positions = datasets.positions_of(dataset, example_ids)
    found = datasets.examples_at(version, {int(p) for p in positions if p >= 0})
    return {one.external_id: orjson.loads(one.fields) for one in found.values()}
