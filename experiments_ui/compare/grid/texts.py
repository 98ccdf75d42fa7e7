"""The texts of the rows a page shows: examples, and the runs beside them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from experiments_ui.compare.diffs.differences import Base, Options
from experiments_ui.datasets.queries.at import Change, examples_between
from experiments_ui.datasets.roles import Roles
from experiments_ui.experiments.queries import RunText, texts_of
from experiments_ui.experiments.queries.sides import Side


@dataclass(frozen=True, slots=True)
class ExampleText:
    """An example as the grid shows it.

    `change` tells what became of it between the versions that were run.
    """

    position: int
    external_id: str
    fields: dict[str, Any]
    change: Change = ""


@dataclass(frozen=True, slots=True)
class Texts:
    """Texts of some positions, by position and by (side, position)."""

    examples: dict[int, ExampleText]
    runs: dict[tuple[int, int], RunText]


def texts(sides: Sequence[Side], positions: Sequence[int]) -> Texts:
    """Read the texts of some rows: two queries for any number of sides."""
    wanted = {
        side.experiment.pk: side.first[list(positions)].tolist() for side in sides
    }
    found = texts_of(
        {pk: [n for n in numbers if n >= 0] for pk, numbers in wanted.items()}
    )
    runs = {
        (index, position): found[side.experiment.pk, sequence]
        for index, side in enumerate(sides)
        for position, sequence in zip(
            positions, wanted[side.experiment.pk], strict=True
        )
        if (side.experiment.pk, sequence) in found
    }
    return Texts(_examples(sides, positions), runs)


def _examples(
    sides: Sequence[Side], positions: Sequence[int]
) -> dict[int, ExampleText]:
    base = sides[0].experiment
    if base.dataset is None:
        return {}
    versions = [side.experiment.dataset_version for side in sides]
    rows = examples_between(
        base.dataset,
        positions,
        base.dataset_version,
        [version.number for version in versions if version],
    )
    return {
        row.position: ExampleText(
            row.position, row.external_id, orjson.loads(row.fields), change
        )
        for row, change in rows
    }


def as_text(value: object) -> str:
    """Return a field as one reads it: text as it is, anything else as JSON."""
    if value is None:
        return ""
    return value if isinstance(value, str) else orjson.dumps(value).decode()


def base_of(
    options: Options, roles: Roles, fields: Mapping[str, Any], baseline: str | None
) -> Base | None:
    """Return what one example's outputs are compared with, or None if nothing.

    With the mode "expected", that is the example's expected answer; its label where
    the dataset has labels only.
    """
    if options.mode == "plain":
        return None
    if options.mode != "expected":
        return None if baseline is None else Base(baseline, options)
    answer = fields.get(roles.expected or roles.label or "")
    if answer is None:
        return None
    return Base(as_text(answer), options, "the expected answer")


def short_fields(example: ExampleText, roles: Roles) -> list[str]:
    """Return the small values beside input and expected, one level deep."""
    found: list[str] = []
    for name in roles.metadata:
        value = example.fields.get(name)
        parts = value.values() if isinstance(value, dict) else [value]
        found += [str(p) for p in parts if isinstance(p, str | int | float)]
    return [text for text in found if 0 < len(text) <= 24]
