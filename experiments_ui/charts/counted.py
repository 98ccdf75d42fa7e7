"""Counted values as traces, as a table and in words; shared by what counts rows."""

from collections.abc import Sequence

import numpy as np

from experiments_ui.charts.axes import Axis, plural
from experiments_ui.charts.bins import Bins, Buckets, Few
from experiments_ui.charts.figure import (
    Cell,
    Floats,
    Integers,
    Mark,
    Plain,
    Row,
    Table,
    rounded,
    trace,
)
from experiments_ui.charts.series import Series, line


def filters(term: str, buckets: Buckets) -> list[Mark]:
    return [buckets.filter(term, index) for index in range(len(buckets))]


def bars(one: Series, few: Few, counts: Integers, heights: Floats, axis: Axis) -> Plain:
    """Return a bar for each of the few values; hovering gives the count."""
    return trace(
        "bar",
        one.name,
        paint=f"hue-{one.hue % 10}",
        marks=filters(one.term, few),
        x=[few.label(index, axis) for index in range(len(few))],
        y=rounded(heights),
        text=[plural(int(count), "row") for count in counts],
        textposition="none",
        hovertemplate="%{x}: %{text}",
    )


def outline(
    one: Series, bins: Bins, counts: Integers, heights: Floats, *, fill: bool
) -> Plain:
    """Return the outline of a histogram; hovering gives the count."""
    # An empty step at both ends brings the outline down to the axis.
    centres = bins.centres
    x = [centres[0] - bins.step, *centres, centres[-1] + bins.step]
    return line(
        one.name,
        one.hue,
        shape="hvh",
        x=rounded(np.array(x)),
        y=[0, *rounded(heights), 0],
        marks=[None, *filters(one.term, bins), None],
        text=["", *(plural(int(count), "row") for count in counts), ""],
        fill="tozeroy" if fill else "none",
        hovertemplate="%{text}",
    )


def table(
    series: Sequence[Series],
    counts: Sequence[Integers],
    buckets: Buckets,
    axis: Axis,
    *,
    head: str,
) -> Table:
    """Return a row for each bucket that holds anything, a column for each series."""
    columns = [filters(one.term, buckets) for one in series]
    rows: tuple[Row, ...] = tuple(
        (
            buckets.label(index, axis),
            *(
                Cell(f"{count[index]:,}", column[index] if count[index] else None)
                for count, column in zip(counts, columns, strict=True)
            ),
        )
        for index in range(len(buckets))
        if any(count[index] for count in counts)
    )
    return Table((head, *(one.name for one in series)), rows)


def tail_notes(
    buckets: Buckets, values: Sequence[Floats], axis: Axis
) -> tuple[str, ...]:
    """Say how many values lie beyond the drawn range, in its outermost bins."""
    if isinstance(buckets, Few):
        return ()
    low, high = float(buckets.edges[0]), float(buckets.edges[-1])
    found = []
    if buckets.opens_low:
        below = sum(int(np.count_nonzero(one < low)) for one in values)
        text = f"{plural(below, 'value')} below {axis.text(low)}"
        found.append(f"{text} counted in the first step.")
    if buckets.opens_high:
        above = sum(int(np.count_nonzero(one > high)) for one in values)
        text = f"{plural(above, 'value')} above {axis.text(high)}"
        found.append(f"{text} counted in the last step.")
    return tuple(found)


def missing_notes(
    series: Sequence[Series], values: Sequence[Floats]
) -> tuple[str, ...]:
    """Say how many rows have no value, where any has none."""
    found = [
        f"{one.name} {len(one.values) - len(present):,}"
        for one, present in zip(series, values, strict=True)
        if len(one.values) > len(present)
    ]
    return (f"Rows without a value: {', '.join(found)}.",) if found else ()
