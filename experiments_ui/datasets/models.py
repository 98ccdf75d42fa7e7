"""Datasets, versions, examples, and people's annotations of examples."""

from __future__ import annotations

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from experiments_ui.spaces.models import Space


class State(models.TextChoices):
    LOADING = "loading"
    READY = "ready"


class DatasetQuerySet(models.QuerySet["Dataset"]):
    def ready(self) -> Self:
        return self.filter(state=State.READY)


class Dataset(models.Model):
    space = models.ForeignKey(Space, on_delete=models.CASCADE)
    name = models.CharField(max_length=255)
    # Loading datasets hold their name but nobody sees them.
    state = models.CharField(max_length=10, choices=State.choices)
    load_seen_at = models.DateTimeField(null=True)
    is_sample = models.BooleanField(default=False)
    next_position = models.BigIntegerField(default=0)
    revision = models.BigIntegerField(default=0)
    # The kind seen in each column, in order of first appearance: [[name, kind], ...].
    # (PostgreSQL would forget the order of an object's members.)
    schema = models.JSONField(default=dict)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )

    objects = DatasetQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["space", "name"], name="dataset_name_once"),
        ]

    def __str__(self) -> str:
        return self.name


class DatasetVersion(models.Model):
    dataset = models.ForeignKey(
        Dataset, on_delete=models.CASCADE, related_name="versions"
    )
    number = models.IntegerField()
    name = models.CharField(max_length=255)
    count = models.BigIntegerField(default=0)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["dataset", "number"], name="version_number_once"
            ),
            models.UniqueConstraint(
                fields=["dataset", "name"], name="version_name_once"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ExampleQuerySet(models.QuerySet["Example"]):
    def in_version(self, version: DatasetVersion) -> Self:
        return self.filter(
            Q(until_version=None) | Q(until_version__gt=version.number),
            dataset_id=version.dataset_id,
            since_version__lte=version.number,
        )


class Example(models.Model):
    """A dataset row as it stands from one version until another.

    `position` is the example's ordinal in its dataset: given once, never reused,
    the same in every version.
    """

    dataset = models.ForeignKey(
        Dataset, on_delete=models.CASCADE, related_name="examples", db_index=False
    )
    position = models.BigIntegerField()
    since_version = models.IntegerField()
    until_version = models.IntegerField(null=True)
    external_id = models.CharField(max_length=255)
    # JSON text rather than jsonb: numbers and key order come back as they came.
    fields = models.TextField()
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    revision = models.BigIntegerField()

    objects = ExampleQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["dataset", "position", "since_version"], name="example_once"
            ),
        ]
        indexes = [
            # Runs name their example by its external id.
            models.Index(fields=["dataset", "external_id"], name="example_by_id"),
            # The column cache reads what changed since the revision it has seen.
            models.Index(fields=["dataset", "revision"], name="example_since"),
        ]

    def __str__(self) -> str:
        return self.external_id


class ExampleAnnotation(models.Model):
    """What one person says about an example under one annotation config."""

    dataset = models.ForeignKey(Dataset, on_delete=models.CASCADE)
    position = models.BigIntegerField()
    name = models.CharField(max_length=255)
    annotator = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
    score = models.FloatField(null=True)
    label = models.TextField(null=True)  # noqa: DJ001 -- the wire knows null
    text = models.TextField(null=True)  # noqa: DJ001 -- the wire knows null
    updated_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["dataset", "position", "name", "annotator"],
                name="example_annotation_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} at {self.position}"
