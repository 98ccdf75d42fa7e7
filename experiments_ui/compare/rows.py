"""Which rows a selection shows, and in which order."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from experiments_ui.analysis.filters import (
    Booleans,
    Codes,
    Column,
    Expression,
    Numbers,
    Texts,
    Values,
    mask,
    parse,
)
from experiments_ui.columns.cache import derived
from experiments_ui.compare.judging import Judged
from experiments_ui.compare.selection import Only, Selection, Sort
from experiments_ui.compare.sides import Side
from experiments_ui.datasets.queries import example_columns
from experiments_ui.errors import Invalid
from experiments_ui.experiments.metrics import Metric
from experiments_ui.experiments.queries.columns import RunColumns

Mask = npt.NDArray[np.bool_]
Positions = npt.NDArray[np.int64]

BIGGEST_REGRESSIONS = Sort("delta")
DATASET_ORDER = Sort("position")


@dataclass(frozen=True, slots=True, eq=False)
class Order:
    """The positions to show, in order, and how many each chip would show."""

    positions: Positions
    counts: dict[Only, int]

    @property
    def nbytes(self) -> int:
        return int(self.positions.nbytes)


def order(
    selection: Selection,
    sides: Sequence[Side],
    judged: Judged,
    metrics: Sequence[Metric],
) -> Order:
    """Return the rows of a selection; cached, so that a deep page costs no sorting.

    Raises:
        Invalid: The filter cannot be read, or the sort names nothing here.
    """
    dataset = sides[0].experiment.dataset
    stamp = (
        dataset.revision if dataset else 0,
        tuple((side.shape.revision, len(side.first)) for side in sides),
    )
    sort = selection.sort or usual_sort(judged)
    key = ("order", selection.experiments, selection.metric, selection.only)
    where = parse(selection.where) if selection.where.strip() else None
    return derived(
        (*key, str(sort), selection.where),
        stamp,
        lambda: _order(selection.only, sort, where, sides, judged, metrics),
    )


def usual_sort(judged: Judged) -> Sort:
    """Return the order where none is asked for: what got worse comes first."""
    return BIGGEST_REGRESSIONS if judged.regressed.any() else DATASET_ORDER


def _order(
    only: Only,
    sort: Sort,
    where: Expression | None,
    sides: Sequence[Side],
    judged: Judged,
    metrics: Sequence[Metric],
) -> Order:
    shown = judged.present
    if where is not None:
        shown = shown & mask(where, CompareColumns(sides))
    masks: dict[Only, Mask] = {
        "all": shown,
        "regressed": shown & judged.regressed,
        "improved": shown & judged.improved,
        "disagree": shown & judged.disagree,
        "errors": shown & judged.errors,
    }
    chosen = np.flatnonzero(masks[only])
    counts = {name: int(np.count_nonzero(one)) for name, one in masks.items()}
    return Order(_sorted(chosen, sort, sides, judged, metrics), counts)


def _sorted(
    chosen: Positions,
    sort: Sort,
    sides: Sequence[Side],
    judged: Judged,
    metrics: Sequence[Metric],
) -> Positions:
    if sort.of == "position":
        return chosen[::-1] if sort.descending else chosen
    values = _sort_values(sort, sides, judged, metrics)[chosen]
    # Rows without a value stay last in both directions.
    ranked = np.argsort(-values if sort.descending else values, kind="stable")
    return chosen[ranked]


def _sort_values(
    sort: Sort, sides: Sequence[Side], judged: Judged, metrics: Sequence[Metric]
) -> npt.NDArray[np.float64]:
    places = {side.experiment.pk: index for index, side in enumerate(sides)}
    place = 0 if sort.experiment is None else places.get(sort.experiment)
    if place is None:
        raise Invalid("The sort names an experiment that is not compared here.")
    if sort.of == "delta":
        if sort.experiment is None or place == 0:
            return judged.worst
        return judged.gains[place - 1]
    metric = next((one for one in metrics if one.key == sort.of), None)
    if metric is None or metric.is_label:
        raise Invalid(f"Rows cannot be sorted by '{sort.of[:80]}'.")
    return sides[place].numbers(metric)


class CompareColumns:
    """What a filter may name: columns of examples, and of runs as ``a.…`` to ``j.…``.

    ``a`` is the baseline, ``b`` the first candidate, and so on.
    """

    def __init__(self, sides: Sequence[Side]) -> None:
        self._sides = sides
        self.length = len(sides[0].first)

    def get(self, name: str) -> Column | None:
        """Return a column by position, or None for a name nothing has."""
        letter, dot, rest = name.partition(".")
        place = ord(letter) - ord("a") if len(letter) == 1 else -1
        if dot and 0 <= place < len(self._sides):
            return self._of_run(self._sides[place], rest)
        dataset = self._sides[0].experiment.dataset
        return None if dataset is None else example_columns(dataset).get(name)

    def _of_run(self, side: Side, name: str) -> Column | None:
        aligned = side.columns.get(name)
        if aligned is not None and not aligned.labels:
            return Numbers(aligned.values.astype(np.float64, copy=False))
        column = RunColumns(side.experiment).get(name)
        return None if column is None else laid_out(column, side.first)


def laid_out(column: Column, first: npt.NDArray[np.int32]) -> Column:
    """Return a column of runs by position: the value of the first run at each."""
    match column:
        case Numbers(values=values):
            return Numbers(_taken(values, first, np.nan))
        case Booleans(values=values):
            return Booleans(_taken(values, first, -1))
        case Codes(codes=codes, labels=labels):
            return Codes(_taken(codes, first, -1), labels)
        case Texts(values=texts):
            return Texts([texts[i] if i >= 0 else None for i in first.tolist()])
        case Values(values=things):
            return Values([things[i] if i >= 0 else None for i in first.tolist()])


def _taken(
    values: npt.NDArray[Any], first: npt.NDArray[np.int32], blank: float
) -> npt.NDArray[Any]:
    if not len(values):
        return np.full(len(first), blank, values.dtype)
    return np.where(first >= 0, values[first], blank).astype(values.dtype)
