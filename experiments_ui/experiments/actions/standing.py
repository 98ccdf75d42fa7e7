"""Setting a dataset's baseline, and how its metrics are read."""

import math
from datetime import datetime

from experiments_ui.accounts.models import User
from experiments_ui.datasets.models import Dataset
from experiments_ui.errors import Invalid
from experiments_ui.experiments.models import (
    Baseline,
    Experiment,
    Goal,
    MetricSetting,
)


def set_baseline(experiment: Experiment, *, by: User | None, now: datetime) -> None:
    """Make an experiment the one that others of its dataset are compared with.

    Raises:
        Invalid: It belongs to no dataset.
    """
    if experiment.dataset is None:
        raise Invalid("An experiment without a dataset cannot be a baseline.")
    Baseline.objects.update_or_create(
        dataset=experiment.dataset,
        defaults={"experiment": experiment, "set_by": by, "set_at": now},
    )


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
