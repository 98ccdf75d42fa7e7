"""Projects and spans."""

from datetime import datetime

from django.db import models

from experiments_ui.spaces.models import Space
from experiments_ui.tracing.moments import moment_of


class ProjectType(models.TextChoices):
    APPLICATION = "APPLICATION"
    EXPERIMENT = "EXPERIMENT"


class Project(models.Model):
    space = models.ForeignKey(Space, on_delete=models.CASCADE)
    name = models.CharField(max_length=255)
    project_type = models.CharField(
        max_length=20, choices=ProjectType.choices, default=ProjectType.APPLICATION
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["space", "name"], name="project_name_once"),
        ]

    def __str__(self) -> str:
        return self.name


class Span(models.Model):
    """One span. Times are nanoseconds since 1970; ids are lower-case hex."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, db_index=False)
    trace_id = models.CharField(max_length=32)
    span_id = models.CharField(max_length=16)
    parent_id = models.CharField(max_length=16, blank=True)
    name = models.TextField()
    kind = models.CharField(max_length=20)
    start_ns = models.BigIntegerField()
    end_ns = models.BigIntegerField()
    status_code = models.CharField(max_length=10)
    status_message = models.TextField(blank=True)
    # JSON text: {"input.value": …} and [{"name", "timestamp", "attributes"}].
    attributes = models.TextField()
    events = models.TextField(default="[]")
    # What the attributes say was used, kept apart so that a list can sum it.
    token_count = models.BigIntegerField(null=True)
    cost_usd = models.FloatField(null=True)

    class Meta:
        constraints = [
            # A trace is read whole by its id; a span sent twice is stored once.
            models.UniqueConstraint(
                fields=["project", "trace_id", "span_id"], name="span_once"
            ),
        ]
        indexes = [
            # Spans are listed newest first.
            models.Index(fields=["project", "-start_ns", "-id"], name="span_newest"),
            # Clients ask for, and delete, spans by their own ids.
            models.Index(fields=["project", "span_id"], name="span_by_id"),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.span_id}"

    @property
    def started_at(self) -> datetime:
        return moment_of(self.start_ns)

    @property
    def ended_at(self) -> datetime:
        return moment_of(self.end_ns)

    @property
    def latency_ms(self) -> float:
        return max(0, self.end_ns - self.start_ns) / 1e6
