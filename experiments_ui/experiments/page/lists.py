"""Home, the list of datasets, and the list of a space's experiments."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from experiments_ui.datasets.models import Dataset
from experiments_ui.experiments.metrics import Metric
from experiments_ui.experiments.models import Experiment
from experiments_ui.experiments.page.cells import (
    HUES,
    Cell,
    error_cell,
    experiment_url,
    metric_cell,
    rates_of,
    unit_cell,
)
from experiments_ui.experiments.queries.figures import Figures, figures_of
from experiments_ui.experiments.queries.overview import (
    datasets_with_counts,
    experiments_in,
    experiments_of_all,
    ordinals_of,
)
from experiments_ui.spaces.models import Space
from experiments_ui.web.links import PageAddress, Pager, SortLink

_PAGE_SIZE = 50
_RECENT_DATASETS, _RECENT_EXPERIMENTS = 6, 8
_DATASET_ORDER = {
    "name": "name",
    "rows": "row_count",
    "experiments": "experiment_count",
    "updated": "updated_at",
}
_EXPERIMENT_ORDER = {
    "name": "name",
    "dataset": "dataset__name",
    "runs": "frame__length",
    "errors": "error_count",
    "created": "created_at",
}
_FIRST_UP = frozenset({"name", "dataset"})


@dataclass(frozen=True, slots=True)
class Score:
    """One number that stands for an experiment, with the name of its metric."""

    label: str
    goal: str
    cell: Cell


@dataclass(frozen=True, slots=True)
class DatasetRow:
    number: int
    name: str
    url: str
    rows: int
    experiments: int
    best: Score | None
    best_name: str
    newest: Experiment | None
    newest_url: str
    updated_at: datetime
    is_sample: bool


@dataclass(frozen=True, slots=True)
class ExperimentLine:
    number: int
    name: str
    url: str
    hue: int
    dataset: str
    dataset_url: str
    score: Score | None
    runs: int
    errors: Cell
    latency: Cell
    cost: Cell
    by: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class DatasetList:
    rows: list[DatasetRow]
    sorts: dict[str, SortLink]
    pager: Pager
    search: str


@dataclass(frozen=True, slots=True)
class ExperimentList:
    rows: list[ExperimentLine]
    sorts: dict[str, SortLink]
    pager: Pager
    search: str


@dataclass(frozen=True, slots=True)
class Home:
    datasets: list[DatasetRow]
    experiments: list[ExperimentLine]

    @property
    def is_empty(self) -> bool:
        return not self.datasets and not self.experiments


def home(space: Space) -> Home:
    """Return what was touched last in a space."""
    recent = datasets_with_counts(space).order_by("-updated_at", "-pk")
    newest = experiments_in(space).order_by("-created_at", "-pk")
    return Home(
        datasets=_dataset_rows(list(recent[:_RECENT_DATASETS])),
        experiments=_experiment_lines(list(newest[:_RECENT_EXPERIMENTS])),
    )


def dataset_list(space: Space, address: PageAddress) -> DatasetList:
    """Return a page of a space's datasets; as many queries for one as for fifty."""
    found = datasets_with_counts(space)
    search = address.text("q")
    if search:
        found = found.filter(name__icontains=search)
    order, sorts = _order(address, _DATASET_ORDER, usual="-updated")
    pager = address.pager(found.count(), size=_PAGE_SIZE)
    rows = list(found.order_by(order, "-pk")[pager.start : pager.stop])
    return DatasetList(_dataset_rows(rows), sorts, pager, search)


def experiment_list(space: Space, address: PageAddress) -> ExperimentList:
    """Return a page of all experiments of a space."""
    found = experiments_in(space)
    search = address.text("q")
    if search:
        found = found.filter(name__icontains=search)
    order, sorts = _order(address, _EXPERIMENT_ORDER, usual="-created")
    pager = address.pager(found.count(), size=_PAGE_SIZE)
    rows = list(found.order_by(order, "-pk")[pager.start : pager.stop])
    return ExperimentList(_experiment_lines(rows), sorts, pager, search)


def dataset_url(dataset: Dataset, *, tab: str = "") -> str:
    url = reverse("dataset", kwargs={"slug": dataset.space.slug, "number": dataset.pk})
    return f"{url}?tab={tab}" if tab else url


def _order(
    address: PageAddress, fields: Mapping[str, str], *, usual: str
) -> tuple[str, dict[str, SortLink]]:
    """Return the field to order by, and the heads of all that can be sorted by."""
    chosen = address.text("sort")
    if chosen.removeprefix("-") not in fields:
        chosen = usual
    sorts = {
        key: address.sort_link(
            key, chosen=chosen, first="ascending" if key in _FIRST_UP else "descending"
        )
        for key in fields
    }
    sign = "-" if chosen.startswith("-") else ""
    return sign + fields[chosen.removeprefix("-")], sorts


def _dataset_rows(found: Sequence[Dataset]) -> list[DatasetRow]:
    by_dataset: dict[int, list[Experiment]] = {}
    for one in experiments_of_all(found):
        by_dataset.setdefault(one.dataset_id or 0, []).append(one)
    figures = figures_of([one for group in by_dataset.values() for one in group])
    rows = []
    for dataset in found:
        group = by_dataset.get(dataset.pk, [])
        best = _best(group, figures)
        newest = group[0] if group else None
        rows.append(
            DatasetRow(
                number=dataset.pk,
                name=dataset.name,
                url=dataset_url(dataset, tab="experiments" if group else ""),
                rows=dataset.row_count or 0,  # type: ignore[attr-defined]  # annotated
                experiments=len(group),
                best=_score(figures[best.pk]) if best else None,
                best_name=best.name if best else "",
                newest=newest,
                newest_url=experiment_url(newest) if newest else "",
                updated_at=dataset.updated_at,
                is_sample=dataset.is_sample,
            )
        )
    return rows


def _best(
    group: Sequence[Experiment], figures: Mapping[int, Figures]
) -> Experiment | None:
    """Return the best by the main score of the newest experiment that has one.

    None is best where the dataset calls neither direction of that score better.
    """
    metric = next((m for one in group if (m := figures[one.pk].main)), None)
    is_directed = metric is not None and metric.goal != "none"
    scored = _means(group, figures, metric) if metric and is_directed else []
    if not scored:
        return None
    return max(scored, key=lambda pair: pair[0])[1]


def _means(
    group: Sequence[Experiment], figures: Mapping[int, Figures], metric: Metric
) -> list[tuple[float, Experiment]]:
    sign = -1 if metric.goal == "minimize" else 1
    return [
        (sign * found.summary.mean, one)
        for one in group
        if (found := figures[one.pk].by_key.get(metric.key))
        and found.summary.mean is not None
        and figures[one.pk].main == metric
    ]


def _score(figures: Figures) -> Score | None:
    metric = figures.main
    if metric is None:
        return None
    is_rate = metric.key in rates_of([figures])
    cell = metric_cell(metric, figures.by_key[metric.key], is_rate=is_rate)
    return Score(metric.label, metric.goal, cell)


def _experiment_lines(found: Sequence[Experiment]) -> list[ExperimentLine]:
    figures = figures_of(found)
    ordinals = ordinals_of({one.dataset_id for one in found if one.dataset_id})
    return [
        ExperimentLine(
            number=one.pk,
            name=one.name,
            url=experiment_url(one),
            hue=ordinals.get(one.pk, 0) % HUES,
            dataset=one.dataset.name if one.dataset else "",
            dataset_url=dataset_url(one.dataset, tab="experiments")
            if one.dataset
            else "",
            score=_score(figures[one.pk]),
            runs=figures[one.pk].length,
            errors=error_cell(one, figures[one.pk].length),
            latency=unit_cell(figures[one.pk], "ms"),
            cost=unit_cell(figures[one.pk], "usd"),
            by=one.created_by.display_name if one.created_by else "",
            created_at=one.created_at,
        )
        for one in found
    ]
