"""Deleting datasets, and uploads that died."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Max, Q, QuerySet

from experiments_ui.datasets.models import Dataset, Example, ExampleAnnotation, State

# Positions per transaction: short enough that other writers hardly wait.
_SLICE = 5_000


def delete_dataset(dataset: Dataset) -> None:
    """Delete a dataset with its versions and examples, in slices.

    It is out of sight at once; should the process die, `discard_silent_loads` ends
    the work. What refers to it from other subjects is theirs to delete before.
    """
    Dataset.objects.filter(pk=dataset.pk).update(state=State.LOADING, load_seen_at=None)
    examples = Example.objects.filter(dataset=dataset)
    last = examples.aggregate(last=Max("position"))["last"]
    for start in range(0, (-1 if last is None else last) + 1, _SLICE):
        some = examples.filter(position__gte=start, position__lt=start + _SLICE)
        some.delete()
    ExampleAnnotation.objects.filter(dataset=dataset).delete()
    Dataset.objects.filter(pk=dataset.pk).delete()


def discard_silent_loads(now: datetime) -> int:
    """Delete uploads that show no sign of life, and return how many there were."""
    dead = list(silent_loads(now))
    for dataset in dead:
        delete_dataset(dataset)
    return len(dead)


def give_up_all_loads() -> None:
    """Let every upload count as dead; for when all who took them are known to be."""
    Dataset.objects.filter(state=State.LOADING).update(load_seen_at=None)


def silent_loads(now: datetime) -> QuerySet[Dataset]:
    """Return uploads whose heartbeat stopped, and datasets whose deletion did."""
    alive_since = now - timedelta(seconds=settings.LOAD_SILENCE_SECONDS)
    return Dataset.objects.filter(
        Q(load_seen_at=None) | Q(load_seen_at__lt=alive_since), state=State.LOADING
    )
