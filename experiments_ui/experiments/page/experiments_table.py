"""The experiments of one dataset as a table: what it shows, and in which order."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse

from experiments_ui.datasets.models import Dataset
from experiments_ui.experiments import queries
from experiments_ui.experiments.metrics import Metric
from experiments_ui.experiments.models import Experiment
from experiments_ui.experiments.page.cells import (
    HUES,
    Cell,
    age_cell,
    error_cell,
    experiment_url,
    metric_cell,
    rates_of,
    unit_cell,
)
from experiments_ui.experiments.page.judged import judged_against
from experiments_ui.experiments.page.table_columns import (
    CREATED,
    ERRORS,
    P50,
    P95,
    RUNS,
    Column,
    Sortable,
    columns_of,
    metrics_among,
    sortables,
)
from experiments_ui.experiments.page.table_order import Known, ordered
from experiments_ui.experiments.queries.figures import figures_of
from experiments_ui.experiments.queries.standing import baseline_among, baseline_of
from experiments_ui.web.links import Link, PageAddress, Pager, SortLink
from experiments_ui.web.templatetags.shown import MISSING, count

_PAGE_SIZE = 100
_USUAL_SORT = f"-{CREATED}"


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
    """One page of experiments.

    `stored` is the number of the dataset's own baseline, if one is set; `stored_url`
    leads back to it where the address asks for another. `tests` is how many tests the
    verdicts were corrected for.
    """

    columns: list[Column]
    rows: list[ExperimentRow]
    name_sort: SortLink
    switches: list[Link]
    pager: Pager
    baseline: str
    stored: int | None
    stored_url: str
    tests: int
    here: str
    metrics: list[Metric]


def experiments_table(
    dataset: Dataset, address: PageAddress
) -> ExperimentsTable | None:
    """Return the table that an address asks for, if there is anything to show.

    At most a dozen queries, however many experiments.
    """
    experiments = list(queries.experiments_of(dataset))
    if not experiments:
        return None
    stored = baseline_of(dataset)
    hidden = set(address.query.getlist("hide"))
    figures = figures_of(experiments)
    offered = sortables(list(figures.values()))
    visible = [one for one in offered if one.key not in hidden]
    base = baseline_among(experiments, stored=stored, wanted=address.number("base"))
    known = Known(
        figures=figures,
        base=base,
        rates=rates_of(list(figures.values())),
        judged=judged_against(
            base,
            [one for one in experiments if one != base],
            [one.metric for one in visible if one.metric],
        ),
    )
    sort = address.text("sort") or _USUAL_SORT
    in_order = ordered(experiments, known, offered, sort)
    pager = address.pager(len(in_order), size=_PAGE_SIZE)
    return ExperimentsTable(
        columns=columns_of(visible, address, sort),
        rows=_rows(in_order[pager.start : pager.stop], known, visible, address),
        name_sort=address.sort_link("name", chosen=sort, first="ascending"),
        switches=[
            Link(address.toggled("hide", o.key), o.label, current=o.key not in hidden)
            for o in offered
        ],
        pager=pager,
        baseline=base.name,
        stored=stored,
        stored_url=_way_back(known, stored, address),
        tests=sum(o.contrast.p_value is not None for o in known.judged.values()),
        here=address.url(base=None),
        metrics=metrics_among(list(figures.values())),
    )


def settings_url(dataset: Dataset, *, back: str) -> str:
    """Return where the metrics of a dataset are set, and from there back."""
    place = {"slug": dataset.space.slug, "number": dataset.pk}
    return f"{reverse('metric-settings', kwargs=place)}?{urlencode({'next': back})}"


def _way_back(known: Known, stored: int | None, address: PageAddress) -> str:
    """Return the address without its own baseline, where it asks for one."""
    is_other = address.number("base") == known.base.pk != stored
    return address.url(base=None) if is_other else ""


def _rows(
    experiments: Sequence[Experiment],
    known: Known,
    columns: Sequence[Sortable],
    address: PageAddress,
) -> list[ExperimentRow]:
    hues = _hues(list(known.figures))
    return [
        ExperimentRow(
            number=one.pk,
            name=one.name,
            url=experiment_url(one),
            hue=hues[one.pk],
            is_baseline=one.pk == known.base.pk,
            base_url="" if one.pk == known.base.pk else address.url(base=one.pk),
            unmatched=one.unmatched_count,
            cells=[_cell(one, known, column) for column in columns],
        )
        for one in experiments
    ]


def _hues(newest_first: Sequence[int]) -> dict[int, int]:
    """Number the colours by age, as `queries.overview.ordinals_of` does."""
    return {number: place % HUES for place, number in enumerate(reversed(newest_first))}


def _cell(experiment: Experiment, known: Known, column: Sortable) -> Cell:
    own = known.figures[experiment.pk]
    if column.metric is None:
        return _usual_cell(experiment, known, column.key)
    metric = column.metric
    figures = own.by_key.get(metric.key)
    if figures is None:
        return Cell(MISSING, title="This experiment has no such value.")
    is_rate = metric.key in known.rates
    judged = known.judged.get((experiment.pk, metric.key))
    return metric_cell(metric, figures, is_rate=is_rate, judged=judged)


def _usual_cell(experiment: Experiment, known: Known, key: str) -> Cell:
    own = known.figures[experiment.pk]
    match key:
        case _ if key == RUNS:
            return Cell(count(own.length))
        case _ if key == ERRORS:
            return error_cell(experiment, own.length)
        case _ if key in (P50, P95):
            return unit_cell(own, "ms", quantile="p95" if key == P95 else "p50")
    return age_cell(experiment.created_at)
