"""Working task runs off in the background: Celery wakes, the database decides."""

import logging
import threading
from datetime import timedelta

from celery import shared_task
from celery.signals import worker_shutting_down
from django.db.models import Q
from django.utils import timezone

from experiments_ui.columns import write as column_writer
from experiments_ui.errors import DomainError
from experiments_ui.evaluators.configs import NOT_RUN, checker_of
from experiments_ui.evaluators.models import EvaluatorType
from experiments_ui.evaluators.queries import config_of
from experiments_ui.experiments.jobs import enqueue_fold
from experiments_ui.tasks.jobs import stopping
from experiments_ui.tasks.jobs.checking import check_batch
from experiments_ui.tasks.jobs.closing import close_if_done, end
from experiments_ui.tasks.jobs.judging import Stopped, judge_batch
from experiments_ui.tasks.jobs.leases import Lease, LostLease
from experiments_ui.tasks.jobs.recording import record
from experiments_ui.tasks.jobs.results import Result, problem
from experiments_ui.tasks.models import (
    UNDER_WAY,
    Batch,
    BatchState,
    RunStatus,
    TaskRun,
)

logger = logging.getLogger(__name__)

# A batch that ends its worker each time must not do so for ever.
MOST_ATTEMPTS = 5
# How many are announced at once; each that ends announces the next one.
MOST_ANNOUNCED = 16
# An announced batch that nobody has taken by then is announced again.
_UNHEARD_SECONDS = 20

_FAULT = (
    "The server could not go on with this run; its log tells why. Run the task again: "
    "what is evaluated already stays."
)
_GIVEN_UP = (
    f"The server ended {MOST_ATTEMPTS} times while working on this. It may need more "
    "memory than there is."
)
_DELETED = "The version of the evaluator, or its integration, was deleted meanwhile."

# One batch at a time in one process: it has 64 calls in flight, and other jobs wait.
_busy = threading.Lock()


@worker_shutting_down.connect
def stop(**_: object) -> None:
    """End what is at work in this process soon; the rest is for others."""
    stopping.ask()


@shared_task
def work(batch_id: int) -> None:
    """Work a batch off, then announce the next one; does nothing without a claim."""
    if stopping.is_asked() or not _busy.acquire(blocking=False):
        return  # the batch at work here announces another when it ends
    try:
        work_off(batch_id)
    finally:
        _busy.release()
    if not stopping.is_asked():
        for waiting in _waiting()[:1]:
            enqueue(waiting)


def work_off(batch_id: int) -> bool:
    """Claim a batch and do all that is left of it; return whether it was claimed."""
    lease = Lease.take(batch_id)
    if lease is None:
        return False
    run_id = lease.batch.task_run_id
    try:
        _do(lease)
        if lease.left:  # this process is to end
            return True
        lease.finish()
    except LostLease:
        logger.warning("batch was taken over batch=%s", batch_id)
        return True
    except Stopped as stop:
        end(run_id, RunStatus.FAILED, reason=str(stop))
    except DomainError as error:
        end(run_id, RunStatus.FAILED, reason=error.message)
    except Exception:
        # Whatever is wrong, the one who waits must be told.
        logger.exception("batch failed batch=%s", batch_id)
        end(run_id, RunStatus.FAILED, reason=_FAULT)
    _after(lease.batch)
    return True


def _do(lease: Lease) -> None:
    batch = lease.batch
    if batch.attempts > MOST_ATTEMPTS:
        given_up = problem("server", _GIVEN_UP)
        record(lease, [Result(one, problem=given_up) for one in lease.left])
        return
    version = batch.version
    if version is None:
        raise Stopped(_DELETED)
    if version.evaluator.evaluator_type == EvaluatorType.TEMPLATE:
        if version.integration is None:
            raise Stopped(_DELETED)
        judge_batch(lease, version.integration)
        return
    config = config_of(version)
    check = checker_of(config)
    if check is None:
        raise Stopped(NOT_RUN)
    check_batch(lease, check, config)


def _after(batch: Batch) -> None:
    close_if_done(batch.task_run_id)
    if column_writer.needs_fold(batch.experiment.frame_id):
        enqueue_fold(batch.experiment.frame_id)


@shared_task
def reconcile() -> None:
    """Announce what nobody works on, and close what has nothing left.

    It may run anywhere, any number of times.
    """
    waiting = _waiting(unheard_only=True)
    for batch_id in waiting[:MOST_ANNOUNCED]:
        enqueue(batch_id)
    under_way = TaskRun.objects.filter(status__in=UNDER_WAY)
    for run_id in list(under_way.values_list("pk", flat=True)):
        if close_if_done(run_id):
            logger.warning("task run was left open run=%s", run_id)


def take_over_all() -> None:
    """Free all batches that were at work; for when no worker can be alive."""
    # Messages went with the process that had them.
    Batch.objects.open().update(
        state=BatchState.QUEUED,
        lease_token="",
        lease_until=None,
        announced_at=timezone.now() - timedelta(days=1),
    )


def enqueue(batch_id: int) -> None:
    """Announce a batch; without a broker it waits for the reconciler."""
    Batch.objects.filter(pk=batch_id).update(announced_at=timezone.now())
    try:
        work.delay(batch_id)
    except work.OperationalError as error:
        logger.warning("batch not announced batch=%s error=%s", batch_id, error)


def _waiting(*, unheard_only: bool = False) -> list[int]:
    """Return batches that can be claimed, the oldest first."""
    now = timezone.now()
    queued = Q(state=BatchState.QUEUED)
    if unheard_only:
        queued &= Q(announced_at__lt=now - timedelta(seconds=_UNHEARD_SECONDS))
    silent = Q(state=BatchState.RUNNING, lease_until__lt=now)
    found = Batch.objects.filter(queued | silent).order_by("pk")
    return list(found.values_list("pk", flat=True)[:MOST_ANNOUNCED])
