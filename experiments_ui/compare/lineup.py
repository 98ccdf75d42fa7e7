"""Experiments of a selection, found, lined up and judged."""

from collections.abc import Sequence
from dataclasses import dataclass

from experiments_ui.analysis.filters import InvalidFilter
from experiments_ui.compare.filters.scope import scope_of
from experiments_ui.compare.grid.reviewing import Reviewed, reviewed
from experiments_ui.compare.judging import Judged, judge
from experiments_ui.compare.selection import Selection
from experiments_ui.datasets.models import Dataset
from experiments_ui.datasets.queries import columns_of
from experiments_ui.datasets.roles import Roles, guess
from experiments_ui.errors import Invalid
from experiments_ui.experiments import queries
from experiments_ui.experiments.metrics import Metric
from experiments_ui.experiments.models import Experiment
from experiments_ui.experiments.queries.contrasts import Scope
from experiments_ui.experiments.queries.sides import Side, metrics_of, sides
from experiments_ui.experiments.queries.standing import as_set, metric_settings
from experiments_ui.spaces.models import Role
from experiments_ui.spaces.principals import Principal

# The label column beside a score says what the score means.
SCORE, LABEL = ".score", ".label"


@dataclass(frozen=True, slots=True)
class Comparison:
    """Experiments lined up under one selection: what all places of it share.

    `scope` is what the selection counts; with a filter that cannot be read, it is
    every example, and `filter_error` tells why.
    """

    selection: Selection
    dataset: Dataset
    sides: list[Side]
    metrics: list[Metric]
    metric: Metric | None
    judged: Judged
    reviewed: Reviewed
    scope: Scope
    roles: Roles
    filter_error: InvalidFilter | None = None

    @property
    def visible(self) -> list[Metric]:
        """The metrics shown; the chosen one always is."""
        return [one for one in self.metrics if self.is_visible(one)]

    def is_visible(self, metric: Metric) -> bool:
        """Tell whether a metric shows: scores and latency do unless toggled."""
        usually = metric.unit in ("", "ms")
        return metric == self.metric or usually != (
            metric.key in self.selection.toggled
        )


def compare(principal: Principal, selection: Selection) -> Comparison:
    """Line up the experiments of a selection.

    A filter that cannot be read leaves all rows, and `filter_error` says why.

    Raises:
        NotFound: One of them is not there.
        Invalid: They belong to different datasets, or to none.
    """
    experiments = queries.several(principal, selection.experiments, role=Role.READ_ONLY)
    dataset = _common_dataset(experiments)
    metrics = as_set(metrics_of(experiments), metric_settings(dataset))
    metric = _chosen(metrics, selection.metric)
    lined_up = sides(experiments, _columns(metrics))
    known = reviewed(dataset, lined_up)
    error = None
    try:
        scope = scope_of(selection, lined_up, known)
    except InvalidFilter as refused:
        error, scope = refused, scope_of(selection.but(where=""), lined_up, known)
    return Comparison(
        selection=selection,
        dataset=dataset,
        sides=lined_up,
        metrics=metrics,
        metric=metric,
        judged=judge(lined_up, metric),
        reviewed=known,
        scope=scope,
        roles=guess(columns_of(dataset)),
        filter_error=error,
    )


def _columns(metrics: Sequence[Metric]) -> list[str]:
    """Return the columns that the grid needs: the metrics', and their labels."""
    names = [metric.column for metric in metrics]
    twins = [name.removesuffix(SCORE) + LABEL for name in names if name.endswith(SCORE)]
    return list(dict.fromkeys([*names, *twins]))


def _chosen(metrics: Sequence[Metric], key: str) -> Metric | None:
    if not key:
        return metrics[0] if metrics else None
    found = next((metric for metric in metrics if metric.key == key), None)
    if found is None:
        raise Invalid(f"None of these experiments has the score '{key[:80]}'.")
    return found


def _common_dataset(experiments: Sequence[Experiment]) -> Dataset:
    datasets = {one.dataset_id for one in experiments}
    dataset = experiments[0].dataset
    if dataset is None or len(datasets) > 1:
        raise Invalid("Only experiments of one dataset can be compared.")
    return dataset
