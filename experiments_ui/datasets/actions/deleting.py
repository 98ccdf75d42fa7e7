"""Deleting datasets, and uploads that died."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Q, QuerySet

from experiments_ui.columns import bulk
from experiments_ui.datasets.models import Dataset, Example, ExampleAnnotation, State


def delete_dataset(dataset: Dataset) -> None:
    """Delete a dataset with its versions and examples, in slices.

    It is out of sight at once; should the process die, `discard_silent_loads` ends
    the work. What refers to it from other subjects is theirs to delete before.
    """
    Dataset.objects.filter(pk=dataset.pk).update(state=State.LOADING, load_seen_at=None)
    examples = Example.objects.filter(dataset=dataset)
    while _delete_some(examples):
        pass
    ExampleAnnotation.objects.filter(dataset=dataset).delete()
    Dataset.objects.filter(pk=dataset.pk).delete()


def discard_silent_loads(now: datetime) -> int:
    """Delete uploads that show no sign of life, and return how many there were."""
    dead = list(silent_loads(now))
    for dataset in dead:
        delete_dataset(dataset)
    return len(dead)


def silent_loads(now: datetime) -> QuerySet[Dataset]:
    """Return uploads whose heartbeat stopped, and datasets whose deletion did."""
    alive_since = now - timedelta(seconds=settings.LOAD_SILENCE_SECONDS)
    return Dataset.objects.filter(
        Q(load_seen_at=None) | Q(load_seen_at__lt=alive_since), state=State.LOADING
    )


def _delete_some(examples: QuerySet[Example]) -> int:
    some = examples.order_by("position").values("pk")[: bulk.ROWS_PER_TRANSACTION]
    deleted, _ = Example.objects.filter(pk__in=some).delete()
    return deleted
