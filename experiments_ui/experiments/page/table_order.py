"""The order of experiments in their table: by any value, or by any change."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from experiments_ui.experiments.models import Experiment
from experiments_ui.experiments.page.cells import unit_value
from experiments_ui.experiments.page.judged import JudgedBy
from experiments_ui.experiments.page.table_columns import (
    CREATED,
    ERRORS,
    P50,
    P95,
    RUNS,
    Sortable,
    by_change,
)
from experiments_ui.experiments.queries.figures import Figures


@dataclass(frozen=True, slots=True)
class Known:
    """All that cells are made of; `figures` are by number, the newest first."""

    figures: Mapping[int, Figures]
    base: Experiment
    rates: frozenset[str]
    judged: JudgedBy


def ordered(
    experiments: Sequence[Experiment],
    known: Known,
    columns: Sequence[Sortable],
    sort: str,
) -> list[Experiment]:
    """Sort experiments; what has no value comes last either way, ties stay in order.

    The baseline has changed by nothing. A column that is not there sorts nothing.
    """
    key, descending = sort.removeprefix("-"), sort.startswith("-")
    if key == "name":
        return sorted(
            experiments, key=lambda one: one.name.casefold(), reverse=descending
        )
    sign = -1 if descending else 1
    values = {one.pk: _value(one, known, columns, key) for one in experiments}

    def order(experiment: Experiment) -> tuple[bool, float]:
        value = values[experiment.pk]
        return value is None, sign * (value or 0.0)

    return sorted(experiments, key=order)


def _value(
    experiment: Experiment, known: Known, columns: Sequence[Sortable], key: str
) -> float | None:
    for column in columns:
        if column.metric is not None and key == by_change(column.key):
            return _change(experiment, known, column.metric.key)
        if key == column.key and column.metric is not None:
            return _mean(known.figures[experiment.pk], column.metric.key)
    return _usual(experiment, known.figures[experiment.pk], key)


def _change(experiment: Experiment, known: Known, metric: str) -> float | None:
    if experiment.pk == known.base.pk:
        return 0.0
    judged = known.judged.get((experiment.pk, metric))
    return judged.change if judged else None


def _mean(figures: Figures, metric: str) -> float | None:
    """Return the mean; of labels, the share of the most frequent one."""
    found = figures.by_key.get(metric)
    if found is None or not found.labels:
        return found.summary.mean if found else None
    return found.labels[0][1] / found.summary.n


def _usual(experiment: Experiment, figures: Figures, key: str) -> float | None:
    if key == CREATED:
        return experiment.created_at.timestamp()
    if key == RUNS:
        return float(figures.length)
    if key == ERRORS:
        return experiment.error_count / figures.length if figures.length else None
    if key in (P50, P95):
        return unit_value(figures, "ms", quantile="p95" if key == P95 else "p50")
    return None
