"""Rows parted by a column of the examples, each group with its own numbers."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from experiments_ui.analysis.filters import Booleans, Codes, Column, Numbers
from experiments_ui.columns.cache import derived
from experiments_ui.compare.filters.conditions import equals, written
from experiments_ui.compare.lineup import Comparison
from experiments_ui.datasets.queries import example_columns
from experiments_ui.datasets.queries.values import values_of

MOST_GROUPS = 200
NO_VALUE = "no value"

Mask = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]
Ranks = npt.NDArray[np.int32]
Integers = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Group:
    """One value's rows.

    `condition` is the filter that leaves only them, empty where there is none.
    `means`, `deltas` and `counts` have one element per experiment: the chosen
    metric's mean, its paired change to the baseline (NaN without a pair), and the
    number of values. `n` counts the examples in the scope.
    """

    name: str
    condition: str
    n: int
    means: tuple[float, ...]
    deltas: tuple[float, ...]
    counts: tuple[int, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Grouping:
    """Groups in the order shown: what got worst first.

    `ranks` gives, by position, the place of the row's group; `folded` tells how
    many values with few rows share the last group.
    """

    groups: tuple[Group, ...]
    ranks: Ranks
    folded: int
    stamp: tuple[Hashable, ...]

    @property
    def nbytes(self) -> int:
        return int(self.ranks.nbytes) + 600 * len(self.groups)


@dataclass(frozen=True, slots=True)
class _Parts:
    """Values told apart: a code per position, and per code its name and condition."""

    codes: Integers
    names: list[str]
    conditions: list[str]
    folded: int = 0


def grouping(comparison: Comparison) -> Grouping | None:
    """Return the groups of a selection, or None where rows are not grouped; cached."""
    name, scope = comparison.selection.group, comparison.scope
    if not name:
        return None
    sides, metric = comparison.sides, comparison.metric
    stamp = (
        comparison.dataset.revision,
        scope.stamp,
        tuple(side.stamp for side in sides),
    )
    key = ("groups", name, metric, tuple(side.experiment.frame_id for side in sides))
    return derived((*key, scope.key), stamp, lambda: _grouping(comparison, stamp))


def _grouping(comparison: Comparison, stamp: tuple[Hashable, ...]) -> Grouping:
    inside = comparison.scope.within(comparison.judged.present)
    name = comparison.selection.group
    parts = _folded(_parts(comparison, name), inside)
    size = len(parts.names)
    counts = np.bincount(parts.codes[inside], minlength=size)
    means, deltas, numbers = _figures(comparison, parts.codes, inside, size)
    order = _order(comparison, deltas, counts, parts)
    ranks = np.empty(size, np.int32)
    ranks[order] = np.arange(size)
    groups = [
        Group(
            name=parts.names[code],
            condition=parts.conditions[code],
            n=int(counts[code]),
            means=tuple(float(one[code]) for one in means),
            deltas=tuple(float(one[code]) for one in deltas),
            counts=tuple(int(one[code]) for one in numbers),
        )
        for code in order
    ]
    return Grouping(tuple(groups), ranks[parts.codes], parts.folded, stamp)


def _parts(comparison: Comparison, name: str) -> _Parts:
    """Number the values of a column; rows without one have the last code."""
    column = example_columns(comparison.dataset).get(name)
    codes, values = _coded(column, len(comparison.sides[0].first))
    names = [written(value) for value in values]
    conditions = [equals(name, value) for value in values]
    if not (codes < 0).any():
        return _Parts(codes, names, conditions)
    return _Parts(
        np.where(codes < 0, len(values), codes),
        [*names, NO_VALUE],
        [*conditions, equals(name, None)],
    )


def _coded(column: Column | None, size: int) -> tuple[Integers, Sequence[object]]:
    match column:
        case None:
            return np.full(size, -1, np.int64), []
        case Codes(codes=codes, labels=labels):
            return codes.astype(np.int64), labels
        case Booleans(values=values):
            return values.astype(np.int64), [False, True]
        case Numbers(values=numbers):
            known = ~np.isnan(numbers)
            found, places = np.unique(numbers[known], return_inverse=True)
            numbered = np.full(size, -1, np.int64)
            numbered[known] = places
            return numbered, found.tolist()
    return _coded_values(values_of(column))


def _coded_values(values: Sequence[object]) -> tuple[Integers, Sequence[object]]:
    """Number values of any type; lists and objects have no value to group by."""
    known: dict[tuple[type, object], int] = {}
    codes = [
        known.setdefault((type(value), value), len(known))
        if isinstance(value, str | int | float)
        else -1
        for value in values
    ]
    return np.array(codes, np.int64), [value for _, value in known]


def _folded(parts: _Parts, inside: Mask) -> _Parts:
    """Drop values without a row, and put those with the fewest rows together."""
    counts = np.bincount(parts.codes[inside], minlength=len(parts.names))
    by_count = np.argsort(-counts, kind="stable")
    present = int(np.count_nonzero(counts))
    kept = by_count[: min(present, MOST_GROUPS)]
    table = np.full(len(counts), len(kept))
    table[kept] = np.arange(len(kept))
    folded = present - len(kept)
    rest = [f"other: {folded:,} more values"] if present < len(counts) or folded else []
    return _Parts(
        codes=table[parts.codes],
        names=[parts.names[code] for code in kept] + rest,
        conditions=[parts.conditions[code] for code in kept] + [""] * len(rest),
        folded=folded,
    )


def _figures(
    comparison: Comparison, codes: Integers, inside: Mask, size: int
) -> tuple[list[Floats], list[Floats], list[Integers]]:
    """Return means, paired changes and counts per experiment, each by code."""
    metric, sides = comparison.metric, comparison.sides
    if metric is None or metric.is_label:
        blank = [np.full(size, np.nan) for _ in sides]
        ran = [np.bincount(codes[inside & (s.first >= 0)], None, size) for s in sides]
        return blank, blank, ran
    means, deltas, counts = [], [], []
    base = sides[0].numbers(metric)
    for index, side in enumerate(sides):
        values = side.numbers(metric)
        mean, count = _means(values, codes, inside, size)
        change, _ = _means(values - base, codes, inside, size)
        means.append(mean)
        counts.append(count)
        deltas.append(change if index else np.full(size, np.nan))
    return means, deltas, counts


def _means(
    values: Floats, codes: Integers, inside: Mask, size: int
) -> tuple[Floats, Integers]:
    known = inside & ~np.isnan(values)
    counts = np.bincount(codes[known], minlength=size)
    sums = np.bincount(codes[known], weights=values[known], minlength=size)
    with np.errstate(invalid="ignore"):
        return sums / counts, counts


def _order(
    comparison: Comparison, deltas: Sequence[Floats], counts: Integers, parts: _Parts
) -> list[int]:
    """Return codes with the worst change first, then by size; what is folded last."""
    metric = comparison.metric
    goal = metric.goal if metric else "none"
    sign = {"maximize": 1.0, "minimize": -1.0}.get(goal, np.nan)
    gains = [sign * one for one in deltas[1:]]
    worst = np.fmin.reduce(gains) if gains else np.full(len(counts), np.nan)
    worst = np.where(np.isnan(worst), np.inf, worst)
    is_rest = np.array([not condition for condition in parts.conditions], np.bool_)
    names = np.array(parts.names, dtype=np.str_)
    order: list[int] = np.lexsort((names, -counts, worst, is_rest)).tolist()
    return order
