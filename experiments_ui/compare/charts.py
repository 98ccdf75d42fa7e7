"""The charts of a comparison, each over the examples that its filter leaves."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import blake2b
from urllib.parse import quote_plus

import numpy as np
import numpy.typing as npt
from django.urls import reverse

from experiments_ui import charts
from experiments_ui.analysis.verdicts import tolerance
from experiments_ui.charts.marks import named
from experiments_ui.columns.cache import derived
from experiments_ui.compare.grid.links import Link
from experiments_ui.compare.lineup import Comparison
from experiments_ui.errors import NotFound
from experiments_ui.experiments.metrics import Metric, Unit
from experiments_ui.experiments.queries.contrasts import figures
from experiments_ui.experiments.queries.sides import Side

Positions = npt.NDArray[np.int64]
Draw = Callable[[Comparison, Metric], charts.Figure]


@dataclass(frozen=True, slots=True)
class Chart:
    """Where a chart's figure is, and what its marks open."""

    name: str
    title: str
    url: str
    row_url: str
    filter_url: str


@dataclass(frozen=True, slots=True)
class Drawn:
    """A figure as JSON; the tag is the same for the same content."""

    body: bytes
    tag: str

    @property
    def nbytes(self) -> int:
        return len(self.body)


def listed(comparison: Comparison, *, slug: str) -> list[Chart]:
    """Return the charts that this comparison can have, in order, undrawn."""
    return [_chart(comparison, name, slug) for name in names(comparison)]


def _chart(comparison: Comparison, name: str, slug: str) -> Chart:
    """Return a chart whose marks open rows of the table, or whole experiments."""
    # A place between braces stays as it is, for the script to fill.
    selection = comparison.selection.but(only="all", where="", diff="changes")
    where = "" if comparison.filter_error else comparison.selection.where.strip()
    rows = f"{reverse('compare', args=[slug])}?{selection.query}"
    kept = f"&filter={quote_plus(where)}" if where else ""
    narrowed = quote_plus(f"({where}) AND ") if where else ""
    is_of_experiments = name == "trend" or name in _PRICES
    own = reverse("compare-chart", args=[slug, name])
    experiment = reverse("experiment", args=[slug, 0]).replace("/0/", "/{row}/")
    return Chart(
        name=name,
        title=_TITLES[name],
        url=f"{own}?{comparison.selection.query}",
        row_url=experiment if is_of_experiments else f"{rows}{kept}&row={{row}}",
        filter_url=f"{rows}&filter={narrowed}{{filter}}",
    )


def names(comparison: Comparison) -> list[str]:
    """Return the names of the charts that this comparison can have, in order."""
    metric = comparison.metric
    if metric is None or metric.is_label:
        return []
    return [name for name in _DRAW if _fits(name, comparison, metric)]


def choices(comparison: Comparison) -> list[Link]:
    """Return the metrics to draw instead."""
    return [
        Link(
            f"?{comparison.selection.but(metric=one.key, sort=None).query}",
            one.label,
            one == comparison.metric,
        )
        for one in comparison.metrics
        if not one.is_label
    ]


def positions(comparison: Comparison) -> Positions:
    """Return the examples that charts are about: those in scope that anyone ran."""
    return np.flatnonzero(comparison.scope.within(comparison.judged.present))


def draw(comparison: Comparison, name: str) -> Drawn:
    """Return a chart as JSON; cached by the revisions of what it shows.

    Raises:
        NotFound: This comparison has no such chart.
    """
    metric = comparison.metric
    if metric is None or name not in names(comparison):
        raise NotFound("This comparison has no such chart.")
    identity = tuple(
        (one.experiment.pk, one.experiment.name) for one in comparison.sides
    )
    key = ("chart", name, identity, tuple(comparison.metrics), metric)
    return derived(
        (*key, comparison.scope.key),
        (comparison.scope.stamp, tuple(side.stamp for side in comparison.sides)),
        lambda: _drawn(_DRAW[name](comparison, metric)),
    )


def _drawn(figure: charts.Figure) -> Drawn:
    body = figure.to_json()
    return Drawn(body, f'"{blake2b(body, digest_size=16).hexdigest()}"')


def _fits(name: str, comparison: Comparison, metric: Metric) -> bool:
    if name in ("changes", "pairs"):
        return len(comparison.sides) > 1
    if name in _PRICES:
        price = _price(comparison, name)
        return price is not None and price != metric
    return True


def _series(comparison: Comparison, metric: Metric) -> list[charts.Series]:
    chosen = positions(comparison)
    return [
        charts.Series(
            name=side.experiment.name,
            hue=place,
            values=side.numbers(metric)[chosen],
            term=named("abcdefghij"[place], metric.column),
        )
        for place, side in enumerate(comparison.sides)
    ]


def _axis(metric: Metric) -> charts.Axis:
    return charts.Axis(metric.label, metric.unit, metric.goal)


def _distribution(comparison: Comparison, metric: Metric) -> charts.Figure:
    return charts.distributions(_series(comparison, metric), _axis(metric))


def _cumulative(comparison: Comparison, metric: Metric) -> charts.Figure:
    return charts.cumulative(_series(comparison, metric), _axis(metric))


def _changes(comparison: Comparison, metric: Metric) -> charts.Figure:
    base, *candidates = _series(comparison, metric)
    epsilon = tolerance(metric.epsilon)
    return charts.changes(base, candidates, _axis(metric), epsilon=epsilon)


def _pairs(comparison: Comparison, metric: Metric) -> charts.Figure:
    base, *candidates = _series(comparison, metric)
    return charts.paired_scatter(
        base, candidates, _axis(metric), positions=positions(comparison)
    )


def _against_price(name: str) -> Draw:
    def draw_trades(comparison: Comparison, metric: Metric) -> charts.Figure:
        price = _price(comparison, name)
        if price is None:
            raise NotFound("This comparison has no such chart.")
        trades = [
            charts.Trade(
                name=side.experiment.name,
                hue=place,
                price=_estimate(comparison, side, price),
                quality=_estimate(comparison, side, metric),
                mark=side.experiment.pk,
            )
            for place, side in enumerate(comparison.sides)
        ]
        axes = (_mean_axis(comparison, one) for one in (price, metric))
        return charts.tradeoff(trades, *axes)

    return draw_trades


def _trend(comparison: Comparison, metric: Metric) -> charts.Figure:
    moments = [
        charts.Moment(
            when=side.experiment.created_at,
            name=side.experiment.name,
            estimate=_estimate(comparison, side, metric),
            mark=side.experiment.pk,
            is_baseline=place == 0,
        )
        for place, side in enumerate(comparison.sides)
    ]
    trend = charts.Trend(metric.label, 1, moments)
    return charts.trend([trend], _mean_axis(comparison, metric))


def _mean_axis(comparison: Comparison, metric: Metric) -> charts.Axis:
    """Return the axis of a mean; where all values are 0 or 1, that of a rate."""
    found = [figures(side, metric, comparison.scope) for side in comparison.sides]
    are_rates = all(one.is_rate for one in found if one.summary.n)
    if are_rates and not metric.unit:
        return charts.Axis(f"Rate of {metric.label}", "share", metric.goal)
    return charts.Axis(f"Mean {_axis(metric).name}", metric.unit, metric.goal)


def _estimate(comparison: Comparison, side: Side, metric: Metric) -> charts.Estimate:
    found = figures(side, metric, comparison.scope)
    ends = found.interval
    return charts.Estimate(
        value=found.summary.mean,
        low=None if ends is None else ends.low,
        high=None if ends is None else ends.high,
        n=found.summary.n,
    )


_PRICES: Mapping[str, Unit] = {"cost": "usd", "latency": "ms", "tokens": "tokens"}


def _price(comparison: Comparison, name: str) -> Metric | None:
    unit = _PRICES[name]
    return next((one for one in comparison.metrics if one.unit == unit), None)


# What a chart is called until it is drawn and says it more exactly.
_TITLES: Mapping[str, str] = {
    "distribution": "Distribution",
    "changes": "Change against the baseline",
    "pairs": "Baseline against candidates",
    "cumulative": "Cumulative distribution",
    "cost": "Quality against cost",
    "latency": "Quality against latency",
    "tokens": "Quality against tokens",
    "trend": "Over time",
}
_DRAW: Mapping[str, Draw] = {
    "distribution": _distribution,
    "changes": _changes,
    "pairs": _pairs,
    "cumulative": _cumulative,
    **{name: _against_price(name) for name in _PRICES},
    "trend": _trend,
}
