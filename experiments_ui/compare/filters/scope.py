"""Which examples a comparison counts: those of its filter, and common ones only."""

from collections.abc import Sequence

import numpy as np

from experiments_ui.analysis.filters import mask, parse
from experiments_ui.columns.cache import derived
from experiments_ui.compare.classes.named import class_stamp
from experiments_ui.compare.filters.columns import REVIEW, CompareColumns
from experiments_ui.compare.grid.reviewing import Reviewed
from experiments_ui.compare.selection import Selection
from experiments_ui.experiments.queries.contrasts import EVERYTHING, Scope
from experiments_ui.experiments.queries.sides import Side


def scope_of(selection: Selection, sides: Sequence[Side], reviewed: Reviewed) -> Scope:
    """Return the scope of a selection; cached.

    Raises:
        InvalidFilter: The filter cannot be read.
    """
    text = selection.where.strip()
    if not text and not selection.common:
        return EVERYTHING
    dataset = sides[0].experiment.dataset
    stamp = (
        dataset.revision if dataset else 0,
        tuple(side.stamp for side in sides),
        reviewed.stamp if REVIEW in text else (),
        class_stamp(text, dataset),
    )
    # Letters stand for experiments in a filter, so their order counts.
    key = ("scope", selection.experiments, selection.common, text)
    return derived(key, stamp, lambda: _scope(selection, sides, reviewed, key, stamp))


def _scope(
    selection: Selection,
    sides: Sequence[Side],
    reviewed: Reviewed,
    key: tuple[object, ...],
    stamp: tuple[object, ...],
) -> Scope:
    counted = np.ones(len(sides[0].first), np.bool_)
    if selection.common:
        for side in sides:
            counted &= side.first >= 0
    columns = CompareColumns(sides, reviewed)
    if text := selection.where.strip():
        counted &= mask(parse(text), columns)
    return Scope(counted, key, stamp, tuple(columns.unknown))
