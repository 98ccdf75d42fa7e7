"""Creating a dataset: nothing of it shows before its last example is stored."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.utils import IntegrityError
from django.utils import timezone

from experiments_ui.accounts.models import User
from experiments_ui.datasets.actions.deleting import delete_dataset, silent_loads
from experiments_ui.datasets.actions.names import check_name, taken
from experiments_ui.datasets.columns_seen import merge_columns
from experiments_ui.datasets.incoming import Examples, Incoming, read
from experiments_ui.datasets.models import Dataset, DatasetVersion, State
from experiments_ui.datasets.queries.positions import id_used_twice
from experiments_ui.datasets.storing import Rows, Span, note_growth, store
from experiments_ui.errors import Conflict, Invalid
from experiments_ui.spaces.models import Space

FIRST_VERSION = "Version 1"
# Between two signs of life; PostgreSQL stores as many in one statement.
_EXAMPLES_AT_ONCE = 10_000
# From here on the database is told how large the table has become.
_MANY = 5_000
_FROM_THE_START = Span(since=1, until=None)


def create_dataset(
    space: Space,
    *,
    name: str,
    batches: Iterable[Examples],
    by: User | None,
    now: datetime,
    keep_ids: bool = False,
) -> Dataset:
    """Make a dataset with one version out of batches of examples, or of rows.

    Memory is bounded by the largest batch. Whatever ends the batches early, a
    cancelled upload included, leaves nothing behind.

    Args:
        space: Where the name must be free.
        name: Held from the beginning, so that of two uploads one is refused early.
        batches: At least one example altogether.
        by: Whoever uploads.
        now: When the dataset and its examples are made.
        keep_ids: The column `id` names the examples; times written by the client
            are dropped. Otherwise the server makes the ids and refuses the column.

    Raises:
        Conflict: The name is taken.
        Invalid: An example breaks a rule; the message says which.
    """
    dataset = _reserve(space, name=check_name(name), by=by, now=now)
    try:
        for incoming in read(batches, keep_ids=keep_ids, at_once=_EXAMPLES_AT_ONCE):
            _add(dataset, incoming, now=now)
        _open(dataset, now=now, ids_came_along=keep_ids)
    except BaseException:
        delete_dataset(dataset)
        raise
    if dataset.next_position > _MANY:
        note_growth()
    return dataset


def _reserve(space: Space, *, name: str, by: User | None, now: datetime) -> Dataset:
    try:
        return _insert(space, name=name, by=by, now=now)
    except IntegrityError:
        silent = silent_loads(timezone.now()).filter(space=space, name=name)
    for dataset in silent:
        delete_dataset(dataset)
    try:
        return _insert(space, name=name, by=by, now=now)
    except IntegrityError:
        raise taken(name) from None


def _insert(space: Space, *, name: str, by: User | None, now: datetime) -> Dataset:
    with transaction.atomic():
        return Dataset.objects.create(
            space=space,
            name=name,
            state=State.LOADING,
            load_seen_at=timezone.now(),
            created_at=now,
            updated_at=now,
            created_by=by,
            revision=1,
        )


def _add(dataset: Dataset, incoming: Incoming, *, now: datetime) -> None:
    """Store some more examples of a dataset that is loading."""
    merge_columns(dataset, incoming.kinds)
    first = dataset.next_position
    count = len(incoming.texts)
    dataset.next_position = first + count
    _show_life(dataset)
    rows = Rows(
        positions=range(first, first + count),
        ids=incoming.identified(),
        texts=incoming.texts,
    )
    try:
        store(dataset, rows, span=_FROM_THE_START, now=now)
    except IntegrityError:  # its row went between the sign of life and now
        raise _taken_over(dataset) from None


def _show_life(dataset: Dataset) -> None:
    mine = Dataset.objects.filter(
        pk=dataset.pk, state=State.LOADING, load_seen_at__isnull=False
    )
    if not mine.update(load_seen_at=timezone.now()):
        raise _taken_over(dataset)


def _open(dataset: Dataset, *, now: datetime, ids_came_along: bool) -> None:
    """Let everyone see the dataset."""
    if not dataset.next_position:
        raise Invalid("There are no examples; send at least one.", {"examples": "none"})
    if ids_came_along and (twin := id_used_twice(dataset)):
        raise Invalid(f"Two examples have the id '{twin}'.", {"id": "is there twice"})
    with transaction.atomic():
        _show_life(dataset)
        DatasetVersion.objects.create(
            dataset=dataset,
            number=1,
            name=FIRST_VERSION,
            count=dataset.next_position,
            created_at=now,
            updated_at=now,
        )
        dataset.state = State.READY
        dataset.load_seen_at = None
        dataset.save()


def _taken_over(dataset: Dataset) -> Conflict:
    return Conflict(
        f"The upload of '{dataset.name}' was silent for too long and was discarded; "
        "start it again."
    )
