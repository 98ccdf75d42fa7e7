"""What a dataset has settled for all its comparisons: baseline, and metrics' goals."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from typing import cast

from experiments_ui.datasets.models import Dataset
from experiments_ui.experiments.metrics import Goal, Metric
from experiments_ui.experiments.models import Baseline, Experiment, MetricSetting

Settings = dict[str, MetricSetting]


def baseline_of(dataset: Dataset) -> int | None:
    """Return the number of the dataset's baseline, if one is set; one query.

    One that is deleted, though not yet gone, is none.
    """
    return (
        Baseline.objects.filter(dataset=dataset, experiment__is_removed=False)
        .values_list("experiment_id", flat=True)
        .first()
    )


def baseline_among(
    experiments: Sequence[Experiment], *, stored: int | None, wanted: int | None = None
) -> Experiment:
    """Return the baseline: the one wanted for now, else the stored, else the oldest."""
    by_number = {one.pk: one for one in experiments}
    for number in (wanted, stored):
        if number in by_number:
            return by_number[number]
    return min(experiments, key=lambda one: (one.created_at, one.pk))


def metric_settings(dataset: Dataset) -> Settings:
    """Return how a dataset reads its metrics, by their keys; one query."""
    return settings_of([dataset.pk])[dataset.pk]


def settings_of(dataset_ids: Collection[int | None]) -> dict[int | None, Settings]:
    """Return how each dataset reads its metrics; one query. None is no dataset's."""
    found: dict[int | None, Settings] = {number: {} for number in dataset_ids}
    numbers = [number for number in found if number is not None]
    for one in MetricSetting.objects.filter(dataset_id__in=numbers):
        found[one.dataset_id][one.metric] = one
    return found


def as_set(metrics: Iterable[Metric], settings: Settings) -> list[Metric]:
    """Return metrics with the direction and epsilon that their dataset gives them."""
    return [_as_set(one, settings.get(one.key)) for one in metrics]


def as_set_for(experiment: Experiment, metrics: Iterable[Metric]) -> list[Metric]:
    """Return an experiment's metrics as its dataset reads them; one query."""
    number = experiment.dataset_id
    return as_set(metrics, settings_of([number])[number])


def _as_set(metric: Metric, setting: MetricSetting | None) -> Metric:
    if setting is None or metric.is_label:
        return metric
    return replace(metric, goal=cast("Goal", setting.goal), epsilon=setting.epsilon)
