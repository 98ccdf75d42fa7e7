"""Work that runs later: folding patches, and tidying up after dead uploads."""

import logging

from celery import shared_task
from django.utils import timezone

from experiments_ui.columns import load, write
from experiments_ui.datasets import actions as datasets
from experiments_ui.experiments.removals import finish_removals

logger = logging.getLogger(__name__)


@shared_task
def fold(frame_id: int) -> None:
    """Write the patches of a frame into its chunks."""
    write.fold(frame_id)


@shared_task
def reconcile() -> None:
    """End what was cut off: silent uploads, half-done deletions.

    It may run anywhere, any number of times.
    """
    now = timezone.now()
    ended = load.discard_silent_loads(now=now) + datasets.discard_silent_loads(now)
    removed = finish_removals()
    if ended or removed:
        logger.warning("tidied up uploads=%s removals=%s", ended, removed)


def give_up_uploads() -> None:
    """Free the names that uploads hold whose server was killed.

    It ends every upload under way, so call it while no server can be taking any.
    """
    load.give_up_all_loads(now=timezone.now())
    datasets.give_up_all_loads()


def enqueue_fold(frame_id: int) -> None:
    """Ask for a fold; without a broker it waits for the next annotation."""
    try:
        fold.delay(frame_id)
    except fold.OperationalError as error:
        logger.warning("fold not enqueued frame=%s error=%s", frame_id, error)
