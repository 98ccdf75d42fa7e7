"""Setting a dataset's baseline, and how its metrics are read."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from experiments_ui.accounts.models import User
from experiments_ui.datasets.models import Dataset
from experiments_ui.errors import Invalid, NotFound
from experiments_ui.experiments.models import (
    Baseline,
    Experiment,
    Goal,
    MetricSetting,
)


@dataclass(frozen=True, slots=True)
class Reading:
    """How a metric is to be read: its goal, and the change that counts as none."""

    goal: str
    epsilon: float = 0.0


@transaction.atomic
def set_baseline(experiment: Experiment, *, by: User | None, now: datetime) -> None:
    """Make an experiment the one that others of its dataset are compared with.

    Of two people who do so at once the later one decides.

    Raises:
        Invalid: It belongs to no dataset.
        NotFound: It is deleted meanwhile.
    """
    if experiment.dataset is None:
        raise Invalid("An experiment without a dataset cannot be a baseline.")
    # With its row locked it cannot be deleted before the baseline stands.
    kept = Experiment.objects.present().select_for_update(of=("self",))
    if not kept.filter(pk=experiment.pk).exists():
        raise NotFound("This experiment is not there any more.")
    Baseline.objects.update_or_create(
        dataset=experiment.dataset,
        defaults={"experiment": experiment, "set_by": by, "set_at": now},
    )


def clear_baseline(dataset: Dataset) -> None:
    """Let the oldest experiment be the baseline again."""
    Baseline.objects.filter(dataset=dataset).delete()


def set_metric(dataset: Dataset, metric: str, *, goal: str, epsilon: float) -> None:
    """Say which way a metric is better, and which change of it counts as none.

    Raises:
        Invalid: The goal is none of the three, or epsilon no size.
    """
    if goal not in Goal.values:
        allowed = ", ".join(Goal.values)
        raise Invalid(f"The direction is one of {allowed}.", {"goal": "choice"})
    if not math.isfinite(epsilon) or epsilon < 0:
        raise Invalid("Epsilon is a number, 0 or more.", {"epsilon": "number"})
    MetricSetting.objects.update_or_create(
        dataset=dataset, metric=metric, defaults={"goal": goal, "epsilon": epsilon}
    )


@transaction.atomic
def set_metrics(dataset: Dataset, readings: Mapping[str, Reading]) -> None:
    """Say of several metrics, by their keys, how they are read; all or none.

    Raises:
        Invalid: One of them cannot be read so.
    """
    # In one order, so that two who do this at once wait rather than block each other.
    for metric, reading in sorted(readings.items(), key=lambda pair: pair[0]):
        set_metric(dataset, metric, goal=reading.goal, epsilon=reading.epsilon)
