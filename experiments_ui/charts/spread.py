"""How values spread: the distribution of each experiment's, and the cumulative one."""

from collections.abc import Iterator, Sequence

import numpy as np

from experiments_ui.charts import counted, marks
from experiments_ui.charts.axes import SHARE, Axis
from experiments_ui.charts.bins import Few, buckets, has_long_tail, known
from experiments_ui.charts.figure import (
    Cell,
    Figure,
    Floats,
    Plain,
    Table,
    empty,
    rounded,
)
from experiments_ui.charts.series import Series, line

_CDF_POINTS = 250
_DECILES = tuple(range(0, 101, 10))
# Filled outlines of more series than these hide each other.
_MOST_FILLED = 3


def distributions(series: Sequence[Series], axis: Axis) -> Figure:
    """Return how the values of one to ten experiments spread, over shared bins.

    Heights are shares, so that experiments of different sizes can be compared. A few
    distinct values become bars; otherwise each experiment is an outline.
    """
    title = f"Distribution of {axis.name}"
    values = [known(one.values) for one in series]
    shared = buckets(values)
    if shared is None:
        return empty(title, f"No run here has a value of {axis.name}.")
    counts = [shared.counts(one) for one in values]
    heights = [one / max(1, one.sum()) for one in counts]
    each = list(zip(series, counts, heights, strict=True))
    if isinstance(shared, Few):
        data = [counted.bars(one, shared, n, share, axis) for one, n, share in each]
    else:
        fill = len(series) <= _MOST_FILLED
        data = [
            counted.outline(one, shared, n, share, fill=fill) for one, n, share in each
        ]
    return Figure(
        title=title,
        description=f"{title}. {means(series, values, axis)}",
        data=tuple(data),
        layout=layout(shared, axis.layout(), SHARE.layout(rangemode="tozero")),
        table=counted.table(series, counts, shared, axis, head=axis.title),
        notes=(
            *counted.tail_notes(shared, values, axis),
            *counted.missing_notes(series, values),
        ),
    )


def layout(shared: object, flat: Plain, upright: Plain) -> Plain:
    """Return the layout of a figure that counts: by name, or along a scale."""
    is_few = isinstance(shared, Few)
    return {
        "hovermode": "closest" if is_few else "x unified",
        "barmode": "group",
        "bargap": 0.3,
        "bargroupgap": 0.08,
        "xaxis": flat | ({"type": "category"} if is_few else {}),
        "yaxis": upright,
    }


def means(series: Sequence[Series], values: Sequence[Floats], axis: Axis) -> str:
    """Return the sentence of each experiment's mean and n."""
    parts = [
        f"{one.name}: mean {axis.text(float(some.mean()))} over {len(some):,} rows"
        for one, some in zip(series, values, strict=True)
        if len(some)
    ]
    return "; ".join(parts) + "."


def cumulative(series: Sequence[Series], axis: Axis) -> Figure:
    """Return the share of rows at or below each value; at most 250 steps a series."""
    title = f"Cumulative distribution of {axis.name}"
    values = [np.sort(known(one.values)) for one in series]
    if not any(map(len, values)):
        return empty(title, f"No run here has a value of {axis.name}.")
    each = list(zip(series, values, strict=True))
    rows = tuple(
        (f"{percent}%", *(_quantile(one, some, percent, axis) for one, some in each))
        for percent in _DECILES
    )
    is_log = has_long_tail(values)
    ends = _beyond(values, is_log=is_log)
    return Figure(
        title=title,
        description=f"{title}. {means(series, values, axis)}",
        data=tuple(_steps(one, some, ends) for one, some in each if len(some)),
        layout={
            "hovermode": "x unified",
            "xaxis": axis.logarithmic(*ends) if is_log else axis.layout(),
            "yaxis": SHARE.layout(range=[0, 1.02], title={"text": "Share at or below"}),
        },
        table=Table(("Share at or below", *(one.name for one in series)), rows),
        notes=(*_thinned(values), *counted.missing_notes(series, values)),
    )


def _steps(one: Series, ordered: Floats, ends: tuple[float, float]) -> Plain:
    at = _spaced(ordered)
    share = np.searchsorted(ordered, at, side="right") / len(ordered)
    low, high = ends
    return line(
        one.name,
        one.hue,
        shape="hv",
        x=[low, *rounded(at), high],
        y=[0, *rounded(share), 1],
        marks=[None, *(marks.at_most(one.term, value) for value in at.tolist()), None],
        hovertemplate="%{y:.1%}",
    )


def _beyond(values: Sequence[Floats], *, is_log: bool) -> tuple[float, float]:
    """Return where the lines begin and end: some way beyond all values."""
    low = min(float(one[0]) for one in values if len(one))
    high = max(float(one[-1]) for one in values if len(one))
    if is_log:
        return low / 1.1, high * 1.1
    pad = 0.03 * (high - low) or 0.5
    return low - pad, high + pad


def _spaced(ordered: Floats) -> Floats:
    """Return every distinct value, or where there are many an even choice of them."""
    if len(ordered) > _CDF_POINTS:
        places = np.linspace(0, len(ordered) - 1, _CDF_POINTS).astype(np.intp)
        ordered = ordered[places]
    return np.unique(ordered)


def _thinned(values: Sequence[Floats]) -> Iterator[str]:
    if any(len(ordered) > _CDF_POINTS for ordered in values):
        yield f"Each line is drawn through at most {_CDF_POINTS} of its values."


def _quantile(one: Series, ordered: Floats, percent: int, axis: Axis) -> str | Cell:
    if not len(ordered):
        return "–"
    value = float(ordered[round((len(ordered) - 1) * percent / 100)])
    return Cell(axis.text(value), marks.at_most(one.term, value))
