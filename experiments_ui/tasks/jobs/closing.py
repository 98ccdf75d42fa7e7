"""Ending runs: when nothing is left to do, or someone or something stops them."""

from django.db import transaction

from experiments_ui.tasks.jobs import clock
from experiments_ui.tasks.models import (
    UNDER_WAY,
    Batch,
    BatchState,
    RunStatus,
    TaskRun,
)
from experiments_ui.tasks.queries import counts_of


def close_if_done(run_id: int) -> bool:
    """End a run of which no batch is open; return whether this call did."""
    batches = Batch.objects.filter(task_run_id=run_id)
    return not batches.open().exists() and end(run_id, RunStatus.COMPLETED)


@transaction.atomic
def end(run_id: int, status: RunStatus, *, reason: str | None = None) -> bool:
    """End a run that is under way; workers notice within a second or two.

    Returns whether this call did: the first one counts.
    """
    batches = Batch.objects.filter(task_run_id=run_id)
    # After this nobody holds a lease, so the counts stay as they are.
    batches.open().update(state=BatchState.STOPPED, lease_token="", lease_until=None)
    ended = TaskRun.objects.filter(pk=run_id, status__in=UNDER_WAY).update(
        status=status,
        failure_reason=reason,
        finished_at=clock.now(),
        **counts_of(run_id),
    )
    return bool(ended)
