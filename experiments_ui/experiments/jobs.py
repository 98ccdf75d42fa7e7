"""Work that runs later: folding patches, and tidying up after dead uploads."""

import logging

from celery import shared_task
from django.utils import timezone

from experiments_ui.columns import load, write

logger = logging.getLogger(__name__)


@shared_task
def fold(frame_id: int) -> None:
    """Write the patches of a frame into its chunks."""
    write.fold(frame_id)


@shared_task
def reconcile() -> None:
    """End uploads that have gone silent; may run anywhere, any number of times."""
    ended = load.discard_silent_loads(now=timezone.now())
    if ended:
        logger.warning("silent uploads ended count=%s", ended)


def enqueue_fold(frame_id: int) -> None:
    """Ask for a fold; without a broker it waits for the next annotation."""
    try:
        fold.delay(frame_id)
    except fold.OperationalError as error:
        logger.warning("fold not enqueued frame=%s error=%s", frame_id, error)
