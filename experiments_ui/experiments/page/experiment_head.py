"""The numbers at the top of an experiment's page."""

from dataclasses import dataclass

from django.urls import reverse

from experiments_ui.datasets.models import Dataset
from experiments_ui.experiments import queries
from experiments_ui.experiments.models import Experiment
from experiments_ui.experiments.page.cells import (
    HUES,
    Cell,
    metric_cell,
    rates_of,
)
from experiments_ui.experiments.page.lists import dataset_url
from experiments_ui.experiments.queries.figures import Figures, figures_of
from experiments_ui.experiments.queries.standing import baseline_of
from experiments_ui.web.links import Link, PageAddress
from experiments_ui.web.templatetags.shown import count, milliseconds, number, usd

_MOST_OTHERS = 20


@dataclass(frozen=True, slots=True)
class Stat:
    label: str
    value: str
    note: str = ""
    goal: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class ExperimentHead:
    """Figures, and the experiments of the same dataset to compare with."""

    hue: int
    stats: list[Stat]
    unmatched: str
    dataset_url: str
    others: list[Link]


def experiment_head(experiment: Experiment, address: PageAddress) -> ExperimentHead:
    figures = figures_of([experiment])[experiment.pk]
    siblings = (
        list(queries.experiments_of(experiment.dataset)) if experiment.dataset else []
    )
    baseline = baseline_of(experiment.dataset) if experiment.dataset else None
    by_age = sorted(siblings, key=lambda one: (one.created_at, one.pk))
    places = {one.pk: place for place, one in enumerate(by_age)}
    unmatched = experiment.unmatched_count if experiment.dataset_id else 0
    return ExperimentHead(
        hue=places.get(experiment.pk, 0) % HUES,
        stats=[
            *_counts(experiment, figures, address),
            *_scores(figures),
            *_units(figures),
        ],
        unmatched=count(unmatched) if unmatched else "",
        dataset_url=_dataset_url(experiment.dataset),
        others=[
            Link(_compare_url(experiment, one, baseline=baseline), one.name)
            for one in siblings
            if one.pk != experiment.pk
        ][:_MOST_OTHERS],
    )


def _dataset_url(dataset: Dataset | None) -> str:
    return dataset_url(dataset, tab="experiments") if dataset else ""


def _compare_url(
    experiment: Experiment, other: Experiment, *, baseline: int | None
) -> str:
    """Return the comparison of two experiments, the baseline or the older one first."""
    first, second = sorted(
        (experiment, other), key=lambda one: (one.pk != baseline, one.created_at)
    )
    url = reverse("compare", kwargs={"slug": experiment.space.slug})
    return f"{url}?base={first.pk}&with={second.pk}"


def _counts(
    experiment: Experiment, figures: Figures, address: PageAddress
) -> list[Stat]:
    share = experiment.error_count / figures.length if figures.length else 0
    note = f"{number(share * 100, 1)}% of runs" if experiment.error_count else ""
    url = address.url(only="errors", error=None) if experiment.error_count else ""
    return [
        Stat("Runs", count(figures.length)),
        Stat("Errors", count(experiment.error_count), note, url=url),
    ]


def _scores(figures: Figures) -> list[Stat]:
    rates = rates_of([figures])
    stats = []
    for metric in figures.metrics:
        if metric.unit:
            continue
        found = figures.by_key[metric.key]
        cell: Cell = metric_cell(metric, found, is_rate=metric.key in rates)
        stats.append(
            Stat(metric.label, cell.text, _note(cell, found.summary.n), metric.goal)
        )
    return stats


def _note(cell: Cell, n: int) -> str:
    """Return the interval, and how many runs have the score."""
    parts = [part for part in cell.note.split(" · ") if part[:2] not in ("", "n ")]
    return " · ".join([*parts, f"n {count(n)}"])


def _units(figures: Figures) -> list[Stat]:
    stats = []
    if latency := figures.of_unit("ms"):
        note = f"p95 {milliseconds(latency.runs.p95)}"
        stats.append(Stat("Latency p50", milliseconds(latency.runs.p50), note))
    if tokens := figures.of_unit("tokens"):
        note = f"{number(tokens.runs.mean, 0)} a run"
        stats.append(Stat("Tokens", number(tokens.runs.total, 0), note))
    if cost := figures.of_unit("usd"):
        stats.append(Stat("Cost", usd(cost.runs.total), f"{usd(cost.runs.mean)} a run"))
    return stats
