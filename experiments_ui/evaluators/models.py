"""Evaluators, and their versions, which never change."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from experiments_ui.integrations.models import Integration
from experiments_ui.spaces.models import Space


class EvaluatorType(models.TextChoices):
    TEMPLATE = "TEMPLATE", "Judge"
    CODE = "CODE", "Code check"
    REMOTE = "REMOTE", "Remote"


class Evaluator(models.Model):
    space = models.ForeignKey(Space, on_delete=models.CASCADE)
    name = models.CharField(max_length=255)
    description = models.TextField(null=True)  # noqa: DJ001 -- the wire knows null
    evaluator_type = models.CharField(max_length=10, choices=EvaluatorType.choices)
    # Numbers are given once: a deleted version's is not given again.
    last_number = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["space", "name"], name="evaluator_name_once"
            ),
        ]
        indexes = [
            # Lists show what changed last first.
            models.Index(fields=["space", "-updated_at"], name="evaluator_by_update"),
        ]

    def __str__(self) -> str:
        return self.name


class EvaluatorVersion(models.Model):
    """What an evaluator was at one time: written once, deleted at most."""

    evaluator = models.ForeignKey(
        Evaluator, on_delete=models.CASCADE, related_name="versions"
    )
    number = models.PositiveIntegerField()
    # JSON text rather than jsonb: labels stay in the order they were sent in.
    config = models.TextField()
    commit_hash = models.CharField(max_length=64)
    commit_message = models.CharField(max_length=1000)
    # Whom a judge calls. The config keeps the id when the integration is gone.
    integration = models.ForeignKey(
        Integration, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["evaluator", "number"], name="evaluator_version_once"
            ),
        ]

    def __str__(self) -> str:
        return f"version {self.number} of {self.evaluator_id}"
