"""The heads of the groups that begin among some rows, ready to print."""

from dataclasses import dataclass

import numpy as np

from experiments_ui.compare.filters.conditions import both
from experiments_ui.compare.grid.order import Positions
from experiments_ui.compare.grouping.groups import Group, Grouping, Ranks, grouping
from experiments_ui.compare.lineup import Comparison
from experiments_ui.experiments.queries.contrasts import figures
from experiments_ui.experiments.shown import Delta, delta, shown


@dataclass(frozen=True, slots=True)
class GroupFigure:
    """One experiment's mean in a group; `value` is empty where nothing is scored."""

    hue: int
    value: str
    delta: Delta | None
    n: int


@dataclass(frozen=True, slots=True)
class GroupHead:
    """`query` is the address of this group's rows alone, empty for folded values."""

    name: str
    by: str
    n: int
    shown: int
    query: str
    figures: list[GroupFigure]


def group_heads(
    comparison: Comparison, positions: Positions, start: int, stop: int
) -> dict[int, GroupHead]:
    """Return heads by the place (from 1) of the row that a group begins with."""
    grouped = grouping(comparison)
    if grouped is None:
        return {}
    ranks = grouped.ranks[positions]
    seen = ranks[start:stop]
    before = ranks[max(start - 1, 0)] if start else -1
    begins = np.flatnonzero(np.diff(seen, prepend=before))
    return {
        start + int(index) + 1: _head(comparison, grouped, ranks, int(seen[index]))
        for index in begins
    }


def _head(
    comparison: Comparison, grouped: Grouping, ranks: Ranks, rank: int
) -> GroupHead:
    group, selection = grouped.groups[rank], comparison.selection
    where = both(selection.where, group.condition)
    alone = selection.but(where=where, group="").query if group.condition else ""
    first, last = np.searchsorted(ranks, [rank, rank + 1]).tolist()
    return GroupHead(
        name=group.name,
        by=selection.group,
        n=group.n,
        shown=last - first,
        query=alone,
        figures=[_figure(comparison, group, i) for i in range(len(group.counts))],
    )


def _figure(comparison: Comparison, group: Group, index: int) -> GroupFigure:
    metric, n = comparison.metric, group.counts[index]
    if metric is None or metric.is_label or not n:
        return GroupFigure(index, "", None, n)
    side = comparison.sides[index]
    # As the heads of the columns do: a share only beside a share.
    is_rate = all(
        figures(one, metric, comparison.scope).is_rate
        for one in (comparison.sides[0], side)
    )
    return GroupFigure(
        hue=index,
        value=shown(group.means[index], metric, is_rate=is_rate),
        delta=delta(group.deltas[index], metric, is_rate=is_rate) if index else None,
        n=n,
    )
