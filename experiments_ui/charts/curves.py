"""Curves of a classifier that scores: ROC, PR, thresholds, calibration."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from experiments_ui.charts import marks
from experiments_ui.charts.axes import SHARE, Axis, short
from experiments_ui.charts.figure import (
    Cell,
    Figure,
    Floats,
    Integers,
    Plain,
    Row,
    Table,
    empty,
    guide,
    rounded,
    trace,
)
from experiments_ui.charts.series import dash, line, symbol

_MOST_POINTS = 400
_TABLE_ROWS = 12


@dataclass(frozen=True, slots=True, eq=False)
class Curve:
    """Points of one experiment's curve, one for each threshold, as scikit-learn orders.

    Attributes:
        x: False positive rate, or recall.
        y: True positive rate, or precision.
        thresholds: The score at or above which a run counts as positive; infinite or
            missing for an end point. Empty where no point should open anything.
        area: The area under the curve, or average precision; None if undefined.
        term: What a filter calls the score.
    """

    name: str
    hue: int
    x: Floats
    y: Floats
    thresholds: Floats
    area: float | None = None
    term: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Reliability:
    """One experiment's calibration: a value for each bin of predicted probability.

    `predicted` and `observed` are NaN in bins without rows; `low` and `high` bound
    `observed`, or are empty. `edges` has one more than there are bins.
    """

    name: str
    hue: int
    edges: Floats
    predicted: Floats
    observed: Floats
    counts: Integers
    low: Floats
    high: Floats
    error: float | None = None
    term: str = ""


def roc(curves: Sequence[Curve]) -> Figure:
    """Return ROC curves; a click opens the rows at or above the point's threshold."""
    layout = _square("False positive rate", "True positive rate")
    return _curves("ROC", "AUC", curves, layout, [guide([0, 1], [0, 1])])


def precision_recall(
    curves: Sequence[Curve], *, prevalence: float | None = None
) -> Figure:
    """Return precision against recall; a dotted line marks guessing, if it is known."""
    guides = [] if prevalence is None else [guide([0, 1], [prevalence, prevalence])]
    layout = _square("Recall", "Precision")
    name = "average precision"
    return _curves("Precision and recall", name, curves, layout, guides)


def thresholds(
    name: str,
    at: Floats,
    lines: Mapping[str, Floats],
    *,
    current: float | None = None,
    term: str = "",
) -> Figure:
    """Return an experiment's metrics by threshold, one line for each name in `lines`.

    `at` rises; NaN is undefined and leaves a gap. `current` is marked.
    """
    title = f"Metrics of {name} by threshold"
    if not len(at):
        return empty(title, f"{name} has no score to put a threshold on.")
    listed = _spread_out(len(at), _TABLE_ROWS)
    data = _threshold_lines(at, lines, term)
    if current is not None:
        data.append(
            guide([current, current], [0, 1], line={"dash": "solid", "width": 1})
        )
    rows: tuple[Row, ...] = tuple(
        (
            Cell(short(float(at[index])), marks.at_least(term, float(at[index]))),
            *(SHARE.text(float(values[index])) for values in lines.values()),
        )
        for index in listed
    )
    return Figure(
        title=title,
        description=f"{title}: {', '.join(lines)} from {short(float(at[0]))} to "
        f"{short(float(at[-1]))}.",
        data=tuple(data),
        layout={
            "hovermode": "x unified",
            "xaxis": Axis("Threshold").layout(),
            "yaxis": SHARE.layout(title={"text": ""}, range=[0, 1.02]),
        },
        table=Table(("Threshold", *lines), rows),
    )


def _threshold_lines(at: Floats, lines: Mapping[str, Floats], term: str) -> list[Plain]:
    chosen = _spread_out(len(at), _MOST_POINTS)
    filters = [marks.at_least(term, float(at[index])) for index in chosen]
    return [
        line(
            label,
            hue + 1,
            x=rounded(at[chosen]),
            y=rounded(values[chosen]),
            marks=filters,
            hovertemplate="%{y:.1%}",
        )
        for hue, (label, values) in enumerate(lines.items())
    ]


def calibration(experiments: Sequence[Reliability]) -> Figure:
    """Return observed against predicted probability, above the number of rows."""
    title = "Calibration"
    if not any(one.counts.sum() for one in experiments):
        return empty(title, "No run has a probability and a true label.")
    parts = (
        f"{one.name}: calibration error {SHARE.text(one.error)}"
        for one in experiments
        if one.error is not None
    )
    data = [guide([0, 1], [0, 1])]
    for one in experiments:
        data += [_reliability(one), _counts(one)]
    share = SHARE.layout(range=[-0.02, 1.02])
    return Figure(
        title=title,
        description=f"{title}. {'; '.join(parts)}.",
        data=tuple(data),
        layout={
            "hovermode": "closest",
            "barmode": "group",
            "bargap": 0.1,
            "xaxis": share
            | {"title": {"text": "Predicted probability"}, "anchor": "y2"},
            "yaxis": share | {"title": {"text": "Observed"}, "domain": [0.3, 1]},
            "yaxis2": {"title": {"text": "Rows"}, "domain": [0, 0.22], "nticks": 3},
        },
        table=_table_of_reliability(experiments),
    )


def _square(x: str, y: str) -> Plain:
    return {
        "hovermode": "closest",
        "xaxis": SHARE.layout(title={"text": x}, range=[-0.02, 1.02]),
        "yaxis": SHARE.layout(title={"text": y}, range=[-0.02, 1.02]),
    }


def _curves(
    title: str,
    area: str,
    curves: Sequence[Curve],
    layout: Plain,
    guides: Sequence[Plain],
) -> Figure:
    drawn = [one for one in curves if len(one.x)]
    if not drawn:
        return empty(title, "No run has a score and a true label of both kinds.")
    parts = [
        f"{one.name}: {area} {'undefined' if one.area is None else f'{one.area:.3f}'}"
        for one in drawn
    ]
    thin = any(len(one.x) > _MOST_POINTS for one in drawn)
    axes = [layout[name]["title"]["text"] for name in ("xaxis", "yaxis")]
    return Figure(
        title=title,
        description=f"{title}. {'; '.join(parts)}.",
        data=(*guides, *(_curve(one) for one in drawn)),
        layout=layout,
        table=Table(
            ("Experiment", "Threshold", *axes),
            tuple(row for one in drawn for row in _curve_rows(one)),
        ),
        notes=(
            *parts,
            *([f"Each curve is drawn through {_MOST_POINTS} points."] if thin else []),
        ),
    )


def _curve(one: Curve) -> Plain:
    chosen = _spread_out(len(one.x), _MOST_POINTS)
    return line(
        one.name,
        one.hue,
        x=rounded(one.x[chosen]),
        y=rounded(one.y[chosen]),
        marks=[_above(one, index) for index in chosen],
        text=[_threshold(one, index) for index in chosen],
        hovertemplate="%{x:.1%}, %{y:.1%}<br>at or above %{text}",
    )


def _curve_rows(one: Curve) -> Iterator[Row]:
    for index in _spread_out(len(one.x), _TABLE_ROWS):
        yield (
            one.name,
            Cell(_threshold(one, index), _above(one, index)),
            SHARE.text(float(one.x[index])),
            SHARE.text(float(one.y[index])),
        )


def _threshold(one: Curve, index: int) -> str:
    if index >= len(one.thresholds) or not np.isfinite(one.thresholds[index]):
        return "–"
    return short(float(one.thresholds[index]))


def _above(one: Curve, index: int) -> str | None:
    if index >= len(one.thresholds) or not np.isfinite(one.thresholds[index]):
        return None
    return marks.at_least(one.term, float(one.thresholds[index]))


def _spread_out(count: int, most: int) -> list[int]:
    """Return up to `most` places in order, the first and the last among them."""
    if count <= most:
        return list(range(count))
    places = np.unique(np.linspace(0, count - 1, most).round().astype(np.intp))
    return [int(place) for place in places]


def _reliability(one: Reliability) -> Plain:
    there = np.flatnonzero(one.counts)
    bars: Plain = {}
    if len(one.low):
        low, high, value = (a[there] for a in (one.low, one.high, one.observed))
        bars["error_y"] = {
            "type": "data",
            "symmetric": False,
            "array": rounded(np.maximum(0, high - value)),
            "arrayminus": rounded(np.maximum(0, value - low)),
            "thickness": 1.25,
            "width": 3,
        }
    return trace(
        "scatter",
        one.name,
        paint=f"hue-{one.hue % 10}",
        marks=[_bin_filter(one, index) for index in there.tolist()],
        mode="lines+markers",
        x=rounded(one.predicted[there]),
        y=rounded(one.observed[there]),
        text=[f"{one.counts[index]:,}" for index in there],
        marker={"size": 8, "symbol": symbol(one.hue)},
        line={"width": 1.5, "dash": dash(one.hue)},
        legendgroup=str(one.hue),
        hovertemplate="predicted %{x:.1%}<br>observed %{y:.1%}<br>%{text} rows",
        **bars,
    )


def _counts(one: Reliability) -> Plain:
    centres = (one.edges[:-1] + one.edges[1:]) / 2
    return trace(
        "bar",
        one.name,
        paint=f"hue-{one.hue % 10}",
        marks=[_bin_filter(one, index) for index in range(len(one.counts))],
        x=rounded(centres),
        y=one.counts.tolist(),
        yaxis="y2",
        legendgroup=str(one.hue),
        showlegend=False,
        opacity=0.6,
        hovertemplate="%{y:,} rows",
    )


def _bin_filter(one: Reliability, index: int) -> str | None:
    """Return the filter of a bin, which holds its upper edge and not its lower one.

    The first holds both.
    """
    low, high = float(one.edges[index]), float(one.edges[index + 1])
    above = marks.at_least(one.term, low) if index == 0 else marks.above(one.term, low)
    return marks.both(above, marks.at_most(one.term, high))


def _table_of_reliability(experiments: Sequence[Reliability]) -> Table:
    rows = tuple(
        (
            one.name,
            f"{short(float(one.edges[index]))} to {short(float(one.edges[index + 1]))}",
            SHARE.text(float(one.predicted[index])),
            SHARE.text(float(one.observed[index])),
            Cell(f"{one.counts[index]:,}", _bin_filter(one, index)),
        )
        for one in experiments
        for index in np.flatnonzero(one.counts).tolist()
    )
    return Table(("Experiment", "Bin", "Predicted", "Observed", "Rows"), rows)
