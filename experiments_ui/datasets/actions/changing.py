"""The frame of every change to a dataset's content."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.db import transaction

from experiments_ui.datasets.models import Dataset, DatasetVersion
from experiments_ui.errors import NotFound

# Clients keep what they read under the dataset's time of change, in whole seconds.
_CLIENT_CACHE_GRAIN = timedelta(seconds=1)


@contextmanager
def changed(dataset: Dataset, *, now: datetime) -> Iterator[Dataset]:
    """Change a dataset's content in one transaction, one writer at a time.

    Gives the dataset as it is in the database, locked, its revision raised; what is
    stored within carries this revision, and what is set on it is saved at the end.

    Raises:
        NotFound: It is gone meanwhile.
    """
    with transaction.atomic():
        rows = Dataset.objects.ready().select_for_update(of=("self",))
        locked = rows.select_related("space").filter(pk=dataset.pk).first()
        if locked is None:
            raise NotFound("Dataset not found.")
        locked.revision += 1
        locked.updated_at = max(now, locked.updated_at + _CLIENT_CACHE_GRAIN)
        yield locked
        locked.save(update_fields=["revision", "updated_at", "next_position", "schema"])


def current(dataset: Dataset, version: DatasetVersion) -> DatasetVersion:
    """Return a version as it is now that its dataset is locked."""
    found = DatasetVersion.objects.filter(dataset=dataset, pk=version.pk).first()
    if found is None:
        raise NotFound(f"The dataset '{dataset.name}' has no such version.")
    found.dataset = dataset
    return found


def save_count(version: DatasetVersion, *, added: int) -> None:
    """Note how a version's number of examples changed."""
    version.count += added
    version.updated_at = version.dataset.updated_at
    version.save(update_fields=["count", "updated_at"])
