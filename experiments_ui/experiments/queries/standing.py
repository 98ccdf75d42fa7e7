"""What a dataset has settled for all its comparisons: baseline, and metrics' goals."""

from collections.abc import Iterable
from dataclasses import replace
from typing import cast

from experiments_ui.datasets.models import Dataset
from experiments_ui.experiments.metrics import Goal, Metric
from experiments_ui.experiments.models import Baseline, MetricSetting

Settings = dict[str, MetricSetting]


def baseline_of(dataset: Dataset) -> int | None:
    """Return the number of the dataset's baseline, if one is set; one query."""
    return (
        Baseline.objects.filter(dataset=dataset, experiment__is_removed=False)
        .values_list("experiment_id", flat=True)
        .first()
    )


def metric_settings(dataset: Dataset) -> Settings:
    """Return how a dataset reads its metrics, by their keys; one query."""
    return {one.metric: one for one in MetricSetting.objects.filter(dataset=dataset)}


def as_set(metrics: Iterable[Metric], settings: Settings) -> list[Metric]:
    """Return metrics with the direction and epsilon that their dataset gives them."""
    return [_as_set(one, settings.get(one.key)) for one in metrics]


def _as_set(metric: Metric, setting: MetricSetting | None) -> Metric:
    if setting is None or metric.is_label:
        return metric
    return replace(metric, goal=cast("Goal", setting.goal), epsilon=setting.epsilon)
