"""Experiments, runs, and evaluations that are added to runs later."""

from __future__ import annotations

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from experiments_ui.arrow.kinds import KindName
from experiments_ui.columns.models import Frame
from experiments_ui.datasets.models import Dataset, DatasetVersion
from experiments_ui.spaces.models import Space
from experiments_ui.tracing.models import Project


class ExperimentQuerySet(models.QuerySet["Experiment"]):
    def present(self) -> Self:
        return self.filter(is_removed=False)


class Experiment(models.Model):
    """Runs of one task. Without a dataset it stands alone in its space.

    The numbers and labels of the runs are columns of `frame`; a run's row in the
    frame is its `sequence`.
    """

    space = models.ForeignKey(Space, on_delete=models.CASCADE)
    dataset = models.ForeignKey(
        Dataset, on_delete=models.CASCADE, null=True, related_name="experiments"
    )
    dataset_version = models.ForeignKey(
        DatasetVersion, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    name = models.CharField(max_length=255)
    frame = models.OneToOneField(Frame, on_delete=models.PROTECT)
    traces_project = models.ForeignKey(
        Project, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    # Runs whose example id is not in the dataset: stored, shown, never compared.
    unmatched_count = models.BigIntegerField(default=0)
    error_count = models.BigIntegerField(default=0)
    # The kind seen in each uploaded column, as pairs in order of first appearance:
    # a JSON object would lose its order in PostgreSQL.
    schema = models.JSONField(default=list)
    # Deleted, but its runs are still being taken away in slices.
    is_removed = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )

    objects = ExperimentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["dataset", "name"],
                condition=Q(is_removed=False, dataset__isnull=False),
                name="experiment_name_once_in_dataset",
            ),
            models.UniqueConstraint(
                fields=["space", "name"],
                condition=Q(is_removed=False, dataset__isnull=True),
                name="experiment_name_once_in_space",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def kinds(self) -> dict[str, KindName]:
        """The kind of each uploaded column, in order of first appearance."""
        return dict(self.schema)


class Run(models.Model):
    """The text of one run; `sequence` is the order of arrival in its experiment.

    `extra` is JSON text of the columns that no vector holds: texts, explanations,
    and values that do not fit their column's kind.
    """

    pk = models.CompositePrimaryKey("experiment_id", "sequence")
    experiment = models.ForeignKey(
        Experiment, on_delete=models.CASCADE, related_name="runs", db_index=False
    )
    sequence = models.BigIntegerField()
    example_id = models.CharField(max_length=255, null=True)  # noqa: DJ001 -- the wire knows null
    output = models.TextField(null=True)  # noqa: DJ001 -- a failed run has none
    error = models.TextField(null=True)  # noqa: DJ001 -- most runs have none
    extra = models.TextField(default="{}")

    def __str__(self) -> str:
        return f"run {self.sequence} of {self.experiment_id}"


class Source(models.TextChoices):
    """The first word of the columns an evaluation fills."""

    EVALUATOR = "eval"
    PERSON = "annotation"


class Evaluation(models.Model):
    """A verdict added to a run after it was stored: by an evaluator or a person.

    What the vectors need of it (score and label) is patched into the frame in the
    same transaction; this row keeps who said it, and why.
    """

    experiment = models.ForeignKey(
        Experiment, on_delete=models.CASCADE, related_name="evaluations", db_index=False
    )
    sequence = models.BigIntegerField()
    source = models.CharField(max_length=10, choices=Source.choices)
    name = models.CharField(max_length=255)
    # The user's number; 0 for evaluators, whose verdict on a run is one. Not a
    # foreign key, so that one plain unique constraint serves upserts.
    annotator_number = models.BigIntegerField(default=0)
    score = models.FloatField(null=True)
    label = models.TextField(null=True)  # noqa: DJ001 -- the wire knows null
    text = models.TextField(null=True)  # noqa: DJ001 -- the wire knows null
    updated_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["experiment", "sequence", "source", "name", "annotator_number"],
                name="evaluation_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source}.{self.name} of {self.sequence}"


class Baseline(models.Model):
    """The experiment that others of its dataset are compared with, if one is set."""

    dataset = models.OneToOneField(
        Dataset, on_delete=models.CASCADE, primary_key=True, related_name="+"
    )
    experiment = models.ForeignKey(
        Experiment, on_delete=models.CASCADE, related_name="+"
    )
    set_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    set_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"baseline of {self.dataset_id}"


class Goal(models.TextChoices):
    """Which way a metric is better."""

    MAXIMIZE = "maximize", "higher is better"
    MINIMIZE = "minimize", "lower is better"
    NONE = "none", "neither way is better"


class MetricSetting(models.Model):
    """How a dataset reads one metric: its direction, and the change that is none.

    `metric` is the metric's key; `epsilon` the largest difference that still
    counts as the same, in the metric's own unit.
    """

    dataset = models.ForeignKey(
        Dataset, on_delete=models.CASCADE, related_name="metric_settings"
    )
    metric = models.CharField(max_length=300)
    goal = models.CharField(max_length=10, choices=Goal.choices)
    epsilon = models.FloatField(default=0.0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["dataset", "metric"], name="metric_set_once"
            ),
            models.CheckConstraint(
                condition=Q(epsilon__gte=0), name="epsilon_not_negative"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.metric} is to {self.goal}"
