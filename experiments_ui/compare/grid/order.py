"""Which rows a selection shows, and in which order."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import get_args

import numpy as np
import numpy.typing as npt

from experiments_ui.columns.cache import derived
from experiments_ui.compare.grid.reviewing import unreviewed
from experiments_ui.compare.grouping.groups import Grouping, grouping
from experiments_ui.compare.judging import Judged
from experiments_ui.compare.lineup import Comparison
from experiments_ui.compare.selection import Only, Sort
from experiments_ui.errors import Invalid
from experiments_ui.experiments.metrics import Metric
from experiments_ui.experiments.queries.sides import Side

Mask = npt.NDArray[np.bool_]
Positions = npt.NDArray[np.int64]

BIGGEST_REGRESSIONS = Sort("delta")
DATASET_ORDER = Sort("position")


@dataclass(frozen=True, slots=True, eq=False)
class Order:
    """The positions to show, in order; grouped rows come group by group."""

    positions: Positions

    @property
    def nbytes(self) -> int:
        return int(self.positions.nbytes)


@dataclass(frozen=True, slots=True, eq=False)
class Counts:
    """How many rows each chip would show."""

    of: dict[Only, int]

    @property
    def nbytes(self) -> int:
        return 80 * len(self.of)


def order(comparison: Comparison) -> Order:
    """Return the rows of a selection; cached, so that a deep page costs no sorting.

    Raises:
        Invalid: The sort or the grouping names nothing here.
    """
    selection, grouped = comparison.selection, grouping(comparison)
    sort = selection.sort or usual_sort(comparison.judged)
    key = ("order", selection.experiments, comparison.metric, selection.only)
    stamp = (*_stamp(comparison), grouped.stamp if grouped else ())
    if selection.only == "unreviewed":
        stamp = (*stamp, comparison.reviewed.stamp)
    return derived(
        (*key, str(sort), comparison.scope.key, selection.group),
        stamp,
        lambda: _order(comparison, sort, grouped),
    )


def counts(comparison: Comparison) -> dict[Only, int]:
    """Return how many rows each chip would show; cached until somebody reviews."""
    key = ("chips", comparison.selection.experiments, comparison.metric)
    return derived(
        (*key, comparison.scope.key),
        (*_stamp(comparison), comparison.reviewed.stamp),
        lambda: Counts({one: _count(comparison, one) for one in get_args(Only)}),
    ).of


def is_shown(comparison: Comparison, position: int) -> bool:
    """Tell whether the chosen chip shows a row."""
    return bool(_shown(comparison, comparison.selection.only)[position])


def usual_sort(judged: Judged) -> Sort:
    """Return the order where none is asked for: what got worse comes first."""
    return BIGGEST_REGRESSIONS if judged.regressed.any() else DATASET_ORDER


def _stamp(comparison: Comparison) -> tuple[Hashable, ...]:
    return comparison.scope.stamp, tuple(side.stamp for side in comparison.sides)


def _order(comparison: Comparison, sort: Sort, grouped: Grouping | None) -> Order:
    chosen = np.flatnonzero(_shown(comparison, comparison.selection.only))
    judged = comparison.judged
    ordered = _sorted(chosen, sort, comparison.sides, judged, comparison.metrics)
    if grouped is not None:
        # Stable: rows of a group keep the order among themselves.
        ordered = ordered[np.argsort(grouped.ranks[ordered], kind="stable")]
    return Order(ordered)


def _count(comparison: Comparison, only: Only) -> int:
    return int(np.count_nonzero(_shown(comparison, only)))


def _shown(comparison: Comparison, only: Only) -> Mask:
    """Mark the rows that a chip shows within the scope."""
    judged = comparison.judged
    shown = comparison.scope.within(judged.present)
    match only:
        case "all":
            return shown
        case "unreviewed":
            return shown & unreviewed(judged, comparison.reviewed)
        case "regressed":
            return shown & judged.regressed
        case "improved":
            return shown & judged.improved
        case "disagree":
            return shown & judged.disagree
        case "errors":
            return shown & judged.errors


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
