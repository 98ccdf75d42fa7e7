"""What must be known before the numbers of experiments are held against each other."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from experiments_ui.columns import read as column_reader
from experiments_ui.columns.models import Kind
from experiments_ui.columns.vectors import Vector
from experiments_ui.compare.lineup import Comparison
from experiments_ui.experiments.queries.sides import Side

# What an evaluator may say about itself in ``eval.<name>.metadata.<key>``.
_SELF_TOLD = frozenset(
    {"version", "evaluator_version", "judge_version", "model", "judge_model"}
)
_MOST_NAMED = 4


@dataclass(frozen=True, slots=True)
class Difference:
    """One reason for care; `offers_common` if counting common examples mends it."""

    title: str
    text: str
    offers_common: bool = False


def differences(comparison: Comparison) -> list[Difference]:
    """Return what differs between the experiments besides their outputs.

    At most two queries more than the comparison itself.
    """
    sides = comparison.sides
    found = [
        _unmatched(sides),
        _versions(sides),
        _partly_run(comparison),
        _partly_scored(comparison),
        _repeats(sides),
        *_judges(sides),
    ]
    return [one for one in found if one is not None]


def _unmatched(sides: Sequence[Side]) -> Difference | None:
    lost = [one.experiment for one in sides if one.experiment.unmatched_count]
    if not lost:
        return None
    counted = (f"{one.name}: {one.unmatched_count:,}" for one in lost)
    return Difference(
        "Runs of unknown examples",
        f"{_listed(counted)} runs name examples that the dataset does not have, "
        "and are not compared.",
    )


def _versions(sides: Sequence[Side]) -> Difference | None:
    versions = [side.experiment.dataset_version for side in sides]
    names = {one.number: one.name for one in versions if one}
    if len(names) < 2:
        return None
    ordered = [names[number] for number in sorted(names)]
    return Difference(
        "Different dataset versions",
        f"They ran on {_listed(ordered)}. Rows are joined by example; those added, "
        "removed or edited in between are marked.",
    )


def _partly_run(comparison: Comparison) -> Difference | None:
    if comparison.selection.common or len(comparison.sides) < 2:
        return None
    ran = [side.first >= 0 for side in comparison.sides]
    anybody = comparison.scope.within(np.logical_or.reduce(ran))
    count = int(np.count_nonzero(anybody & ~np.logical_and.reduce(ran)))
    if not count:
        return None
    return Difference(
        "Different examples",
        f"{count:,} of {int(np.count_nonzero(anybody)):,} examples were run by only "
        "some of these experiments. Changes are counted where both sides have a "
        "value; means are over all that each has run.",
        offers_common=True,
    )


def _partly_scored(comparison: Comparison) -> Difference | None:
    """Name evaluators whose scores only some experiments have."""
    missing = [
        f"{metric.label} (not in {_listed(lacking)})"
        for metric in comparison.metrics
        if not metric.unit
        and (
            lacking := [
                side.experiment.name
                for side in comparison.sides
                if metric.column not in side.shape.columns
            ]
        )
    ]
    if not missing:
        return None
    return Difference(
        "Different evaluators", f"Scored by some only: {_listed(missing)}."
    )


def _repeats(sides: Sequence[Side]) -> Difference | None:
    repeats = {side.most_repeats for side in sides}
    if len(repeats) < 2:
        return None
    told = (f"{side.experiment.name}: {side.most_repeats}" for side in sides)
    return Difference(
        "Different repeats",
        f"Runs per example, at most: {_listed(told)}. Repeats are averaged for each "
        "example first, so every example counts once.",
    )


def _judges(sides: Sequence[Side]) -> list[Difference]:
    """Compare what evaluators say of their version and model, side by side."""
    wanted = {
        side.experiment.frame_id: names
        for side in sides
        if (names := [n for n in side.shape.columns if _is_self_told(side, n)])
    }
    if not wanted:
        return []
    vectors = column_reader.vectors(wanted)
    columns = dict.fromkeys(name for names in wanted.values() for name in names)
    found = (_judge(sides, vectors, column) for column in columns)
    return [one for one in found if one is not None]


def _is_self_told(side: Side, name: str) -> bool:
    stem, _, key = name.rpartition(".")
    return (
        key in _SELF_TOLD
        and stem.startswith("eval.")
        and stem.endswith(".metadata")
        and side.shape.columns[name].kind == Kind.CODE
    )


def _judge(
    sides: Sequence[Side], vectors: Mapping[int, Mapping[str, Vector]], column: str
) -> Difference | None:
    told = [
        _labels(vectors.get(side.experiment.frame_id, {}).get(column)) for side in sides
    ]
    if len(set(told)) < 2:
        return None
    evaluator, _, key = column.removeprefix("eval.").rpartition(".metadata.")
    what = key.replace("_", " ")
    parts = (
        f"{side.experiment.name}: {_listed(labels) or 'not told'}"
        for side, labels in zip(sides, told, strict=True)
    )
    return Difference(f"Different {what} of {evaluator}", f"{_listed(parts)}.")


def _labels(vector: Vector | None) -> tuple[str, ...]:
    if vector is None:
        return ()
    used = np.unique(vector.values)
    return tuple(sorted(vector.labels[code] for code in used.tolist() if code >= 0))


def _listed(words: Iterable[str]) -> str:
    """Join words, the first few of them."""
    every = list(words)
    more = len(every) - _MOST_NAMED
    rest = [f"{more} more"] if more > 0 else []
    return ", ".join([*every[:_MOST_NAMED], *rest])
