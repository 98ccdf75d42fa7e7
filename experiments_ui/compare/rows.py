"""Which rows a selection shows, and in which order."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from experiments_ui.columns.cache import derived
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
    """The positions to show, in order, and how many each chip would show."""

    positions: Positions
    counts: dict[Only, int]

    @property
    def nbytes(self) -> int:
        return int(self.positions.nbytes)


def order(comparison: Comparison) -> Order:
    """Return the rows of a selection; cached, so that a deep page costs no sorting.

    Raises:
        Invalid: The sort names nothing here.
    """
    selection, scope = comparison.selection, comparison.scope
    sort = selection.sort or usual_sort(comparison.judged)
    key = ("order", selection.experiments, comparison.metric, selection.only)
    return derived(
        (*key, str(sort), scope.key),
        (scope.stamp, tuple(side.stamp for side in comparison.sides)),
        lambda: _order(comparison, sort),
    )


def usual_sort(judged: Judged) -> Sort:
    """Return the order where none is asked for: what got worse comes first."""
    return BIGGEST_REGRESSIONS if judged.regressed.any() else DATASET_ORDER


def _order(comparison: Comparison, sort: Sort) -> Order:
    judged, mask = comparison.judged, comparison.scope.mask
    shown = judged.present if mask is None else judged.present & mask
    masks: dict[Only, Mask] = {
        "all": shown,
        "regressed": shown & judged.regressed,
        "improved": shown & judged.improved,
        "disagree": shown & judged.disagree,
        "errors": shown & judged.errors,
        "unreviewed": shown & judged.changed,
    }
    chosen = np.flatnonzero(masks[comparison.selection.only])
    counts = {name: int(np.count_nonzero(one)) for name, one in masks.items()}
    ordered = _sorted(chosen, sort, comparison.sides, judged, comparison.metrics)
    return Order(ordered, counts)


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
