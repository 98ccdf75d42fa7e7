"""The columns of a table of experiments: what each is, and what its head offers."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from experiments_ui.experiments.metrics import Metric, Unit
from experiments_ui.experiments.queries.figures import Figures
from experiments_ui.web.links import Link, PageAddress, SortLink, SortOrder

RUNS, ERRORS, P50, P95, CREATED = "runs", "errors", "latency", "p95", "created"
_DELTA = "delta:"

# Columns of means beside the scores, by the names that addresses have for them.
_MEANS: tuple[tuple[str, Unit, str], ...] = (
    ("tokens", "tokens", "Mean tokens of an example"),
    ("cost", "usd", "Mean cost of an example, and of all runs together"),
)
_TITLES = {
    ERRORS: "Failed runs, and their share of all",
    P50: "Median latency of a run",
    P95: "One run in twenty takes longer",
}


@dataclass(frozen=True, slots=True)
class Sortable:
    """A column as such; with a `metric` it has means, changes and verdicts."""

    key: str
    label: str
    metric: Metric | None = None
    title: str = ""

    @property
    def first(self) -> SortOrder:
        """The way to sort first: the best on top, as far as one can tell."""
        low_is_good = self.key in (ERRORS, P50, P95) or (
            self.metric is not None and self.metric.goal == "minimize"
        )
        return "ascending" if low_is_good else "descending"


@dataclass(frozen=True, slots=True)
class Column:
    """One column's head; `title` explains it on hover, `menu` has the ways to sort.

    `can_be_set` says that its direction and epsilon are the dataset's to choose.
    """

    key: str
    label: str
    sort: SortLink
    menu: list[Link]
    hide_url: str
    goal: str = ""
    title: str = ""
    by_change: SortOrder = ""
    can_be_set: bool = False


def by_change(key: str) -> str:
    """Return what addresses call sorting by a column's changes."""
    return f"{_DELTA}{key}"


def sortables(figures: Sequence[Figures]) -> list[Sortable]:
    """Return all columns that there can be, in order: scores, labels, the usual."""
    metrics = metrics_among(figures)
    by_unit = {metric.unit: metric for metric in metrics if metric.unit}
    return [
        Sortable(RUNS, "Runs"),
        *(
            Sortable(metric.key, metric.label, metric)
            for metric in metrics
            if not metric.unit
        ),
        Sortable(ERRORS, "Errors", title=_TITLES[ERRORS]),
        *_latencies(list(by_unit)),
        *(
            Sortable(key, by_unit[unit].label, by_unit[unit], title)
            for key, unit, title in _MEANS
            if unit in by_unit
        ),
        Sortable(CREATED, "Age"),
    ]


def metrics_among(figures: Sequence[Figures]) -> list[Metric]:
    """Return the metrics of any experiment: scores, labels, and those with a unit."""
    metrics: dict[str, Metric] = {}
    for found in figures:
        for metric in found.metrics:
            metrics.setdefault(metric.key, metric)
    return sorted(metrics.values(), key=lambda one: (one.unit != "", one.is_label))


def _latencies(units: Collection[Unit]) -> list[Sortable]:
    if "ms" not in units:
        return []
    return [Sortable(key, key_label, title=_TITLES[key]) for key, key_label in _P]


_P = ((P50, "p50"), (P95, "p95"))


def columns_of(
    visible: Sequence[Sortable], address: PageAddress, sort: str
) -> list[Column]:
    """Return the heads of columns under one sorting."""
    return [_column(one, address, sort) for one in visible]


def _column(one: Sortable, address: PageAddress, sort: str) -> Column:
    return Column(
        key=one.key,
        label=one.label,
        sort=address.sort_link(one.key, chosen=sort, first=one.first),
        menu=[
            Link(address.url(sort=key), label, current=key == sort)
            for key, label in _ways(one)
        ],
        hide_url=address.toggled("hide", one.key),
        goal=one.metric.goal if one.metric else "",
        title=one.title,
        by_change=_order(by_change(one.key), sort),
        can_be_set=one.metric is not None and not one.metric.is_label,
    )


def _order(key: str, sort: str) -> SortOrder:
    orders: Mapping[str, SortOrder] = {key: "ascending", f"-{key}": "descending"}
    return orders.get(sort, "")


def _ways(one: Sortable) -> list[tuple[str, str]]:
    """Return the ways to sort by a column, with their words."""
    if one.key == CREATED:
        return [(f"-{CREATED}", "Newest first"), (CREATED, "Oldest first")]
    ways = [(f"-{one.key}", "Highest first"), (one.key, "Lowest first")]
    if one.metric is None:
        return ways
    change = by_change(one.key)
    if one.metric.is_label:
        return [*ways, (f"-{change}", "Most changed first")]
    rise, fall = {
        "maximize": ("Most improved first", "Most worsened first"),
        "minimize": ("Most worsened first", "Most improved first"),
        "none": ("Largest rise first", "Largest fall first"),
    }[one.metric.goal]
    return [*ways, (f"-{change}", rise), (change, fall)]
