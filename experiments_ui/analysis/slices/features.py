"""Features of rows, cut into values that a filter can select."""

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from experiments_ui.analysis.filters import InvalidFilter
from experiments_ui.analysis.filters.tokens import tokenize

Floats = npt.NDArray[np.float64]
Places = npt.NDArray[np.int64]
Label = str | float | bool

# Longer values do not fit a filter, nor a page.
_LONGEST = 500


@dataclass(frozen=True, slots=True)
class Category:
    """A column of repeated values: codes into the labels, where -1 is null.

    A label is what a filter compares with: a text, a number or a boolean.
    """

    name: str
    codes: npt.NDArray[np.int32]
    labels: Sequence[Label]


@dataclass(frozen=True, slots=True)
class Numeric:
    """A column of numbers, cut into ranges of about equally many rows; NaN is null."""

    name: str
    values: Floats


Feature = Category | Numeric


@dataclass(frozen=True, slots=True)
class Settings:
    """What is tried: values with `min_rows` comparable rows or more.

    A feature of more than `max_values` values is skipped, and one of more than
    `max_pair_values` is not paired. `max_cells` bounds the pairs of values in all.
    """

    min_rows: int = 30
    ranges: int = 4
    max_values: int = 200
    max_pair_values: int = 30
    max_cells: int = 30_000
    limit: int = 100
    confidence: float = 0.95


@dataclass(frozen=True, slots=True)
class Cut:
    """A feature's value per comparable row, as codes, each with its condition."""

    name: str
    codes: Places
    counts: Places
    conditions: tuple[str, ...]


def cuts_of(
    features: Sequence[Feature], known: npt.NDArray[np.bool_], settings: Settings
) -> tuple[list[Cut], list[tuple[str, str]]]:
    cuts, skipped = [], []
    for feature in features:
        cut = _cut(feature, known, settings)
        if isinstance(cut, str):
            skipped.append((feature.name, cut))
        else:
            cuts.append(cut)
    return cuts, skipped


def _cut(
    feature: Feature, known: npt.NDArray[np.bool_], settings: Settings
) -> Cut | str:
    """Cut a feature up, or say why it is skipped."""
    if isinstance(feature, Numeric):
        return _ranges(feature.name, feature.values[known], settings)
    codes = feature.codes[known].astype(np.int64)
    # -1 becomes the value behind the last.
    codes[codes < 0] = len(feature.labels)
    return _named(feature.name, codes, (*feature.labels, None), settings)


def _named(
    name: str, codes: Places, labels: Sequence[Label | None], settings: Settings
) -> Cut | str:
    """Keep the values that occur."""
    counts = np.bincount(codes, minlength=len(labels))
    used = np.flatnonzero(counts)
    if len(used) < 2:
        return "has one value only"
    if len(used) > settings.max_values:
        return f"has {len(used):,} values, and {settings.max_values:,} are tried"
    values = [labels[place] for place in used.tolist()]
    if any(isinstance(value, str) and len(value) > _LONGEST for value in values):
        return f"has values of more than {_LONGEST} characters"
    column = written_name(name)
    return Cut(
        name=name,
        codes=np.searchsorted(used, codes),
        counts=counts[used],
        conditions=tuple(_equals(column, value) for value in values),
    )


def _ranges(name: str, values: Floats, settings: Settings) -> Cut | str:
    """Cut numbers at their quantiles; few different ones are kept as they are."""
    finite = values[np.isfinite(values)]
    if not len(finite):
        return "has no numbers"
    places = np.linspace(0, 1, settings.ranges + 1)[1:-1]
    edges = np.unique(np.quantile(finite, places, method="higher"))
    distinct = _few(values, 2 * settings.ranges)
    if distinct is not None:
        codes = np.searchsorted(distinct, values)
        codes[np.isnan(values)] = len(distinct)
        return _named(name, codes, (*distinct.tolist(), None), settings)
    codes = np.searchsorted(edges, values, side="right")
    codes[np.isnan(values)] = len(edges) + 1
    return _ranged(name, codes, edges.tolist())


def _few(values: Floats, limit: int) -> Floats | None:
    """Return the different numbers if they are few and finite."""
    distinct = np.unique(values[~np.isnan(values)])
    few = len(distinct) <= limit and bool(np.isfinite(distinct).all())
    return distinct if few else None


def _ranged(name: str, codes: Places, edges: list[float]) -> Cut | str:
    column = written_name(name)
    inner = [
        f"{column} >= {_number(low)} AND {column} < {_number(high)}"
        for low, high in itertools.pairwise(edges)
    ]
    conditions = (
        f"{column} < {_number(edges[0])}",
        *inner,
        f"{column} >= {_number(edges[-1])}",
        f"{column} IS NULL",
    )
    counts = np.bincount(codes, minlength=len(conditions))
    if np.count_nonzero(counts) < 2:
        return "has one value only"
    return Cut(name, codes, counts, conditions)


def written_name(name: str) -> str:
    """Write a column's name for a filter, quoted where it must be."""
    try:
        first, *rest = tokenize(name)
        if len(rest) == 1 and first.name == name and first.text == name:
            return name
    except InvalidFilter:
        pass
    return '"' + name.replace('"', '""') + '"'


def _equals(column: str, value: Label | None) -> str:
    match value:
        case None:
            return f"{column} IS NULL"
        case bool():
            return f"{column} = {'TRUE' if value else 'FALSE'}"
        case str():
            return f"{column} = '" + value.replace("'", "''") + "'"
        case _:
            return f"{column} = {_number(value)}"


def _number(value: float) -> str:
    """Write a number so that it is read back as the same."""
    if value == int(value) and abs(value) < 1e15:
        return str(int(value))
    return repr(float(value))


def pairs_of(
    cuts: Sequence[Cut], settings: Settings
) -> tuple[list[tuple[Cut, ...]], int]:
    """Choose pairs of features, those of fewest values first, within bounds."""
    every = list(itertools.combinations(cuts, 2))
    small = [
        pair
        for pair in every
        if all(len(cut.conditions) <= settings.max_pair_values for cut in pair)
    ]
    chosen: list[tuple[Cut, ...]] = []
    cells = 0
    for pair in sorted(small, key=size):
        cells += size(pair)
        if cells > settings.max_cells:
            break
        chosen.append(pair)
    return chosen, len(every)


def size(cuts: tuple[Cut, ...]) -> int:
    return math.prod(len(cut.conditions) for cut in cuts)
