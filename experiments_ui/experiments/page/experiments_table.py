"""The experiments of one dataset as a table: a column per metric, and the usual."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from experiments_ui.datasets.models import Dataset
from experiments_ui.experiments import queries
from experiments_ui.experiments.metrics import Metric
from experiments_ui.experiments.models import Experiment
from experiments_ui.experiments.queries.figures import (
    Figures,
    MetricFigures,
    figures_of,
)
from experiments_ui.experiments.shown import Delta, delta, shown, span
from experiments_ui.web.links import Link, PageAddress, Pager, SortLink, SortOrder
from experiments_ui.web.templatetags.shown import MISSING, ago, count, percent

HUES = 10
_PAGE_SIZE = 100
_USUAL_SORT = "-created"
_USUAL = (
    ("errors", "Errors"),
    ("latency", "p50"),
    ("tokens", "Tokens"),
    ("cost", "Cost"),
    ("created", "Age"),
)
_UNITS = {"latency": "ms", "tokens": "tokens", "cost": "usd"}
_LOW_IS_GOOD = frozenset({"latency", "tokens", "cost"})


@dataclass(frozen=True, slots=True)
class Column:
    """One column's head; `title` explains it on hover."""

    key: str
    label: str
    sort: SortLink
    goal: str = ""
    title: str = ""


@dataclass(frozen=True, slots=True)
class Cell:
    """A number, what changed, and what is to be known of it."""

    text: str
    note: str = ""
    delta: Delta | None = None
    title: str = ""
    is_bad: bool = False


@dataclass(frozen=True, slots=True)
class ExperimentRow:
    number: int
    name: str
    url: str
    hue: int
    is_baseline: bool
    base_url: str
    unmatched: int
    cells: list[Cell]


@dataclass(frozen=True, slots=True)
class ExperimentsTable:
    columns: list[Column]
    rows: list[ExperimentRow]
    name_sort: SortLink
    switches: list[Link]
    pager: Pager
    baseline: str


@dataclass(frozen=True, slots=True)
class _Known:
    """All that cells are made of."""

    figures: Mapping[int, Figures]
    base: Experiment
    metrics: Sequence[Metric]
    rates: frozenset[str]


def experiments_table(
    dataset: Dataset, address: PageAddress
) -> ExperimentsTable | None:
    """Return the table that an address asks for, if there is anything to show.

    At most eight queries, however many experiments.
    """
    experiments = list(queries.experiments_of(dataset))
    if not experiments:
        return None
    known = _known(experiments, address)
    hidden = set(address.query.getlist("hide"))
    sort = address.text("sort") or _USUAL_SORT
    columns = _columns(known, address, sort)
    ordered = _sorted(experiments, known, sort)
    pager = address.pager(len(ordered), size=_PAGE_SIZE)
    visible = [column for column in columns if column.key not in hidden]
    hues = _hues(experiments)
    rows = [
        _row(one, known, visible, hue=hues[one.pk], address=address)
        for one in ordered[pager.start : pager.stop]
    ]
    return ExperimentsTable(
        columns=visible,
        rows=rows,
        name_sort=address.sort_link("name", chosen=sort, first="ascending"),
        switches=[
            Link(address.toggled("hide", c.key), c.label, current=c.key not in hidden)
            for c in columns
        ],
        pager=pager,
        baseline=known.base.name,
    )


def metric_cell(
    metric: Metric,
    figures: MetricFigures,
    *,
    is_rate: bool,
    base: MetricFigures | None = None,
) -> Cell:
    """Return a metric's mean with its interval, its change and what is missing."""
    if metric.is_label:
        return _label_cell(figures)
    summary = figures.summary
    bounds = figures.interval
    interval = span(bounds.low, bounds.high, metric, is_rate=is_rate) if bounds else ""
    n_note = f"n {count(summary.n)}" if summary.missing else ""
    change = None
    if base is not None and summary.mean is not None and base.summary.mean is not None:
        change = summary.mean - base.summary.mean
    return Cell(
        text=shown(summary.mean, metric, is_rate=is_rate),
        note=" · ".join(part for part in (interval, n_note) if part),
        delta=delta(change, metric, is_rate=is_rate),
        title=_explained(interval, figures),
    )


def rates_of(figures: Sequence[Figures]) -> frozenset[str]:
    """Return the keys of metrics that are 0 or 1 in every experiment."""
    seen = [(key, one) for found in figures for key, one in found.by_key.items()]
    mixed = {key for key, one in seen if one.summary.n and not one.is_rate}
    return frozenset(key for key, one in seen if one.is_rate) - mixed


def _explained(interval: str, figures: MetricFigures) -> str:
    summary = figures.summary
    parts = [f"mean of {count(summary.n)} runs"]
    if summary.missing:
        parts.append(f"{count(summary.missing)} have no score")
    if interval:
        parts.append(f"95 % interval {interval}")
    return ", ".join(parts)


def _label_cell(figures: MetricFigures) -> Cell:
    if not figures.labels:
        return Cell(MISSING)
    label, number = figures.labels[0]
    total = figures.summary.n
    others = ", ".join(f"{name} {count(n)}" for name, n in figures.labels[:8])
    return Cell(f"{percent(number / total, 0)} {label}", title=others)


def _known(experiments: Sequence[Experiment], address: PageAddress) -> _Known:
    figures = figures_of(experiments)
    wanted = address.number("base")
    oldest = min(experiments, key=lambda one: (one.created_at, one.pk))
    base = next((one for one in experiments if one.pk == wanted), oldest)
    metrics: dict[str, Metric] = {}
    for found in figures.values():
        for metric in found.metrics:
            if not metric.unit:
                metrics.setdefault(metric.key, metric)
    in_order = sorted(metrics.values(), key=lambda metric: metric.is_label)
    return _Known(figures, base, in_order, rates_of(list(figures.values())))


def _columns(known: _Known, address: PageAddress, sort: str) -> list[Column]:
    first = address.sort_link("runs", chosen=sort, first="descending")
    found = [Column("runs", "Runs", first)]
    for metric in known.metrics:
        link = address.sort_link(metric.key, chosen=sort, first="descending")
        found.append(Column(metric.key, metric.label, link, metric.goal))
    units = {m.unit for one in known.figures.values() for m in one.metrics}
    for key, label in _USUAL:
        if key in _UNITS and _UNITS[key] not in units:
            continue
        order: SortOrder = "ascending" if key in _LOW_IS_GOOD else "descending"
        link = address.sort_link(key, chosen=sort, first=order)
        found.append(Column(key, label, link, title=_TITLES.get(key, "")))
    return found


_TITLES = {
    "latency": "Median latency of a run",
    "tokens": "Mean tokens of a run",
    "cost": "Cost of all runs together",
}


def _row(
    experiment: Experiment,
    known: _Known,
    columns: Sequence[Column],
    *,
    hue: int,
    address: PageAddress,
) -> ExperimentRow:
    is_baseline = experiment.pk == known.base.pk
    return ExperimentRow(
        number=experiment.pk,
        name=experiment.name,
        url=experiment_url(experiment),
        hue=hue,
        is_baseline=is_baseline,
        base_url="" if is_baseline else address.url(base=experiment.pk),
        unmatched=experiment.unmatched_count,
        cells=[_cell(experiment, known, column.key) for column in columns],
    )


def experiment_url(experiment: Experiment) -> str:
    return reverse(
        "experiment", kwargs={"slug": experiment.space.slug, "number": experiment.pk}
    )


def _cell(experiment: Experiment, known: _Known, key: str) -> Cell:
    own = known.figures[experiment.pk]
    if key == "runs":
        return Cell(count(own.length))
    if key == "errors":
        return error_cell(experiment, own.length)
    if key == "created":
        return age_cell(experiment.created_at)
    if key in _UNITS:
        return unit_cell(own, _UNITS[key])
    figures = own.by_key.get(key)
    metric = next(one for one in known.metrics if one.key == key)
    if figures is None:
        return Cell(MISSING, title="This experiment has no such score.")
    is_base = experiment.pk == known.base.pk
    base = None if is_base else known.figures[known.base.pk].by_key.get(key)
    return metric_cell(metric, figures, is_rate=key in known.rates, base=base)


def error_cell(experiment: Experiment, length: int) -> Cell:
    """Return how many runs failed, and which share of all that is."""
    errors = experiment.error_count
    note = percent(errors / length) if errors and length else ""
    return Cell(count(errors), note=note, is_bad=bool(errors))


def age_cell(moment: datetime) -> Cell:
    return Cell(ago(moment), title=moment.strftime("%Y-%m-%d %H:%M UTC"))


def unit_cell(figures: Figures, unit: str) -> Cell:
    """Return the median latency, the mean tokens or the whole cost."""
    value = unit_value(figures, unit)
    metric = next((one for one in figures.metrics if one.unit == unit), None)
    return Cell(MISSING) if metric is None else Cell(shown(value, metric))


def unit_value(figures: Figures, unit: str) -> float | None:
    found = figures.of_unit(unit)
    if found is None:
        return None
    summary = found.summary
    return {"ms": summary.p50, "tokens": summary.mean, "usd": summary.total}[unit]


def _hues(experiments: Sequence[Experiment]) -> dict[int, int]:
    """Number the colours by age, as `queries.overview.ordinals_of` does."""
    by_age = sorted(experiments, key=lambda one: (one.created_at, one.pk))
    return {one.pk: place % HUES for place, one in enumerate(by_age)}


def _sorted(
    experiments: Sequence[Experiment], known: _Known, sort: str
) -> list[Experiment]:
    """Sort by any column; what has no value comes last either way."""
    key, descending = sort.removeprefix("-"), sort.startswith("-")
    if key == "name":
        return sorted(
            experiments, key=lambda one: one.name.casefold(), reverse=descending
        )
    values = {one.pk: _rank(one, known, key) for one in experiments}
    sign = -1 if descending else 1

    def order(experiment: Experiment) -> tuple[bool, float]:
        value = values[experiment.pk]
        return value is None, sign * (value or 0.0)

    return sorted(experiments, key=order)


def _rank(experiment: Experiment, known: _Known, key: str) -> float | None:
    own = known.figures[experiment.pk]
    plain = {
        "created": experiment.created_at.timestamp(),
        "runs": float(own.length),
        "errors": float(experiment.error_count),
    }
    if key in plain:
        return plain[key]
    if key in _UNITS:
        return unit_value(own, _UNITS[key])
    figures = own.by_key.get(key)
    if figures is None or not figures.labels:
        return figures.summary.mean if figures else None
    return figures.labels[0][1] / figures.summary.n
