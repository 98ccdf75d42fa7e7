"""Tasks, their runs, and the leased batches that runs are worked off in."""

from __future__ import annotations

from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.signals import pre_delete
from django.dispatch import receiver

from experiments_ui.datasets.models import Dataset
from experiments_ui.errors import Conflict
from experiments_ui.evaluators.models import Evaluator, EvaluatorVersion
from experiments_ui.experiments.models import Experiment
from experiments_ui.integrations.models import Integration
from experiments_ui.spaces.models import Space

MOST_IN_FLIGHT = 64


class TaskType(models.TextChoices):
    TEMPLATE_EVALUATION = "TEMPLATE_EVALUATION", "Judges"
    CODE_EVALUATION = "CODE_EVALUATION", "Code checks"


class Task(models.Model):
    """Evaluators to run over experiments of one dataset."""

    space = models.ForeignKey(Space, on_delete=models.CASCADE)
    dataset = models.ForeignKey(Dataset, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=255)
    task_type = models.CharField(max_length=20, choices=TaskType.choices)
    experiments = models.ManyToManyField(Experiment, related_name="+")
    query_filter = models.TextField(null=True)  # noqa: DJ001 -- the wire knows null
    last_run_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["space", "name"], name="task_name_once"),
        ]

    def __str__(self) -> str:
        return self.name


class TaskEvaluator(models.Model):
    """One evaluator of a task; without a version the latest one runs."""

    task = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="evaluators")
    # Both go with their space; else keep_evaluators_in_use refuses.
    evaluator = models.ForeignKey(Evaluator, on_delete=models.CASCADE, related_name="+")
    # A deleted version unpins.
    version = models.ForeignKey(
        EvaluatorVersion, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    place = models.PositiveSmallIntegerField()
    query_filter = models.TextField(null=True)  # noqa: DJ001 -- the wire knows null
    # Column by variable; null and empty are not the same on the wire.
    column_mappings = models.JSONField(null=True)

    class Meta:
        ordering = ["place"]
        constraints = [
            models.UniqueConstraint(
                fields=["task", "evaluator"], name="task_evaluator_once"
            ),
        ]

    def __str__(self) -> str:
        return f"evaluator {self.evaluator_id} of task {self.task_id}"


class RunStatus(models.TextChoices):
    PENDING = "PENDING", "Queued"
    RUNNING = "RUNNING", "Running"
    COMPLETED = "COMPLETED", "Completed"
    FAILED = "FAILED", "Failed"
    CANCELLED = "CANCELLED", "Cancelled"


UNDER_WAY = (RunStatus.PENDING, RunStatus.RUNNING)
ENDED = (RunStatus.COMPLETED, RunStatus.FAILED, RunStatus.CANCELLED)


class TaskRun(models.Model):
    """One go of a task; while it is under way, its batches hold the counts."""

    task = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="runs")
    status = models.CharField(
        max_length=10, choices=RunStatus.choices, default=RunStatus.PENDING
    )
    overrides = models.BooleanField(default=False)
    num_successes = models.PositiveBigIntegerField(default=0)
    num_errors = models.PositiveBigIntegerField(default=0)
    num_skipped = models.PositiveBigIntegerField(default=0)
    # Of the successes: verdicts that were known without asking a model.
    num_cached = models.PositiveBigIntegerField(default=0)
    # Verdicts that were there before; neither asked for nor counted elsewhere.
    num_present = models.PositiveBigIntegerField(default=0)
    failure_reason = models.TextField(null=True)  # noqa: DJ001 -- the wire knows null
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=ENDED, finished_at__isnull=False)
                | Q(status__in=UNDER_WAY, finished_at__isnull=True),
                name="task_run_finished_iff_ended",
            ),
            models.CheckConstraint(
                condition=~Q(status=RunStatus.RUNNING) | Q(started_at__isnull=False),
                name="task_run_running_has_started",
            ),
            models.CheckConstraint(
                condition=Q(num_cached__lte=F("num_successes")),
                name="task_run_cached_are_successes",
            ),
        ]
        indexes = [
            # The reconciler looks for what has not ended.
            models.Index(
                fields=["created_at"],
                condition=Q(status__in=UNDER_WAY),
                name="task_run_under_way",
            ),
        ]

    def __str__(self) -> str:
        return f"run {self.pk} of task {self.task_id}"

    @property
    def has_ended(self) -> bool:
        return self.status in ENDED


class BatchState(models.TextChoices):
    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    STOPPED = "stopped"


class BatchQuerySet(models.QuerySet["Batch"]):
    def open(self) -> Self:
        return self.filter(state__in=(BatchState.QUEUED, BatchState.RUNNING))


class Batch(models.Model):
    """Some runs of one experiment for one evaluator: what a worker claims.

    `left` has the sequences that are still to do. A worker writes it together with
    the results and the lease's extension, so that nothing is done or counted twice.
    """

    task_run = models.ForeignKey(
        TaskRun, on_delete=models.CASCADE, related_name="batches"
    )
    experiment = models.ForeignKey(
        Experiment, on_delete=models.CASCADE, related_name="+"
    )
    # What was chosen when the run began; null when it was deleted since.
    version = models.ForeignKey(
        EvaluatorVersion, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    # The word between `eval.` and `.score`.
    name = models.CharField(max_length=255)
    column_mappings = models.JSONField(default=dict)
    size = models.PositiveIntegerField()
    left = models.JSONField(default=list)
    successes = models.PositiveIntegerField(default=0)
    errors = models.PositiveIntegerField(default=0)
    skipped = models.PositiveIntegerField(default=0)
    cached = models.PositiveIntegerField(default=0)
    state = models.CharField(
        max_length=10, choices=BatchState.choices, default=BatchState.QUEUED
    )
    lease_token = models.CharField(max_length=32, blank=True)
    lease_until = models.DateTimeField(null=True)
    # Claims since something was last recorded.
    attempts = models.PositiveIntegerField(default=0)
    announced_at = models.DateTimeField()

    objects = BatchQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    ~Q(lease_token=""),
                    state=BatchState.RUNNING,
                    lease_until__isnull=False,
                )
                | Q(
                    ~Q(state=BatchState.RUNNING),
                    lease_token="",
                    lease_until__isnull=True,
                ),
                name="batch_leased_iff_running",
            ),
            models.CheckConstraint(
                condition=Q(size__gte=F("successes") + F("errors") + F("skipped")),
                name="batch_counts_within_size",
            ),
            models.CheckConstraint(
                condition=~Q(state=BatchState.DONE)
                | Q(size=F("successes") + F("errors") + F("skipped")),
                name="batch_done_counts_all",
            ),
        ]
        indexes = [
            # The reconciler looks for what is to be claimed.
            models.Index(
                fields=["lease_until"],
                condition=Q(state__in=(BatchState.QUEUED, BatchState.RUNNING)),
                name="batch_open",
            ),
        ]

    def __str__(self) -> str:
        return f"batch {self.pk} of run {self.task_run_id}"


class Failure(models.Model):
    """A run that a task run could not evaluate, and why; gone once a later one can."""

    task_run = models.ForeignKey(
        TaskRun, on_delete=models.CASCADE, related_name="failures"
    )
    experiment = models.ForeignKey(
        Experiment, on_delete=models.CASCADE, related_name="+"
    )
    sequence = models.BigIntegerField()
    version = models.ForeignKey(
        EvaluatorVersion, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    name = models.CharField(max_length=255)
    # A word of llm.errors.Kind, or `server`.
    kind = models.CharField(max_length=30)
    message = models.TextField()
    # The beginning of the provider's own words, without secrets.
    raw = models.TextField(blank=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["task_run", "experiment", "sequence", "name"],
                name="failure_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} at {self.sequence} of {self.experiment_id}"


class ProviderLimit(models.Model):
    """What all workers know of one credential: when the next request may be sent."""

    integration = models.OneToOneField(
        Integration, on_delete=models.CASCADE, primary_key=True, related_name="+"
    )
    # Requests are spaced evenly; the next free place in the row of them.
    next_at = models.DateTimeField(null=True)
    blocked_until = models.DateTimeField(null=True)
    concurrency = models.FloatField(default=MOST_IN_FLIGHT)
    slowed_at = models.DateTimeField(null=True)
    # Of the breaker: calls in a row that came to nothing, and the last one's reason.
    failures_in_row = models.PositiveIntegerField(default=0)
    last_failure = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(concurrency__gte=1, concurrency__lte=MOST_IN_FLIGHT),
                name="provider_concurrency_in_range",
            ),
        ]

    def __str__(self) -> str:
        return f"limit of {self.integration_id}"


class CachedVerdict(models.Model):
    """What a version said of a prompt; `key` is the hash of all that was sent."""

    key = models.CharField(max_length=64, primary_key=True)
    version = models.ForeignKey(
        EvaluatorVersion, on_delete=models.CASCADE, related_name="+"
    )
    label = models.TextField(null=True)  # noqa: DJ001 -- a judge may give none
    score = models.FloatField(null=True)
    explanation = models.TextField(null=True)  # noqa: DJ001 -- as above
    tokens_in = models.BigIntegerField(null=True)
    tokens_out = models.BigIntegerField(null=True)
    model = models.CharField(max_length=255)
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.key


@receiver(pre_delete, sender=Evaluator)
def keep_evaluators_in_use(instance: Evaluator, origin: Any, **_: object) -> None:
    """Refuse to delete an evaluator on its own while tasks use it.

    Raises:
        Conflict: They do; the message names them.
    """
    if _is_about(origin, Evaluator):
        _refuse_if_used(instance, f"The evaluator '{instance.name}'")


@receiver(pre_delete, sender=EvaluatorVersion)
def keep_last_version_in_use(
    instance: EvaluatorVersion, origin: Any, **_: object
) -> None:
    """Refuse to delete the last version of an evaluator while tasks use it.

    Raises:
        Conflict: They do; the message names them.
    """
    if not _is_about(origin, EvaluatorVersion):
        return
    others = EvaluatorVersion.objects.filter(evaluator=instance.evaluator_id)
    gone = (
        [instance.pk] if isinstance(origin, EvaluatorVersion) else origin.values("pk")
    )
    if not others.exclude(pk__in=gone).exists():
        _refuse_if_used(instance.evaluator, "The last version of an evaluator")


def _is_about(origin: Any, model: type[models.Model]) -> bool:
    """Tell whether a deletion began with this model, rather than came down to it."""
    return isinstance(origin, model) or getattr(origin, "model", None) is model


def _refuse_if_used(evaluator: Evaluator, what: str) -> None:
    tasks = Task.objects.filter(evaluators__evaluator=evaluator).order_by("name")
    if names := list(tasks.values_list("name", flat=True)[:5]):
        quoted = ", ".join(f"“{name}”" for name in names)
        raise Conflict(f"{what} is still used by tasks: {quoted}.")
