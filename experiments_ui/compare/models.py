"""What people leave on comparisons: reviews, views, and questions put to all rows."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from experiments_ui.datasets.models import Dataset


class Opinion(models.TextChoices):
    """What somebody made of a changed row."""

    EXPECTED = "expected", "Expected"
    REGRESSION = "regression", "Regression"
    BAD_REFERENCE = "bad_reference", "Bad reference"
    JUDGE_WRONG = "judge_wrong", "Judge wrong"


class Review(models.Model):
    """An opinion on how one example's output changed.

    It belongs to the pair of outputs, by their checksums (0 where a run has none):
    another experiment that gives the same output has been reviewed already.
    """

    dataset = models.ForeignKey(Dataset, on_delete=models.CASCADE, related_name="+")
    position = models.BigIntegerField()
    base_output = models.BigIntegerField()
    candidate_output = models.BigIntegerField()
    opinion = models.CharField(max_length=20, choices=Opinion.choices)
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    reviewed_at = models.DateTimeField()

    class Meta:
        constraints = [
            # Also serves reading all reviews of a dataset.
            models.UniqueConstraint(
                fields=["dataset", "position", "base_output", "candidate_output"],
                name="review_once_per_pair",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.opinion} at {self.position}"


class SavedView(models.Model):
    """A comparison's address under a name; shared with the space, or its owner's."""

    dataset = models.ForeignKey(Dataset, on_delete=models.CASCADE, related_name="+")
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+"
    )
    name = models.CharField(max_length=120)
    query = models.TextField()
    is_shared = models.BooleanField(default=False)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["dataset", "owner", "name"], name="view_name_once_per_owner"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class SurveyKind(models.TextChoices):
    SLICES = "slices"
    JSON_PATHS = "json_paths"


class SurveyState(models.TextChoices):
    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class Survey(models.Model):
    """A question about all rows of a comparison, answered by a job.

    `fingerprint` stands for the question together with the revisions of what it
    reads, so that an answer is found again and never outlives its rows.
    """

    dataset = models.ForeignKey(Dataset, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=20, choices=SurveyKind.choices)
    fingerprint = models.CharField(max_length=64)
    # The comparison's address, by which the job asks like a page would.
    query = models.TextField()
    state = models.CharField(
        max_length=10, choices=SurveyState.choices, default=SurveyState.QUEUED
    )
    done = models.BigIntegerField(default=0)
    total = models.BigIntegerField(default=0)
    answer = models.TextField(default="")
    problem = models.TextField(default="")
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    created_at = models.DateTimeField()
    # When its job last said that it goes on: a silent one is taken over.
    seen_at = models.DateTimeField()
    # Which worker answers it: one that was taken over no longer may.
    claim = models.CharField(max_length=32, default="")
    attempts = models.PositiveSmallIntegerField(default=0)
    # Revisions of what was asked about: {"dataset": 3, "frames": {"12": 7}}.
    reads = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "fingerprint"], name="survey_asked_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.dataset_id}"


class PredictionSource(models.TextChoices):
    """Where a run's predicted class is found."""

    OUTPUT = "output", "the whole output"
    COLUMN = "column", "a column of the runs"
    PATH = "path", "a path into the output's JSON"
    PATTERN = "pattern", "a regular expression on the output"


class ClassificationSettings(models.Model):
    """How a dataset's experiments are read as classifications.

    `truth` names a column of the examples; `expression` is the runs' column, the
    JSON path or the regular expression that `source` asks for; `score` the column
    with the probability of the positive class. `aliases` are [seen, meant] pairs.
    """

    dataset = models.OneToOneField(
        Dataset, on_delete=models.CASCADE, primary_key=True, related_name="+"
    )
    truth = models.CharField(max_length=300)
    source = models.CharField(max_length=10, choices=PredictionSource.choices)
    expression = models.CharField(max_length=1_000, blank=True, default="")
    positive = models.CharField(max_length=300, blank=True, default="")
    score = models.CharField(max_length=300, blank=True, default="")
    aliases = models.JSONField(default=list)
    folds_case = models.BooleanField(default=False)
    folds_blanks = models.BooleanField(default=True)
    updated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    updated_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"classification of {self.dataset_id}"
