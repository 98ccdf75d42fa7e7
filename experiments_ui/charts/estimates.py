"""Estimates with their intervals: quality against price, and the trend over time."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from experiments_ui.charts.axes import Axis
from experiments_ui.charts.figure import (
    Cell,
    Figure,
    Mark,
    Plain,
    Table,
    empty,
    plain_text,
    trace,
)
from experiments_ui.charts.series import dash, symbol

# Names beside more points than these lie on each other; the legend has them too.
_MOST_NAMED = 5
_NAME_LETTERS = 24
_BARS = "Bars are 95 % intervals of the mean."


@dataclass(frozen=True, slots=True)
class Estimate:
    """A value with its 95 % interval, both ends None where there is none."""

    value: float | None
    low: float | None = None
    high: float | None = None
    n: int = 0


@dataclass(frozen=True, slots=True)
class Trade:
    """One experiment's place between price and quality; `mark` is what it opens."""

    name: str
    hue: int
    price: Estimate
    quality: Estimate
    mark: Mark = None


@dataclass(frozen=True, slots=True)
class Moment:
    """A measurement in time: the experiment's name, when, and what it opens.

    `is_baseline` draws it as a diamond.
    """

    when: datetime
    name: str
    estimate: Estimate
    mark: Mark = None
    is_baseline: bool = False


@dataclass(frozen=True, slots=True)
class Trend:
    """One line through moments, such as a metric's; in the order given."""

    name: str
    hue: int
    moments: Sequence[Moment]


def tradeoff(trades: Sequence[Trade], price: Axis, quality: Axis) -> Figure:
    """Return quality against cost or latency, with intervals and the Pareto front.

    The front joins the experiments that none other beats on both axes, as each axis'
    goal says. Experiments that lack either value are named in the notes.
    """
    title = f"{quality.title} against {price.name}"
    known = [one for one in trades if _is_known(one)]
    absent = [one.name for one in trades if not _is_known(one)]
    notes = (_BARS, *(f"{name} lacks one of the two values." for name in absent))
    if not known:
        return empty(title, "No experiment has both values.")
    best = front(known, price, quality)
    named = [one.name for one in best]
    return Figure(
        title=title,
        description=f"{title}. Not beaten on both: {', '.join(named)}.",
        data=(
            *_front_line(best),
            *_spots(known),
        ),
        layout={
            "hovermode": "closest",
            "xaxis": price.layout(range=_range([one.price for one in known])),
            "yaxis": quality.layout(range=_range([one.quality for one in known])),
        },
        table=Table(
            ("Experiment", price.title, quality.title, "Pareto front"),
            tuple(
                (
                    Cell(one.name, one.mark),
                    _words(one.price, price),
                    _words(one.quality, quality),
                    "yes" if one in best else "no",
                )
                for one in known
            ),
        ),
        notes=notes,
    )


def front(trades: Sequence[Trade], price: Axis, quality: Axis) -> list[Trade]:
    """Return those that no other equals in both and beats in one; cheapest first."""
    placed = [(_place(one, price, quality), one) for one in trades]
    best = [
        one
        for place, one in placed
        if not any(_beats(other, place) for other, _ in placed)
    ]
    return sorted(best, key=lambda one: (one.price.value or 0, one.quality.value or 0))


def _place(one: Trade, price: Axis, quality: Axis) -> tuple[float, float]:
    """Return both values so that more is better."""
    pairs = ((one.price.value, price), (one.quality.value, quality))
    first, second = (
        -(value or 0) if axis.goal == "minimize" else (value or 0)
        for value, axis in pairs
    )
    return first, second


def _beats(other: tuple[float, float], place: tuple[float, float]) -> bool:
    return other != place and other[0] >= place[0] and other[1] >= place[1]


def _is_known(one: Trade) -> bool:
    return one.price.value is not None and one.quality.value is not None


def _front_line(best: Sequence[Trade]) -> Iterator[Plain]:
    if len(best) > 1:
        yield trace(
            "scatter",
            "Pareto front",
            paint="line-control",
            mode="lines",
            x=[one.price.value for one in best],
            y=[one.quality.value for one in best],
            line={"dash": "dot", "width": 1.5},
            hoverinfo="skip",
        )


def _range(estimates: Sequence[Estimate]) -> list[float]:
    """Return the ends of an axis that leaves room for intervals and names."""
    every = [
        end
        for one in estimates
        for end in (one.value, one.low, one.high)
        if end is not None
    ]
    low, high = min(every), max(every)
    pad = 0.12 * (high - low) or abs(high) * 0.1 or 1.0
    return [low - pad, high + pad]


def _spots(known: Sequence[Trade]) -> Iterator[Plain]:
    low, high = _range([one.price for one in known])
    for one in known:
        is_left = (one.price.value or 0) <= (low + high) / 2
        side = "top right" if is_left else "top left"
        yield _spot(one, side=side if len(known) <= _MOST_NAMED else "")


def _spot(one: Trade, *, side: str) -> Plain:
    short = one.name[:_NAME_LETTERS] + ("…" if len(one.name) > _NAME_LETTERS else "")
    return trace(
        "scatter",
        one.name,
        paint=f"hue-{one.hue % 10}",
        marks=[one.mark],
        mode="markers+text" if side else "markers",
        x=[one.price.value],
        y=[one.quality.value],
        text=[plain_text(short)],
        textposition=side or "top center",
        marker={"size": 11, "symbol": symbol(one.hue)},
        error_x=_error_bar([one.price]),
        error_y=_error_bar([one.quality]),
        hovertemplate="%{x}<br>%{y}",
    )


def _error_bar(estimates: Sequence[Estimate]) -> Plain:
    above = [_distance(one.high, one.value) for one in estimates]
    below = [_distance(one.value, one.low) for one in estimates]
    return {
        "type": "data",
        "symmetric": False,
        "array": above,
        "arrayminus": below,
        "thickness": 1.25,
        "width": 3,
    }


def _distance(more: float | None, less: float | None) -> float:
    return 0.0 if more is None or less is None else max(0.0, more - less)


def _words(one: Estimate, axis: Axis) -> str:
    text = axis.text(one.value)
    if one.low is not None and one.high is not None:
        text += f" [{axis.text(one.low)}, {axis.text(one.high)}]"
    return f"{text}, n {one.n:,}" if one.n else text


def trend(trends: Sequence[Trend], axis: Axis) -> Figure:
    """Return values with their intervals by time, a line for each metric or series."""
    title = f"{axis.title} over time"
    known = [(one, _known_moments(one)) for one in trends]
    if not any(moments for _, moments in known):
        return empty(title, f"No experiment has a value of {axis.name} yet.")
    rows = tuple(
        (
            Cell(moment.name, moment.mark),
            f"{moment.when.astimezone(UTC):%Y-%m-%d %H:%M}",
            one.name,
            _words(moment.estimate, axis),
        )
        for one, moments in known
        for moment in reversed(moments)
    )
    return Figure(
        title=title,
        description=f"{title}. {_latest(known, axis)}",
        data=tuple(_trend_line(one, moments) for one, moments in known if moments),
        layout={
            "hovermode": "closest",
            "xaxis": {"type": "date", "automargin": True},
            "yaxis": axis.layout(title={"text": ""}),
        },
        table=Table(("Experiment", "When (UTC)", "Metric", "Value"), rows),
        notes=(_BARS, *_lacking(trends, known)),
    )


def _known_moments(one: Trend) -> list[Moment]:
    known = [moment for moment in one.moments if moment.estimate.value is not None]
    return sorted(known, key=lambda moment: moment.when)


def _lacking(
    trends: Sequence[Trend], known: Sequence[tuple[Trend, list[Moment]]]
) -> Iterator[str]:
    for one, (_, moments) in zip(trends, known, strict=True):
        if lacking := len(one.moments) - len(moments):
            word = "experiment has" if lacking == 1 else "experiments have"
            yield f"{one.name}: {lacking:,} {word} no value."


def _latest(known: Sequence[tuple[Trend, list[Moment]]], axis: Axis) -> str:
    parts = (
        f"{one.name}: {_words(moments[-1].estimate, axis)} in {moments[-1].name}"
        for one, moments in known
        if moments
    )
    return "Last, " + "; ".join(parts) + "."


def _trend_line(one: Trend, moments: Sequence[Moment]) -> Plain:
    return trace(
        "scatter",
        one.name,
        paint=f"hue-{one.hue % 10}",
        marks=[moment.mark for moment in moments],
        mode="lines+markers",
        x=[moment.when.astimezone(UTC).isoformat() for moment in moments],
        y=[moment.estimate.value for moment in moments],
        text=[plain_text(moment.name) for moment in moments],
        line={"width": 1.5, "dash": dash(one.hue)},
        marker={
            "size": [11 if moment.is_baseline else 7 for moment in moments],
            "symbol": ["diamond" if m.is_baseline else "circle" for m in moments],
        },
        error_y=_error_bar([moment.estimate for moment in moments]),
        hovertemplate="%{text}<br>%{y}",
    )
