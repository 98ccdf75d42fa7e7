"""The trend above a dataset's experiments: one metric's means by time, as a figure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from urllib.parse import urlencode

from django.urls import reverse

from experiments_ui import charts
from experiments_ui.datasets.models import Dataset
from experiments_ui.errors import NotFound
from experiments_ui.experiments import queries
from experiments_ui.experiments.metrics import Metric
from experiments_ui.experiments.models import Experiment
from experiments_ui.experiments.page.cells import rates_of
from experiments_ui.experiments.page.table_columns import metrics_among
from experiments_ui.experiments.queries.figures import Figures, figures_of
from experiments_ui.experiments.queries.standing import baseline_among, baseline_of
from experiments_ui.web.links import Link, PageAddress

# What the address says of a trend that is put away; no metric has this key.
_OFF = "off"


@dataclass(frozen=True, slots=True)
class TrendPanel:
    """The place of a trend on a page; without a `url` it is put away."""

    url: str
    title: str
    experiment_url: str
    metric: str
    metrics: list[Link]
    toggle_url: str


@dataclass(frozen=True, slots=True)
class Drawn:
    """A figure as JSON; the tag is the same for the same content."""

    body: bytes
    tag: str


def trend_panel(
    dataset: Dataset, among: Sequence[Metric], address: PageAddress
) -> TrendPanel | None:
    """Return the trend that an address asks for; None without a metric to draw."""
    metrics = _with_means(among)
    if not metrics:
        return None
    wanted = address.text("trend")
    metric = metrics.get(wanted) or next(iter(metrics.values()))
    place = {"slug": dataset.space.slug, "number": dataset.pk}
    asked = {"metric": metric.key}
    if base := address.number("base"):
        asked["base"] = str(base)
    own = f"{reverse('dataset-trend', kwargs=place)}?{urlencode(asked)}"
    # A place between braces stays as it is, for the script to fill.
    experiment = reverse("experiment", kwargs=place | {"number": 0})
    is_off = wanted == _OFF
    return TrendPanel(
        url="" if is_off else own,
        title=f"Mean {metric.label.lower() if metric.unit else metric.label} over time",
        experiment_url=experiment.replace("/0/", "/{row}/"),
        metric=metric.label,
        metrics=[
            Link(address.url(trend=one.key), one.label, current=one == metric)
            for one in metrics.values()
        ],
        toggle_url=address.url(trend=None if is_off else _OFF),
    )


def trend_figure(dataset: Dataset, key: str, *, base: int | None) -> Drawn:
    """Return a metric's means over a dataset's experiments, with 95 % intervals.

    Raises:
        NotFound: No experiment has such a metric.
    """
    experiments = list(queries.experiments_of(dataset))
    figures = figures_of(experiments)
    metric = _with_means(metrics_among(list(figures.values()))).get(key)
    if metric is None:
        raise NotFound("None of these experiments has such a metric.")
    stored = baseline_of(dataset)
    baseline = baseline_among(experiments, stored=stored, wanted=base)
    is_rate = metric.key in rates_of(list(figures.values()))
    axis = charts.Axis(
        f"Mean {metric.label.lower() if metric.unit else metric.label}",
        "share" if is_rate else metric.unit,
        metric.goal,
    )
    moments = [_moment(one, figures, metric, baseline) for one in experiments]
    drawn = charts.trend([charts.Trend(metric.label, 0, moments)], axis)
    body = drawn.to_json()
    return Drawn(body, f'"{blake2b(body, digest_size=16).hexdigest()}"')


def _with_means(metrics: Sequence[Metric]) -> dict[str, Metric]:
    """Return the metrics that have means, by key."""
    return {one.key: one for one in metrics if not one.is_label}


def _moment(
    experiment: Experiment,
    figures: Mapping[int, Figures],
    metric: Metric,
    baseline: Experiment,
) -> charts.Moment:
    found = figures[experiment.pk].by_key.get(metric.key)
    ends = found.interval if found else None
    return charts.Moment(
        when=experiment.created_at,
        name=experiment.name,
        estimate=charts.Estimate(
            value=found.summary.mean if found else None,
            low=ends.low if ends else None,
            high=ends.high if ends else None,
            n=found.summary.n if found else 0,
        ),
        mark=experiment.pk,
        is_baseline=experiment == baseline,
    )
