"""Numbers of experiments as cells: a mean and its limits, a change and its verdict."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from experiments_ui.analysis.proportions import wilson
from experiments_ui.experiments.metrics import Metric
from experiments_ui.experiments.models import Experiment
from experiments_ui.experiments.queries.figures import Figures, MetricFigures
from experiments_ui.experiments.shown import Delta, shown, span
from experiments_ui.experiments.verdicts import Verdict
from experiments_ui.web.templatetags.shown import MISSING, ago, count, percent

HUES = 10
_MOST_LABELS = 8


@dataclass(frozen=True, slots=True)
class Change:
    """A change against the baseline: its size if it has one, limits and verdict."""

    delta: Delta | None
    tone: str
    word: str
    interval: str
    title: str


@dataclass(frozen=True, slots=True)
class Cell:
    """A number, what is to be known of it, and how it changed."""

    text: str
    note: str = ""
    title: str = ""
    is_bad: bool = False
    change: Change | None = None


def metric_cell(
    metric: Metric,
    figures: MetricFigures,
    *,
    is_rate: bool,
    judged: Verdict | None = None,
) -> Cell:
    """Return a metric's mean with its interval, what is missing, and its change."""
    change = None if judged is None else _change(judged, is_rate=is_rate)
    if metric.is_label:
        return _label_cell(figures, change)
    summary = figures.summary
    bounds = figures.interval
    interval = span(bounds.low, bounds.high, metric, is_rate=is_rate) if bounds else ""
    n_note = f"n {count(summary.n)}" if summary.missing else ""
    total = _total(metric, figures)
    return Cell(
        text=shown(summary.mean, metric, is_rate=is_rate),
        note=" · ".join(part for part in (interval, n_note, total) if part),
        title=_explained(metric, interval, figures),
        change=change,
    )


def rates_of(figures: Sequence[Figures]) -> frozenset[str]:
    """Return the keys of metrics that are 0 or 1 in every experiment."""
    seen = [(key, one) for found in figures for key, one in found.by_key.items()]
    mixed = {key for key, one in seen if one.summary.n and not one.is_rate}
    return frozenset(key for key, one in seen if one.is_rate) - mixed


def _change(judged: Verdict, *, is_rate: bool) -> Change | None:
    if not judged.contrast.n:
        return None
    return Change(
        delta=judged.delta,
        tone=judged.tone,
        word=judged.finding.verdict,
        # Beside a mean such as 0.70, a change in points has to say so.
        interval=judged.interval.removesuffix(" points" if is_rate else ""),
        title=f"{judged.words}, {judged.counted}: {judged.explained}",
    )


def _total(metric: Metric, figures: MetricFigures) -> str:
    """Return what all runs cost together, beside the cost of one."""
    if metric.unit != "usd" or figures.runs.total is None:
        return ""
    return f"total {shown(figures.runs.total, metric)}"


def _explained(metric: Metric, interval: str, figures: MetricFigures) -> str:
    summary = figures.summary
    what = "runs" if figures.per_run else "examples"
    thing = "value" if metric.unit else "score"
    parts = [f"mean of {count(summary.n)} {what}"]
    if summary.missing:
        parts.append(f"{count(summary.missing)} have no {thing}")
    if interval:
        parts.append(f"95 % interval {interval}")
    return ", ".join(parts)


def _label_cell(figures: MetricFigures, change: Change | None) -> Cell:
    if not figures.labels:
        return Cell(MISSING, title="None of the runs has a label.")
    label, number = figures.labels[0]
    summary = figures.summary
    told = [f"{name} {count(n)}" for name, n in figures.labels[:_MOST_LABELS]]
    if summary.missing:
        told.append(f"{count(summary.missing)} have none")
    return Cell(
        f"{percent(number / summary.n, 0)} {label}",
        note=f"n {count(summary.n)}",
        title=", ".join(told),
        change=change,
    )


def experiment_url(experiment: Experiment) -> str:
    return reverse(
        "experiment", kwargs={"slug": experiment.space.slug, "number": experiment.pk}
    )


def error_cell(experiment: Experiment, length: int) -> Cell:
    """Return how many runs failed, and which share of all that is."""
    errors = experiment.error_count
    note = percent(errors / length) if errors and length else ""
    title = ""
    if length:
        bounds = wilson(errors, length)
        ends = f"{percent(bounds.low)} – {percent(bounds.high)}"
        title = f"{count(errors)} of {count(length)} runs, 95 % interval {ends}"
    return Cell(count(errors), note=note, title=title, is_bad=bool(errors))


def age_cell(moment: datetime) -> Cell:
    return Cell(ago(moment), title=moment.strftime("%Y-%m-%d %H:%M UTC"))


def unit_cell(figures: Figures, unit: str, *, quantile: str = "p50") -> Cell:
    """Return a quantile of the latency, the mean tokens, or the whole cost."""
    value = unit_value(figures, unit, quantile=quantile)
    metric = next((one for one in figures.metrics if one.unit == unit), None)
    if metric is None or value is None:
        return Cell(MISSING)
    runs = figures.by_key[metric.key].runs
    lacking = f", {count(runs.missing)} have no value" if runs.missing else ""
    note = f"n {count(runs.n)}" if runs.missing else ""
    title = f"of {count(runs.n)} runs{lacking}"
    return Cell(shown(value, metric), note=note, title=title)


def unit_value(figures: Figures, unit: str, *, quantile: str = "p50") -> float | None:
    found = figures.of_unit(unit)
    if found is None:
        return None
    runs = found.runs
    latency = runs.p95 if quantile == "p95" else runs.p50
    return {"ms": latency, "tokens": runs.mean, "usd": runs.total}[unit]
